//! The memory tier under the rules: what a rule forbids does not get in, and leaves when the rule comes, so that a hit
//! need not ask. One lock for both, because between a question and its answer a rule could come. Knows no disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::entry::Entry;
use super::key::Key;
use super::memory::Memory;
use super::rules::Rules;
use super::until::Verdict;

pub(super) struct Resident {
    held: Mutex<Held>,
    generation: AtomicU64,
}

struct Held {
    memory: Memory,
    rules: Rules,
}

impl Resident {
    pub(super) fn new(max_bytes: u64) -> Self {
        let held = Held { memory: Memory::new(max_bytes), rules: Rules::default() };
        Self { held: Mutex::new(held), generation: AtomicU64::new(0) }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        self.lock().memory.get(key)
    }

    /// `false`: a rule says that it is absent.
    pub(super) fn put(&self, key: Key, entry: &Arc<Entry>) -> bool {
        let mut held = self.lock();
        let is_admitted = held.admits(entry);
        if is_admitted {
            held.memory.put(key, Arc::clone(entry));
        }
        is_admitted
    }

    /// What is in memory after this; `None`: a rule says that `entry` is absent, and memory is as before.
    pub(super) fn put_newer(&self, key: Key, entry: Arc<Entry>) -> Option<Arc<Entry>> {
        let mut held = self.lock();
        held.admits(&entry).then(|| held.memory.put_newer(key, entry))
    }

    pub(super) fn admits(&self, entry: &Entry) -> bool {
        self.lock().admits(entry)
    }

    pub(super) fn delete(&self, key: &Key) {
        self.lock().memory.delete(key);
    }

    /// Puts rules in force, and returns the entries that they concern, as far as the rules are news.
    pub(super) fn learn(&self, rules: &Rules) -> Vec<Key> {
        let mut held = self.lock();
        let Some(news) = held.rules.learn(rules) else { return Vec::new() };
        let concerned = held.submit_to(&news);
        // Under the lock: who sees the old number has been answered before the rules.
        self.generation.fetch_add(1, Ordering::Release);
        concerned
    }

    pub(super) fn rules(&self) -> Rules {
        self.lock().rules.clone()
    }

    /// Whether there are rules in force that are not in `rules`.
    pub(super) fn knows_more_than(&self, rules: &Rules) -> bool {
        self.lock().rules != *rules
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Bytes and number of entries.
    pub(super) fn max_bytes(&self) -> u64 {
        self.lock().memory.max_bytes()
    }

    pub(super) fn size(&self) -> (u64, u64) {
        let held = self.lock();
        (held.memory.bytes(), held.memory.len() as u64)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn admits(&self, entry: &Entry) -> bool {
        entry.submit_to(self.rules.verdict(&entry.tags(), entry.stored_at_ms()))
    }

    fn submit_to(&mut self, news: &Rules) -> Vec<Key> {
        let mut concerned = Vec::new();
        let mut absent = Vec::new();
        for (key, entry) in self.memory.iter() {
            let verdict = news.verdict(&entry.tags(), entry.stored_at_ms());
            if verdict != Verdict::Untouched {
                concerned.push(*key);
            }
            if !entry.submit_to(verdict) {
                absent.push(*key);
            }
        }
        for key in absent {
            self.memory.delete(&key);
        }
        concerned
    }
}
