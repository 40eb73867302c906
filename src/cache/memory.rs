//! The entries that need no disk: least recently used go first, bounded by bytes. Never copies a body.

use std::sync::Arc;

use lru::LruCache;

use super::entry::Entry;
use super::key::Key;

/// What an entry costs beside its bytes, roughly: texts, allocations, its place in the map.
const OVERHEAD_BYTES: u64 = 512;

pub(super) struct Memory {
    entries: LruCache<Key, Arc<Entry>>,
    bytes: u64,
    max_bytes: u64,
}

impl Memory {
    pub(super) fn new(max_bytes: u64) -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0, max_bytes }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Arc<Entry>> {
        self.entries.get(key).cloned()
    }

    /// One that is larger than the whole tier is not kept, nor is what it was to replace.
    pub(super) fn put(&mut self, key: Key, entry: Arc<Entry>) {
        self.delete(&key);
        if cost(&entry) > self.max_bytes {
            return;
        }
        self.bytes += cost(&entry);
        self.entries.put(key, entry);
        while self.bytes > self.max_bytes {
            let Some((_, oldest)) = self.entries.pop_lru() else { break };
            self.bytes -= cost(&oldest);
        }
    }

    /// Keeps whichever was stored later, and returns it: a slow read must not undo a write.
    pub(super) fn put_newer(&mut self, key: Key, entry: Arc<Entry>) -> Arc<Entry> {
        if let Some(known) = self.get(&key).filter(|known| known.stored_at_ms() >= entry.stored_at_ms()) {
            return known;
        }
        self.put(key, Arc::clone(&entry));
        entry
    }

    pub(super) fn delete(&mut self, key: &Key) {
        if let Some(entry) = self.entries.pop(key) {
            self.bytes -= cost(&entry);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Arc<Entry>)> {
        self.entries.iter()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn cost(entry: &Entry) -> u64 {
    entry.len() + OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::{KeyField, NewEntry, Tags};

    fn key(number: u32) -> Key {
        Key::of(&[KeyField::Number(f64::from(number))])
    }

    fn entry(number: u32, body_len: usize, stored_at_ms: u64) -> Arc<Entry> {
        let body = vec![7; body_len];
        let tags = Tags::default();
        let new = NewEntry { tags: &tags, content_type: "image/png", etag: "", meta: "", ttl_seconds: 1, body: &body };
        Arc::new(Entry::new(&key(number), &new, stored_at_ms).expect("memory"))
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut memory = Memory::new(3 * cost(&entry(0, 1000, 0)));
        for number in 0..3 {
            memory.put(key(number), entry(number, 1000, 0));
        }
        assert!(memory.get(&key(0)).is_some());
        memory.put(key(3), entry(3, 1000, 0));
        let kept: Vec<_> = (0..4).map(|number| memory.get(&key(number)).is_some()).collect();
        assert_eq!(kept, [true, false, true, true]);
        assert_eq!((memory.len(), memory.bytes()), (3, memory.max_bytes));
    }

    #[test]
    fn one_that_is_too_large_leaves_nothing_behind() {
        let mut memory = Memory::new(2000);
        memory.put(key(0), entry(0, 1000, 0));
        memory.put(key(0), entry(0, 3000, 0));
        assert_eq!((memory.len(), memory.bytes()), (0, 0));
    }

    #[test]
    fn an_older_one_does_not_replace_a_newer_one() {
        let mut memory = Memory::new(10_000);
        memory.put(key(0), entry(0, 10, 5));
        assert_eq!(memory.put_newer(key(0), entry(0, 10, 4)).stored_at_ms(), 5);
        assert_eq!(memory.put_newer(key(0), entry(0, 10, 6)).stored_at_ms(), 6);
        assert_eq!(memory.get(&key(0)).map(|entry| entry.stored_at_ms()), Some(6));
    }
}
