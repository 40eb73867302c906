//! The files of a directory's 256 shards, a few at a time so that other work goes in between. Never looks into a file.

use std::fs::{self, DirEntry, ReadDir};
use std::path::{Path, PathBuf};

const FILES_A_STEP: usize = 64;

#[derive(Default)]
pub(super) struct Walk {
    next_shard: u16,
    files: Option<ReadDir>,
}

impl Walk {
    /// Visits some more files. `false`: those were the last.
    pub(super) fn step(&mut self, root: &Path, mut visit: impl FnMut(&DirEntry)) -> bool {
        if self.files.is_none() {
            let Ok(shard) = u8::try_from(self.next_shard) else { return false };
            self.next_shard += 1;
            // A shard that cannot be read has nothing to show: it is absent, or others have just removed it.
            self.files = fs::read_dir(shard_dir(root, shard)).ok();
        }
        let mut seen = 0;
        for file in self.files.iter_mut().flatten().take(FILES_A_STEP) {
            seen += 1;
            file.iter().for_each(&mut visit);
        }
        if seen < FILES_A_STEP {
            self.files = None;
        }
        self.files.is_some() || self.next_shard < 256
    }
}

pub(super) fn shard_dir(root: &Path, shard: u8) -> PathBuf {
    root.join(format!("{shard:02x}"))
}
