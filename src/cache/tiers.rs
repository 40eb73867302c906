//! The cache as others see it: memory in front of the disk. The memory tier answers on the calling thread, the disk
//! tier on threads of its own.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::disk::Disk;
use super::entry::{Entry, NewEntry};
use super::key::Key;
use super::lanes::{Lanes, Turn};
use super::memory::Memory;
use super::stats::{CacheStats, Counter};

/// Entries on their way to a slow disk occupy memory beside the memory tier; beyond this they are not written.
const MAX_PENDING_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// `None`: memory only.
    pub dir: Option<PathBuf>,
    pub max_disk_bytes: u64,
    pub max_memory_bytes: u64,
}

/// Where an entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    Memory,
    Disk,
}

#[derive(Debug, Clone)]
pub struct Found {
    pub entry: Arc<Entry>,
    pub tier: Tier,
}

/// Dropping it is [`Cache::close`].
pub struct Cache {
    tiers: Arc<Tiers>,
    lanes: Arc<Lanes>,
}

struct Tiers {
    memory: Mutex<Memory>,
    disk: Option<Disk>,
    memory_hits: Counter,
    disk_hits: Counter,
    misses: Counter,
    pending: Pending,
}

impl Cache {
    /// Touches no file: the directory is created by the first write, and looked through after the first request.
    pub fn new(config: CacheConfig) -> Self {
        let dir = config.dir.filter(|_| config.max_disk_bytes > 0);
        let tiers = Tiers {
            memory: Mutex::new(Memory::new(config.max_memory_bytes)),
            disk: dir.map(|dir| Disk::new(&dir, config.max_disk_bytes)),
            memory_hits: Counter::default(),
            disk_hits: Counter::default(),
            misses: Counter::default(),
            pending: Pending::default(),
        };
        Self { tiers: Arc::new(tiers), lanes: Arc::new(Lanes::new()) }
    }

    /// Fresh or stale, without waiting for a disk.
    pub fn get_memory(&self, key: &Key) -> Option<Arc<Entry>> {
        let entry = self.tiers.memory().get(key)?;
        self.tiers.memory_hits.add(1);
        Some(entry)
    }

    /// Fresh or stale. A stale one in memory gives way to a newer one on disk, which another process may have written.
    /// `settle` is called exactly once, on this thread or on the cache's.
    pub fn get<S>(&self, key: Key, settle: S)
    where
        S: FnOnce(Option<Found>) + Send + 'static,
    {
        let known = self.tiers.memory().get(&key);
        if self.tiers.disk.is_none() || known.as_ref().is_some_and(|entry| entry.is_fresh(now_ms())) {
            return settle(self.tiers.count(known.map(Found::in_memory)));
        }
        let tiers = Arc::clone(&self.tiers);
        self.lanes.submit(key.first_byte(), move |turn| {
            let found = if turn == Turn::Run { tiers.read(&key) } else { known.map(Found::in_memory) };
            settle(tiers.count(found));
        });
        self.scan_if_due();
    }

