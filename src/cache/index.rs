//! Which files the disk tier has, how large they are, and which was used last. Built from names and `stat`; a guess,
//! because other processes write and delete too: no answer depends on it, only what is deleted to stay within bounds.

use std::collections::HashMap;
use std::time::SystemTime;

use lru::LruCache;

use super::key::Key;

pub(super) struct Index {
    files: LruCache<Key, File>,
    bytes: u64,
    /// What happened since a scan began, which may have passed the place before.
    since_scan: Option<HashMap<Key, Change>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Noted,
    Gone,
}

#[derive(Clone, Copy)]
struct File {
    bytes: u64,
    used_at: SystemTime,
}

/// What a scan found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sighting {
    pub(super) key: Key,
    pub(super) bytes: u64,
    pub(super) used_at: SystemTime,
}

impl Index {
    pub(super) fn new() -> Self {
        Self { files: LruCache::unbounded(), bytes: 0, since_scan: None }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// The file was read or written; to be called in the order of `used_at`.
    pub(super) fn note(&mut self, key: Key, bytes: u64, used_at: SystemTime) {
        self.bytes += bytes;
        self.bytes -= self.files.put(key, File { bytes, used_at }).map_or(0, |file| file.bytes);
        self.record(key, Change::Noted);
    }

    pub(super) fn forget(&mut self, key: &Key) {
        self.bytes -= self.files.pop(key).map_or(0, |file| file.bytes);
        self.record(*key, Change::Gone);
    }

    /// Takes out the least recently used until at most `max_bytes` are left.
    pub(super) fn evict(&mut self, max_bytes: u64) -> Vec<Key> {
        let mut evicted = Vec::new();
        while self.bytes > max_bytes {
            let Some((key, file)) = self.files.pop_lru() else { break };
            self.bytes -= file.bytes;
            self.record(key, Change::Gone);
            evicted.push(key);
        }
        evicted
    }

    pub(super) fn begin_scan(&mut self) {
        self.since_scan = Some(HashMap::new());
    }

    /// Replaces the whole by what a scan found and what happened while it ran. Of two times of last use the later one
    /// counts, since not each use is written to the disk.
    pub(super) fn end_scan(&mut self, sightings: Vec<Sighting>) {
        let Self { files: mut known, since_scan, .. } = std::mem::replace(self, Self::new());
        let changes = since_scan.unwrap_or_default();
        let mut files = Vec::new();
        for Sighting { key, bytes, used_at } in sightings {
            match known.pop(&key) {
                Some(file) if file.used_at > used_at => files.push((key, file)),
                None if changes.get(&key) == Some(&Change::Gone) => {}
                _ => files.push((key, File { bytes, used_at })),
            }
        }
        let noted = known.iter().filter(|(key, _)| changes.get(*key) == Some(&Change::Noted));
        files.extend(noted.map(|(key, file)| (*key, *file)));
        files.sort_unstable_by_key(|(_, file)| file.used_at);
        for (key, File { bytes, used_at }) in files {
            self.note(key, bytes, used_at);
        }
    }

    fn record(&mut self, key: Key, change: Change) {
        if let Some(changes) = &mut self.since_scan {
            changes.insert(key, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::KeyField;
    use std::time::{Duration, UNIX_EPOCH};

    fn key(number: u32) -> Key {
        Key::of(&[KeyField::Number(f64::from(number))])
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn index(files: &[(u32, u64)]) -> Index {
        let mut index = Index::new();
        for (number, seconds) in files {
            index.note(key(*number), 10, at(*seconds));
        }
        index
    }

    #[test]
    fn evicts_the_least_recently_used() {
        let mut index = index(&[(0, 1), (1, 2), (2, 3), (3, 4)]);
        index.note(key(0), 20, at(5));
        assert_eq!(index.bytes(), 50);
        assert_eq!(index.evict(35), [key(1), key(2)]);
        assert_eq!((index.bytes(), index.len()), (30, 2));
    }

    #[test]
    fn a_scan_respects_what_happened_while_it_ran_and_the_later_time_of_use() {
        let mut index = index(&[(0, 1), (2, 9)]);
        index.begin_scan();
        index.note(key(1), 10, at(2));
        index.note(key(5), 10, at(10));
        index.forget(&key(5));
        let found = [(2, 3), (3, 5), (4, 4), (5, 10)];
        let found = found.map(|(number, seconds)| Sighting { key: key(number), bytes: 10, used_at: at(seconds) });
        index.end_scan(found.to_vec());
        assert_eq!(index.bytes(), 40, "what others deleted is gone, and what was deleted after it was seen");
        assert_eq!(index.evict(0), [key(1), key(4), key(3), key(2)]);
    }
}
