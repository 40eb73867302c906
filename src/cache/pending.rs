//! Bytes that wait to be written. Counts, and writes nothing.

use std::sync::{Mutex, PoisonError};

/// Entries on their way to a slow disk occupy memory beside the memory tier; beyond this they are not written.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Pending(Mutex<u64>);

impl Pending {
    /// `false`: too much is waiting.
    pub(super) fn add(&self, bytes: u64) -> bool {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = pending.saturating_add(bytes) <= MAX_BYTES;
        *pending += if fits { bytes } else { 0 };
        fits
    }

    pub(super) fn sub(&self, bytes: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) -= bytes;
    }
}