    /// In memory when this returns, on disk when `settle` is called; whatever the disk says, it is never an error.
    pub fn put<S>(&self, key: Key, new: &NewEntry<'_>, stored_at_ms: u64, settle: S)
    where
        S: FnOnce() + Send + 'static,
    {
        let Ok(entry) = Entry::new(&key, new, stored_at_ms) else { return settle() };
        let entry = Arc::new(entry);
        self.tiers.memory().put(key, Arc::clone(&entry));
        let Some(disk) = &self.tiers.disk else { return settle() };
        if !self.tiers.pending.add(entry.len()) {
            disk.skipped.add(1);
            return settle();
        }
        let tiers = Arc::clone(&self.tiers);
        self.lanes.submit(key.first_byte(), move |turn| {
            if turn == Turn::Run {
                tiers.write(&key, &entry);
            }
            tiers.pending.sub(entry.len());
            settle();
        });
        self.scan_if_due();
    }

    pub fn delete<S>(&self, key: Key, settle: S)
    where
        S: FnOnce() + Send + 'static,
    {
        self.tiers.memory().delete(&key);
        if self.tiers.disk.is_none() {
            return settle();
        }
        let tiers = Arc::clone(&self.tiers);
        self.lanes.submit(key.first_byte(), move |turn| {
            if turn == Turn::Run {
                tiers.delete(&key);
            }
            settle();
        });
    }

    pub fn stats(&self) -> CacheStats {
        self.tiers.stats()
    }

    /// What is worth a line in the log, each once.
    pub fn take_warnings(&self) -> Vec<String> {
        self.tiers.disk.as_ref().map(Disk::take_warnings).unwrap_or_default()
    }

    /// What was asked for is still done, by threads that end after that; what is asked for later finds the memory tier
    /// only.
    pub fn close(&self) {
        self.lanes.close();
    }

    /// Waits until a closed cache has written what it had to write.
    pub fn join(&self) {
        self.lanes.join();
    }

    fn scan_if_due(&self) {
        if self.tiers.disk.as_ref().is_some_and(Disk::begin_scan) {
            scan(Arc::clone(&self.tiers), &self.lanes);
        }
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.close();
    }
}

/// Step by step, so that requests go in between.
fn scan(tiers: Arc<Tiers>, lanes: &Arc<Lanes>) {
    let next = Arc::clone(lanes);
    lanes.submit(0, move |turn| {
        let Some(disk) = &tiers.disk else { return };
        match turn {
            Turn::Skip => disk.abandon_scan(),
            Turn::Run if disk.scan_step() => scan(tiers, &next),
            Turn::Run => {}
        }
    });
}

impl Tiers {
    fn read(&self, key: &Key) -> Option<Found> {
        let Some(entry) = self.disk.as_ref()?.read(key).map(Arc::new) else {
            return self.memory().get(key).map(Found::in_memory);
        };
        let newest = self.memory().put_newer(*key, Arc::clone(&entry));
        let tier = if Arc::ptr_eq(&newest, &entry) { Tier::Disk } else { Tier::Memory };
        Some(Found { entry: newest, tier })
    }

    fn write(&self, key: &Key, entry: &Entry) {
        if let Some(disk) = &self.disk {
            disk.write(key, entry, Instant::now());
        }
    }

    /// Once more from memory: a read that was under way may have brought it back.
    fn delete(&self, key: &Key) {
        if let Some(disk) = &self.disk {
            disk.delete(key);
        }
        self.memory().delete(key);
    }

    fn count(&self, found: Option<Found>) -> Option<Found> {
        match found.as_ref().map(|found| found.tier) {
            Some(Tier::Memory) => self.memory_hits.add(1),
            Some(Tier::Disk) => self.disk_hits.add(1),
            None => self.misses.add(1),
        }
        found
    }

    fn stats(&self) -> CacheStats {
        let (memory_bytes, memory_entries) = {
            let memory = self.memory();
            (memory.bytes(), memory.len() as u64)
        };
        let stats = CacheStats {
            memory_bytes,
            memory_entries,
            memory_hits: self.memory_hits.get(),
            disk_hits: self.disk_hits.get(),
            misses: self.misses.get(),
            ..CacheStats::default()
        };
        self.disk.as_ref().map_or(stats, |disk| disk.add_to(stats))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Found {
    fn in_memory(entry: Arc<Entry>) -> Self {
        Self { entry, tier: Tier::Memory }
    }
}

/// Bytes that wait to be written.
#[derive(Default)]
struct Pending(Mutex<u64>);

impl Pending {
    fn add(&self, bytes: u64) -> bool {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = pending.saturating_add(bytes) <= MAX_PENDING_BYTES;
        *pending += if fits { bytes } else { 0 };
        fits
    }

    fn sub(&self, bytes: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
    }
}

/// The clock that entries are stamped with.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
