//! The entries in a directory: `<dir>/v2/<first byte>/<key>`. A write is a temporary file and a rename; a read
//! verifies, and what does not verify is removed and absent. Other processes may do the same at the same time.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::entry::Entry;
use super::generation::Generation;
use super::index::Index;
use super::key::Key;
use super::outage::Outage;
use super::scan::Scan;
use super::stats::{CacheStats, Counter};
use super::temp::Temp;
use super::walk::shard_dir;
use crate::source::open_without_waiting;

/// Changes with the format of the files, so that two versions may share a directory.
const LAYOUT: &str = "v2";
/// The time of last use is written to a file no more often than this.
const TOUCH_EVERY: Duration = Duration::from_mins(1);
/// After writing this part of the bound, look at the whole directory again.
const RESCAN_PART: u64 = 8;

pub(super) struct Disk {
    root: PathBuf,
    max_bytes: u64,
    pub(super) generation: Generation,
    books: Mutex<Books>,
    writes: Counter,
    pub(super) skipped: Counter,
    evictions: Counter,
    scans: Counter,
    damaged: Counter,
}

struct Books {
    is_seen: bool,
    index: Index,
    outage: Outage,
    written_since_scan: u64,
}

impl Disk {
    pub(super) fn new(dir: &Path, max_bytes: u64) -> Self {
        let books = Books { index: Index::new(), outage: Outage::default(), is_seen: false, written_since_scan: 0 };
        let root = dir.join(LAYOUT);
        Self {
            generation: Generation::new(&root),
            root,
            max_bytes,
            books: Mutex::new(books),
            writes: Counter::default(),
            skipped: Counter::default(),
            evictions: Counter::default(),
            scans: Counter::default(),
            damaged: Counter::default(),
        }
    }

    pub(super) fn read(&self, key: &Key) -> Option<Entry> {
        let path = self.path(key);
        let mut file = match open_without_waiting(&path) {
            Ok(file) => file,
            Err(error) => {
                if error.kind() == io::ErrorKind::NotFound {
                    self.books().index.forget(key);
                }
                return None;
            }
        };
        let Some(entry) = self.read_bytes(&mut file).ok()?.and_then(|bytes| Entry::parse(key, bytes)) else {
            self.delete(key);
            self.damaged.add(1);
            return None;
        };
        touch(&file);
        self.books().index.note(*key, entry.len(), SystemTime::now());
        Some(entry)
    }

    /// `None` for what no writer of ours leaves behind; an error where the file may be fine.
    fn read_bytes(&self, file: &mut File) -> io::Result<Option<Vec<u8>>> {
        let metadata = file.metadata()?;
        let len = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        if !metadata.is_file() || metadata.len() > self.max_bytes {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| io::ErrorKind::OutOfMemory)?;
        file.take(metadata.len()).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Failure is remembered and reported once, never returned: the entry is in memory.
    pub(super) fn write(&self, key: &Key, entry: &Entry, now: Instant) {
        if entry.len() > self.max_bytes || !self.books().outage.may_try(now) {
            self.skipped.add(1);
            return;
        }
        let result = self.write_file(key, entry.file());
        let mut books = self.books();
        if let Err(error) = result {
            self.skipped.add(1);
            let dir = self.root.parent().unwrap_or(&self.root);
            books.outage.failed(dir, &error, now);
            return;
        }
        self.writes.add(1);
        books.outage.succeeded();
        books.written_since_scan += entry.len();
        books.index.note(*key, entry.len(), SystemTime::now());
        self.evict(books);
    }

    fn write_file(&self, key: &Key, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let mut temp = Temp::create(&path)?;
        // Not synced: after a crash of the system a torn file is found by its checksum, and costs one miss.
        temp.write(bytes)?;
        temp.rename(&path)
    }

    pub(super) fn delete(&self, key: &Key) {
        drop(fs::remove_file(self.path(key)));
        self.books().index.forget(key);
    }

    /// At the start, and again now and then: others write too, and what they wrote counts.
    pub(super) fn is_scan_due(&self) -> bool {
        let books = self.books();
        !books.is_seen || books.written_since_scan > self.max_bytes / RESCAN_PART
    }

    pub(super) fn begin_scan(&self) {
        let mut books = self.books();
        (books.is_seen, books.written_since_scan) = (true, 0);
        books.index.begin_scan();
    }

    /// `false`: it is finished, and the bound holds for all files that were seen.
    pub(super) fn scan_step(&self, scan: &mut Scan) -> bool {
        if scan.step(&self.root, SystemTime::now()) {
            return true;
        }
        let mut books = self.books();
        books.index.end_scan(std::mem::take(scan).into_sightings());
        self.evict(books);
        self.scans.add(1);
        false
    }

    /// Takes the lock along, so that whoever went beyond the bound also removes the files.
    fn evict(&self, mut books: MutexGuard<'_, Books>) {
        let evicted = books.index.evict(self.max_bytes);
        drop(books);
        for key in &evicted {
            drop(fs::remove_file(self.path(key)));
        }
        self.evictions.add(evicted.len() as u64);
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn take_warnings(&self) -> Vec<String> {
        let mut warnings = self.books().outage.take_warnings();
        warnings.extend(self.generation.take_warnings());
        warnings
    }

    pub(super) fn add_to(&self, stats: CacheStats) -> CacheStats {
        let books = self.books();
        CacheStats {
            disk_bytes: books.index.bytes(),
            disk_entries: books.index.len() as u64,
            writes: self.writes.get(),
            skipped_writes: self.skipped.get(),
            evictions: self.evictions.get(),
            scans: self.scans.get(),
            damaged: self.damaged.get(),
            degraded: books.outage.is_on(),
            ..stats
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        shard_dir(&self.root, key.first_byte()).join(key.to_string())
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn touch(file: &File) {
    let now = SystemTime::now();
    let used_at = file.metadata().and_then(|metadata| metadata.modified());
    if used_at.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age >= TOUCH_EVERY)) {
        drop(file.set_modified(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::outage::RETRY_AFTER;
    use crate::cache::{KeyField, NewEntry, Tags};

    #[test]
    fn when_the_directory_is_well_again_writing_resumes() {
        let dir = std::env::temp_dir().join(format!("pixmill-disk-{}", std::process::id()));
        let key = Key::of(&[KeyField::Null]);
        let tags = Tags::default();
        let new = NewEntry { tags: &tags, content_type: "", etag: "", meta: "", ttl_seconds: 1, body: b"x" };
        let entry = Entry::new(&key, &new, 0).expect("memory");
        fs::write(&dir, "in the way").expect("written");
        let (disk, start) = (Disk::new(&dir, 1000), Instant::now());
        let counts = || (disk.writes.get(), disk.skipped.get(), disk.books().outage.is_on());
        disk.write(&key, &entry, start);
        fs::remove_file(&dir).expect("removed");
        disk.write(&key, &entry, start + RETRY_AFTER / 2);
        assert_eq!(counts(), (0, 2, true), "left alone for a while");
        disk.write(&key, &entry, start + RETRY_AFTER);
        assert_eq!(counts(), (1, 2, false));
        assert_eq!(disk.read(&key), Some(entry));
        fs::remove_dir_all(&dir).expect("removed");
    }
}
