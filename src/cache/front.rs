//! The cache as others see it: memory in front of the disk. The memory tier answers on the calling thread, the disk
//! tier on threads of its own; nothing here waits for a disk.

use std::path::PathBuf;
use std::sync::Arc;

use super::clock::now_ms;
use super::disk::Disk;
use super::entry::{Entry, NewEntry};
use super::expiry::Expiry;
use super::keeper::Keeper;
use super::key::Key;
use super::lanes::{Lanes, Turn};
use super::rule::Rule;
use super::rules::Rules;
use super::stats::CacheStats;
use super::tiers::{Found, Tiers};
use super::watch::Watch;

#[derive(Debug, Clone)]
pub struct CacheConfig {
    /// `None`: memory only.
    pub dir: Option<PathBuf>,
    pub max_disk_bytes: u64,
    pub max_memory_bytes: u64,
}

/// Dropping it is [`Cache::close`].
pub struct Cache {
    tiers: Arc<Tiers>,
    lanes: Lanes,
    watch: Option<Watch>,
}

impl Cache {
    /// Looks through the directory on a thread of its own; creates nothing before the first write.
    pub fn new(config: CacheConfig) -> Self {
        let dir = config.dir.filter(|_| config.max_disk_bytes > 0);
        let disk = dir.map(|dir| Disk::new(&dir, config.max_disk_bytes));
        let tiers = Tiers::new(config.max_memory_bytes, disk);
        let keeper = tiers.disk.as_ref().map(|disk| Keeper::new(Arc::clone(&tiers.resident), Arc::clone(disk)));
        Self { tiers: Arc::new(tiers), lanes: Lanes::new(), watch: keeper.map(Watch::start) }
    }

    /// Fresh or stale, without waiting for a disk.
    pub fn get_memory(&self, key: &Key) -> Option<Arc<Entry>> {
        let entry = self.tiers.resident.get(key)?;
        self.tiers.memory_hits.add(1);
        Some(entry)
    }

    /// The same, as long as it is the entry of this serial number.
    pub fn get_memory_if(&self, key: &Key, serial: u64) -> Option<Arc<Entry>> {
        let entry = self.tiers.resident.get(key).filter(|entry| entry.serial() == serial)?;
        self.tiers.memory_hits.add(1);
        Some(entry)
    }

    /// Fresh or stale. A stale one in memory gives way to a newer one on disk, which another process may have written.
    /// `settle` is called exactly once, on this thread or on the cache's.
    pub fn get<S>(&self, key: Key, settle: S)
    where
        S: FnOnce(Option<Found>) + Send + 'static,
    {
        let known = self.tiers.resident.get(&key);
        if self.tiers.disk.is_none() || known.as_ref().is_some_and(|entry| entry.is_fresh(now_ms())) {
            return settle(self.tiers.count(known.map(Found::in_memory)));
        }
        let tiers = Arc::clone(&self.tiers);
        self.lanes.submit(key.first_byte(), move |turn| {
            let found = if turn == Turn::Run { tiers.read(&key) } else { known.map(Found::in_memory) };
            settle(tiers.count(found));
        });
    }

    /// In memory when this returns, on disk when `settle` is called; whatever the disk says, it is never an error.
    /// Nowhere, when what was known at `stored_at_ms` has been purged since.
    pub fn put<S>(&self, key: Key, new: &NewEntry<'_>, stored_at_ms: u64, settle: S)
    where
        S: FnOnce() + Send + 'static,
    {
        // Nothing is stored later than now, to which the times of rules belong.
        let Ok(entry) = Entry::new(&key, new, stored_at_ms.min(now_ms())) else { return settle() };
        let entry = Arc::new(entry);
        if !self.tiers.resident.put(key, &entry) {
            return settle();
        }
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
    }

    pub fn delete<S>(&self, key: Key, settle: S)
    where
        S: FnOnce() + Send + 'static,
    {
        self.tiers.resident.delete(&key);
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

    /// In force in memory when this returns; in force for all processes on the directory, within half a second, and
    /// swept for when `settle` is called, with the number of entries that it hit in this memory and on the disk.
    pub fn expire<S>(&self, rule: &Rule, settle: S)
    where
        S: FnOnce(u64) + Send + 'static,
    {
        let at_ms = now_ms();
        let rules = Rules::of(rule, at_ms);
        let hits = self.tiers.resident.learn(&rules);
        let expiry = Expiry::new(rules, at_ms, hits, settle);
        let Some((watch, disk)) = self.watch.as_ref().zip(self.tiers.disk.as_ref()) else {
            return self.lanes.submit(0, move |_| drop(expiry));
        };
        if !watch.ask(expiry) {
            disk.generation.cannot_save();
        }
    }

    /// A number that changes when rules are put in force: what was begun before may be based on what was purged.
    pub fn generation(&self) -> u64 {
        self.tiers.resident.generation()
    }

    pub fn stats(&self) -> CacheStats {
        self.tiers.stats()
    }

    /// What is worth a line in the log, each once.
    pub fn take_warnings(&self) -> Vec<String> {
        self.tiers.disk.as_ref().map(|disk| disk.take_warnings()).unwrap_or_default()
    }

    /// What was asked for is still done, by threads that end after that; what is asked for later finds the memory tier
    /// only.
    pub fn close(&self) {
        self.lanes.close();
        self.watch.iter().for_each(Watch::close);
    }

    /// Waits until a closed cache has written what it had to write.
    pub fn join(&self) {
        self.lanes.join();
        self.watch.iter().for_each(Watch::join);
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        self.close();
    }
}
