//! Both tiers as one, for the thread that calls: an answer of the disk passes the rules and is then in memory.

use std::sync::Arc;
use std::time::Instant;

use super::disk::Disk;
use super::entry::Entry;
use super::key::Key;
use super::pending::Pending;
use super::resident::Resident;
use super::stats::{CacheStats, Counter};

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

pub(super) struct Tiers {
    pub(super) resident: Arc<Resident>,
    pub(super) disk: Option<Arc<Disk>>,
    pub(super) memory_hits: Counter,
    pub(super) pending: Pending,
    disk_hits: Counter,
    misses: Counter,
}

impl Tiers {
    pub(super) fn new(max_memory_bytes: u64, disk: Option<Disk>) -> Self {
        Self {
            resident: Arc::new(Resident::new(max_memory_bytes)),
            disk: disk.map(Arc::new),
            memory_hits: Counter::default(),
            pending: Pending::beside(max_memory_bytes),
            disk_hits: Counter::default(),
            misses: Counter::default(),
        }
    }

    pub(super) fn read(&self, key: &Key) -> Option<Found> {
        self.read_disk(key).or_else(|| self.resident.get(key).map(Found::in_memory))
    }

    fn read_disk(&self, key: &Key) -> Option<Found> {
        let disk = self.disk.as_ref()?;
        if !disk.generation.load(&self.resident) {
            return None;
        }
        let entry = disk.read(key).map(Arc::new)?;
        let Some(newest) = self.resident.put_newer(*key, Arc::clone(&entry)) else {
            disk.delete(key);
            return None;
        };
        let tier = if Arc::ptr_eq(&newest, &entry) { Tier::Disk } else { Tier::Memory };
        Some(Found { entry: newest, tier })
    }

    /// A rule may have come while it was waiting for its turn.
    pub(super) fn write(&self, key: &Key, entry: &Entry) {
        let Some(disk) = &self.disk else { return };
        disk.generation.load(&self.resident);
        if self.resident.admits(entry) {
            disk.write(key, entry, Instant::now());
        }
    }

    /// Once more from memory: a read that was under way may have brought it back.
    pub(super) fn delete(&self, key: &Key) {
        if let Some(disk) = &self.disk {
            disk.delete(key);
        }
        self.resident.delete(key);
    }

    pub(super) fn count(&self, found: Option<Found>) -> Option<Found> {
        match found.as_ref().map(|found| found.tier) {
            Some(Tier::Memory) => self.memory_hits.add(1),
            Some(Tier::Disk) => self.disk_hits.add(1),
            None => self.misses.add(1),
        }
        found
    }

    pub(super) fn stats(&self) -> CacheStats {
        let (memory_bytes, memory_entries) = self.resident.size();
        let stats = CacheStats {
            memory_bytes,
            max_memory_bytes: self.resident.max_bytes(),
            memory_entries,
            memory_hits: self.memory_hits.get(),
            disk_hits: self.disk_hits.get(),
            misses: self.misses.get(),
            ..CacheStats::default()
        };
        self.disk.as_ref().map_or(stats, |disk| disk.add_to(stats))
    }
}

impl Found {
    pub(super) fn in_memory(entry: Arc<Entry>) -> Self {
        Self { entry, tier: Tier::Memory }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::rule::{Action, By, Rule};
    use crate::cache::rules::Rules;
    use crate::cache::{KeyField, NewEntry, Tags};

    #[test]
    fn a_write_that_a_rule_overtook_is_not_carried_out() {
        let dir = std::env::temp_dir().join(format!("pixmill-tiers-{}", std::process::id()));
        let open = || Tiers::new(0, Some(Disk::new(&dir, 1000)));
        let (ours, theirs) = (open(), open());
        let rule = Rule::new(Action::Purge, By::Tag, "x").expect("valid");
        theirs.resident.learn(&Rules::of(&rule, 5));
        theirs.disk.iter().for_each(|disk| disk.generation.save(&theirs.resident, Instant::now()));
        for (stored_at_ms, writes) in [(5, 0), (6, 1)] {
            let tags = Tags::new(&["x"]).expect("valid");
            let new = NewEntry { tags: &tags, content_type: "", etag: "", meta: "", ttl_seconds: 1, body: b"x" };
            let key = Key::of(&[KeyField::Null]);
            ours.write(&key, &Entry::new(&key, &new, stored_at_ms).expect("memory"));
            assert_eq!(ours.stats().writes, writes, "stored at {stored_at_ms}");
        }
        std::fs::remove_dir_all(&dir).expect("removed");
    }
}
