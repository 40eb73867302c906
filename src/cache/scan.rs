//! A walk over the directory, one of its 256 shards at a time so that reads go in between. Looks at names and sizes,
//! never into a file. Removes what a crashed writer left; touches nothing whose name is not ours.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::index::Sighting;
use super::key::Key;

pub(super) const TEMP_SUFFIX: &str = ".tmp";
/// No write takes this long.
const TEMP_IS_OLD: Duration = Duration::from_hours(1);

pub(super) struct Scan {
    next_shard: u16,
    sightings: Vec<Sighting>,
}

impl Scan {
    pub(super) fn new() -> Self {
        Self { next_shard: 0, sightings: Vec::new() }
    }

    /// Looks at one more shard. `false`: that was the last.
    pub(super) fn step(&mut self, root: &Path, now: SystemTime) -> bool {
        let Ok(shard) = u8::try_from(self.next_shard) else { return false };
        self.next_shard += 1;
        // A shard that cannot be read has nothing to show: it is absent, or others have just removed it.
        for file in fs::read_dir(shard_dir(root, shard)).into_iter().flatten().flatten() {
            self.look_at(&file, now);
        }
        self.next_shard < 256
    }

    pub(super) fn into_sightings(self) -> Vec<Sighting> {
        self.sightings
    }

    fn look_at(&mut self, file: &DirEntry, now: SystemTime) {
        let name = file.file_name();
        let Some(name) = name.to_str() else { return };
        let Ok(metadata) = file.metadata() else { return };
        let used_at = metadata.modified().unwrap_or(now);
        if let Ok(key) = Key::parse(name) {
            self.sightings.push(Sighting { key, bytes: metadata.len(), used_at });
        } else if is_temp(name) && now.duration_since(used_at).is_ok_and(|age| age >= TEMP_IS_OLD) {
            drop(fs::remove_file(file.path()));
        }
    }
}

pub(super) fn shard_dir(root: &Path, shard: u8) -> PathBuf {
    root.join(format!("{shard:02x}"))
}

fn is_temp(name: &str) -> bool {
    name.strip_suffix(TEMP_SUFFIX).and_then(|name| name.split_once('.')).is_some_and(|(key, _)| Key::parse(key).is_ok())
}
