//! The entries in a directory: `<dir>/v1/<first byte>/<key>`. A write is a temporary file and a rename; a read
//! verifies, and what does not verify is removed and absent. Other processes may do the same at the same time.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::entry::Entry;
use super::index::Index;
use super::key::Key;
use super::outage::Outage;
use super::scan::{Scan, TEMP_SUFFIX, shard_dir};
use super::stats::{CacheStats, Counter};
use crate::source::open_without_waiting;

/// Changes with the format of the files, so that two versions may share a directory.
const LAYOUT: &str = "v1";
/// The time of last use is written to a file no more often than this.
const TOUCH_EVERY: Duration = Duration::from_mins(1);
/// Others write too: after writing this part of the bound, look at the whole directory again.
const RESCAN_PART: u64 = 8;

pub(super) struct Disk {
    root: PathBuf,
    max_bytes: u64,
    books: Mutex<Books>,
    writes: Counter,
    pub(super) skipped: Counter,
    evictions: Counter,
    scans: Counter,
    damaged: Counter,
}

struct Books {
    index: Index,
    outage: Outage,
    scan: Progress,
    written_since_scan: u64,
}

enum Progress {
    Due,
    Parked(Scan),
    /// A thread is looking at a shard.
    Stepping,
    Done,
}

impl Disk {
    pub(super) fn new(dir: &Path, max_bytes: u64) -> Self {
        let books =
            Books { index: Index::new(), outage: Outage::default(), scan: Progress::Due, written_since_scan: 0 };
        Self {
            root: dir.join(LAYOUT),
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
        let (temp, mut file) = self.create_temp(key)?;
        // Not synced: after a crash a torn file is found by its checksum, and costs one miss.
        let result = file.write_all(bytes);
        drop(file);
        let result = result.and_then(|()| fs::rename(&temp, self.path(key)));
        if result.is_err() {
            drop(fs::remove_file(&temp));
        }
        result
    }

    /// In the directory of its target, since a rename is atomic only within one file system.
    fn create_temp(&self, key: &Key) -> io::Result<(PathBuf, File)> {
        let nonce = RandomState::new().hash_one(process::id());
        let dir = shard_dir(&self.root, key.first_byte());
        let path = dir.join(format!("{key}.{nonce:016x}{TEMP_SUFFIX}"));
        let create = || OpenOptions::new().write(true).create_new(true).open(&path);
        let file = match create() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&dir)?;
                create()
            }
            result => result,
        };
        Ok((path.clone(), file?))
    }

    pub(super) fn delete(&self, key: &Key) {
        drop(fs::remove_file(self.path(key)));
        self.books().index.forget(key);
    }

    /// `true`: a scan is due, and the caller calls [`Disk::scan_step`] until it is done.
    pub(super) fn begin_scan(&self) -> bool {
        let mut books = self.books();
        if matches!(books.scan, Progress::Done) && books.written_since_scan > self.max_bytes / RESCAN_PART {
            books.scan = Progress::Due;
        }
        let is_due = matches!(books.scan, Progress::Due);
        if is_due {
            books.written_since_scan = 0;
            books.index.begin_scan();
            books.scan = Progress::Parked(Scan::new());
        }
        is_due
    }

    /// There is no thread to go on with: it is due again.
    pub(super) fn abandon_scan(&self) {
        self.books().scan = Progress::Due;
    }

    /// Looks at a part of the directory. `true`: there is more.
    pub(super) fn scan_step(&self) -> bool {
        let parked = std::mem::replace(&mut self.books().scan, Progress::Stepping);
        let Progress::Parked(mut scan) = parked else { return false };
        let is_unfinished = scan.step(&self.root, SystemTime::now());
        let mut books = self.books();
        if is_unfinished {
            books.scan = Progress::Parked(scan);
            return true;
        }
        books.scan = Progress::Done;
        books.index.end_scan(scan.into_sightings());
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

    pub(super) fn take_warnings(&self) -> Vec<String> {
        self.books().outage.take_warnings()
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
