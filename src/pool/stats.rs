//! The pool in numbers. A snapshot, never a control.

use super::task::Outcome;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolStats {
    pub budget_bytes: u64,
    /// On loan to jobs and for originals; never above the budget.
    pub lent_bytes: u64,
    /// The part of `lent_bytes` that is lent outside of jobs.
    pub held_bytes: u64,
    pub peak_lent_bytes: u64,
    /// Scratch buffers kept for the next job, in room that is not lent.
    pub retained_bytes: u64,
    pub queued: usize,
    /// Requests that wait for a held permit.
    pub reserving: usize,
    pub running: usize,
    /// Running jobs that wait for bytes of the budget.
    pub waiting: usize,
    pub threads: usize,
    /// Threads that exist at the moment: they start with the first job and end when idle.
    pub live_threads: usize,
    pub completed: u64,
    /// Jobs that ended with an error, panics included.
    pub failed: u64,
    pub panicked: u64,
    /// Jobs and reservations refused for a full or slow queue.
    pub busy: u64,
    pub cancelled: u64,
}

/// How jobs and reservations ended.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) completed: u64,
    pub(super) failed: u64,
    pub(super) panicked: u64,
    pub(super) busy: u64,
    pub(super) cancelled: u64,
}

impl Tally {
    pub(super) fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Completed => self.completed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Busy => self.busy += 1,
            Outcome::Cancelled => self.cancelled += 1,
            Outcome::Panicked => {
                self.failed += 1;
                self.panicked += 1;
            }
        }
    }
}
