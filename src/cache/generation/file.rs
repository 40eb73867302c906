//! The generation file as a file: read when it changed, replaced whole, one writer at a time. Knows no rules.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::cache::temp::Temp;
use crate::source::open_without_waiting;

/// It stays where it is: were it removed, two could hold it.
const LOCK: &str = "generation.lock";
/// A writer needs milliseconds. One that was stopped must not stop all others.
const LOCK_WITHIN: Duration = Duration::from_secs(2);
const LOCK_POLL: Duration = Duration::from_millis(2);
/// The clock of a file system may stand still between two changes; a young file is read again.
const YOUNG: Duration = Duration::from_secs(2);
/// More is none of ours.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// By which a change is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    modified: Option<SystemTime>,
    bytes: u64,
    inode: u64,
}

pub(super) enum Contents {
    AsSeen,
    Absent,
    New(Seen, Vec<u8>),
}

/// Without opening it when it looks as it did.
pub(super) fn read_unless(path: &Path, seen: Option<Seen>, now: SystemTime) -> io::Result<Contents> {
    match fs::metadata(path) {
        Ok(metadata) if seen.is_some_and(|seen| seen == Seen::of(&metadata) && !seen.is_young(now)) => {
            Ok(Contents::AsSeen)
        }
        Ok(_) => read(path),
        // Nothing of the directory is within reach then, no entry either.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(Contents::Absent),
        Err(error) => absent_or(error),
    }
}

pub(super) fn read(path: &Path) -> io::Result<Contents> {
    let file = match open_without_waiting(path) {
        Ok(file) => file,
        Err(error) => return absent_or(error),
    };
    let metadata = file.metadata()?;
    let mut bytes = Vec::new();
    if metadata.is_file() && metadata.len() <= MAX_BYTES {
        file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    }
    Ok(Contents::New(Seen::of(&metadata), bytes))
}

/// On the disk when this returns, because a purge is a promise.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<Seen> {
    let mut temp = Temp::create(path)?;
    temp.write(bytes)?;
    temp.sync()?;
    let metadata = temp.metadata()?;
    temp.rename(path)?;
    // Not every file system can; then the rename reaches the disk a little later.
    drop(path.parent().map(File::open).map(|dir| dir.and_then(|dir| dir.sync_all())));
    Ok(Seen::of(&metadata))
}

/// Held until the file is dropped, or its process is dead. Creates the directory.
pub(super) fn lock(root: &Path) -> io::Result<File> {
    fs::create_dir_all(root)?;
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(root.join(LOCK))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < LOCK_WITHIN => thread::sleep(LOCK_POLL),
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // Without locks on this file system two that purge at once may lose one, until the loser looks again.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

fn absent_or(error: io::Error) -> io::Result<Contents> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(Contents::Absent),
        _ => Err(error),
    }
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        Self { modified: metadata.modified().ok(), bytes: metadata.len(), inode: inode(metadata) }
    }

    fn is_young(self, now: SystemTime) -> bool {
        self.modified.is_none_or(|at| now.duration_since(at).is_ok_and(|age| age < YOUNG) || at > now)
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_young_file_is_read_again_even_if_it_looks_as_it_did() {
        let path = std::env::temp_dir().join(format!("pixmill-young-{}", std::process::id()));
        fs::write(&path, "first").expect("written");
        let Ok(Contents::New(seen, _)) = read(&path) else { panic!("it is there") };
        let at = seen.modified.expect("a clock");
        let file = OpenOptions::new().write(true).open(&path).expect("opened");
        std::io::Write::write_all(&mut &file, b"again").expect("written");
        file.set_modified(at).expect("set");
        let young = read_unless(&path, Some(seen), at + YOUNG / 2);
        assert!(matches!(young, Ok(Contents::New(now, bytes)) if now == seen && bytes == b"again"));
        assert!(matches!(read_unless(&path, Some(seen), at + YOUNG), Ok(Contents::AsSeen)));
        file.set_modified(at + YOUNG).expect("set");
        assert!(matches!(read_unless(&path, Some(seen), at + 3 * YOUNG), Ok(Contents::New(..))));
        fs::remove_file(&path).expect("removed");
        assert!(matches!(read_unless(&path, Some(seen), at), Ok(Contents::Absent)));
    }
}
