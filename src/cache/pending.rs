//! Bytes that wait to be written. Counts, and writes nothing.

use std::sync::{Mutex, PoisonError};

/// What a disk gets that is a little late, however small the memory tier is.
const LEAST_BYTES: u64 = 8 << 20;

/// Entries on their way to a slow disk occupy memory beside the memory tier: at most as much again, then they are not written.
pub(super) struct Pending {
    bytes: Mutex<u64>,
    max_bytes: u64,
}

impl Pending {
    pub(super) fn beside(memory_bytes: u64) -> Self {
        Self { bytes: Mutex::new(0), max_bytes: memory_bytes.max(LEAST_BYTES) }
    }

    /// `false`: too much is waiting. Alone, an entry of any size may.
    pub(super) fn add(&self, bytes: u64) -> bool {
        let mut pending = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = *pending == 0 || pending.saturating_add(bytes) <= self.max_bytes;
        *pending += if fits { bytes } else { 0 };
        fits
    }

    pub(super) fn sub(&self, bytes: u64) {
        *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_as_much_as_the_memory_tier_and_any_entry_alone() {
        let pending = Pending::beside(LEAST_BYTES * 2);
        assert!(pending.add(LEAST_BYTES));
        assert!(pending.add(LEAST_BYTES));
        assert!(!pending.add(1));
        pending.sub(LEAST_BYTES * 2);
        assert!(pending.add(LEAST_BYTES * 3));
        assert!(!pending.add(1));
    }

    #[test]
    fn a_small_tier_leaves_some_to_a_slow_disk() {
        let pending = Pending::beside(0);
        assert!(pending.add(1));
        assert!(pending.add(LEAST_BYTES - 1));
        assert!(!pending.add(1));
    }
}
