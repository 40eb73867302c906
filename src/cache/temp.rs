//! A file while it is written: it gets its name when it is whole. Its writer holds a lock on it, which the system lets
//! go when the writer dies, so what can be locked is abandoned, however young it is. Never waits for a lock.

use std::fs::{self, DirEntry, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, SystemTime};

use crate::source::open_without_waiting;

const SUFFIX: &str = ".tmp";
/// A scan may come between the creation of a file and its lock, hardly so often.
const ATTEMPTS: u8 = 8;
/// Some network file systems have no locks. No write takes this long.
const ABANDONED_AFTER: Duration = Duration::from_hours(1);

/// Dropped before it has its name, it is removed.
pub(super) struct Temp {
    path: PathBuf,
    file: File,
    is_named: bool,
}

impl Temp {
    /// In the directory of its target, since a rename is atomic only within one file system. Creates the directory.
    pub(super) fn create(target: &Path) -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            let temp = Self::open(target)?;
            if temp.lock() {
                return Ok(temp);
            }
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }

    fn open(target: &Path) -> io::Result<Self> {
        let nonce = RandomState::new().hash_one(process::id());
        let path = target.with_added_extension(format!("{nonce:016x}{SUFFIX}"));
        let create = || OpenOptions::new().write(true).create_new(true).open(&path);
        let file = match create() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(path.parent().unwrap_or(&path))?;
                create()
            }
            result => result,
        };
        Ok(Self { file: file?, path, is_named: false })
    }

    /// `false`: a scan took it for abandoned.
    fn lock(&self) -> bool {
        match self.file.try_lock() {
            // Its name is its own: while it is there, so is the file.
            Ok(()) => self.path.exists(),
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(_)) => true,
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Waits until the bytes are on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Still locked while it gets its name.
    pub(super) fn rename(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_named = true;
        Ok(())
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.is_named {
            drop(fs::remove_file(&self.path));
        }
    }
}

/// The target's name, when this is the name of a temporary file.
pub(super) fn target_of(name: &str) -> Option<&str> {
    let (target, nonce) = name.strip_suffix(SUFFIX)?.rsplit_once('.')?;
    let is_nonce = nonce.len() == 16 && nonce.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_nonce.then_some(target)
}

/// Removes a temporary file whose writer is dead.
pub(super) fn remove_abandoned(entry: &DirEntry, now: SystemTime) {
    let Ok(metadata) = entry.metadata() else { return };
    let path = entry.path();
    let Some(file) = metadata.is_file().then(|| open_without_waiting(&path).ok()).flatten() else { return };
    let is_abandoned = match file.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => {
            metadata.modified().is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age >= ABANDONED_AFTER))
        }
    };
    // Locked until it is gone: a writer that comes late to its lock sees that it has lost.
    if is_abandoned {
        drop(fs::remove_file(path));
    }
    drop(file);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_a_scan_took_for_abandoned_is_given_up_and_another_is_made() {
        let dir = std::env::temp_dir().join(format!("pixmill-temp-{}", process::id()));
        let target = dir.join("target");
        let temp = Temp::open(&target).expect("created");
        let scan = File::open(&temp.path).expect("opened");
        scan.try_lock().expect("its writer has not locked it yet");
        assert!(!temp.lock(), "the scan is about to remove it");
        fs::remove_file(&temp.path).expect("removed");
        drop(scan);
        assert!(!temp.lock(), "the scan has removed it");
        let mut temp = Temp::create(&target).expect("another");
        assert!(File::open(&temp.path).expect("opened").try_lock().is_err(), "no scan can take this one");
        temp.write(b"whole").expect("written");
        temp.rename(&target).expect("named");
        assert_eq!(fs::read(&target).expect("there"), b"whole");
        assert_eq!(fs::read_dir(&dir).expect("a directory").count(), 1);
        fs::remove_dir_all(&dir).expect("removed");
    }

    #[test]
    fn its_name_tells_its_target() {
        assert_eq!(target_of("generation.0123456789abcdef.tmp"), Some("generation"));
        for foreign in ["notes.tmp", "a.0123456789abcde.tmp", "a.0123456789ABCDEF.tmp", "a.0123456789abcdef"] {
            assert_eq!(target_of(foreign), None, "{foreign}");
        }
    }
}
