//! The cache in numbers. A snapshot, never a control.

use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheStats {
    pub memory_bytes: u64,
    /// The most that `memory_bytes` may become.
    pub max_memory_bytes: u64,
    pub memory_entries: u64,
    /// As far as this process knows: others may share the directory.
    pub disk_bytes: u64,
    pub disk_entries: u64,
    pub memory_hits: u64,
    pub disk_hits: u64,
    pub misses: u64,
    /// Entries written to disk.
    pub writes: u64,
    /// Entries that were not written: the disk is failing or slower than they come.
    pub skipped_writes: u64,
    pub evictions: u64,
    /// How often the whole directory has been looked through; before the first time, `disk_bytes` is a part.
    pub scans: u64,
    /// Damaged files that were found, and removed.
    pub damaged: u64,
    /// The directory cannot be written at the moment.
    pub degraded: bool,
}

#[derive(Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
