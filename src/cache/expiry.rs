//! A rule that was asked for: whom it has hit so far, and whom to tell. Told exactly once, whatever becomes of it.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use super::clock::now_ms;
use super::key::Key;
use super::rules::Rules;
use super::tags::Tags;
use super::until::Verdict;

type Settle = Box<dyn FnOnce(u64) + Send>;

pub(super) struct Expiry {
    rules: Rules,
    at_ms: u64,
    hits: HashSet<Key>,
    settle: Option<Settle>,
}

impl Expiry {
    pub(super) fn new(rules: Rules, at_ms: u64, hits: Vec<Key>, settle: impl FnOnce(u64) + Send + 'static) -> Self {
        Self { rules, at_ms, hits: hits.into_iter().collect(), settle: Some(Box::new(settle)) }
    }

    /// Counts the entry, in whichever tier it is, when the rule concerns it.
    pub(super) fn look_at(&mut self, key: &Key, tags: &Tags<'_>, stored_at_ms: u64) {
        if self.rules.verdict(tags, stored_at_ms) != Verdict::Untouched {
            self.hits.insert(*key);
        }
    }
}

impl Drop for Expiry {
    fn drop(&mut self) {
        // Who has been told may store again: what is stored from then on must be later than the rule.
        if now_ms() <= self.at_ms {
            thread::sleep(Duration::from_millis(1));
        }
        let hits = self.hits.len() as u64;
        if let Some(settle) = self.settle.take() {
            // A panic in a callback must not take the thread with it.
            drop(catch_unwind(AssertUnwindSafe(|| settle(hits))));
        }
    }
}
