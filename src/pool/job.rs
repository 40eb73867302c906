//! What a running job sees of the pool: scratch buffers, its cancel flag, and loans from the budget. A loan cannot
//! outlive its job.

use std::time::Duration;

use super::budget::{Answer, HoldId, JobId};
use super::cancel::Cancel;
use super::scratch::Scratch;
use super::shared::Shared;
use crate::error::{Error, Result};

pub struct Job<'a> {
    pub scratch: &'a mut Scratch,
    pub cancel: &'a Cancel,
    pub(super) shared: &'a Shared,
    pub(super) id: JobId,
    /// The held permit that covers the original.
    pub(super) under: Option<HoldId>,
    /// The share of the budget that jobs like this one may have, at most.
    pub(super) share_bytes: u64,
    pub(super) queued: Duration,
}

impl<'a> Job<'a> {
    /// The most that this job may have in total as things are: everything but its own original's bytes while nothing
    /// else is held, else half of the budget. Below half only under a held permit larger than half.
    pub fn ceiling(&self) -> u64 {
        self.shared.lock().budget.ceiling(self.under).min(self.share_bytes)
    }

    /// Waits for `bytes` of the budget. `None`: more than the ceiling by now, so plan again; if the job has other
    /// permits, it must give them back first and ask once for everything. A first request of at most half the budget
    /// is always answered with a permit (or an error when cancelled).
    pub fn acquire(&self, bytes: u64) -> Result<Option<Permit<'a>>> {
        self.cancel.watch(self.shared.weak());
        let mut state = self.shared.lock();
        let Some(ticket) = state.budget.ask(self.id, self.under, bytes) else { return Ok(None) };
        loop {
            if self.cancel.is_cancelled() || state.closing {
                state.budget.withdraw(ticket);
                self.shared.ripple(&mut state);
                return Err(Error::Cancelled);
            }
            match state.budget.answer(ticket) {
                Answer::Wait => state = self.shared.wait_for_loans(state),
                Answer::Never => {
                    self.shared.ripple(&mut state);
                    return Ok(None);
                }
                Answer::Lent => {
                    self.shared.ripple(&mut state);
                    let evicted = state.evict_retained();
                    drop(state);
                    drop(evicted);
                    return Ok(Some(Permit { shared: self.shared, job: self.id, bytes }));
                }
            }
        }
    }

    /// Why a job cannot go on whose cheapest plan needs `bytes`, more than the ceiling: `Limit` when it will never fit,
    /// `Busy` when it would if nothing else were held.
    pub fn refuse(&self, bytes: u64) -> Error {
        let state = self.shared.lock();
        let [ceiling, most] =
            [state.budget.ceiling(self.under), state.budget.most(self.under)].map(|bytes| bytes.min(self.share_bytes));
        if bytes > most {
            return Error::Limit { what: "memory", max: most, got: bytes };
        }
        Error::Busy { what: "memory", max: ceiling, got: bytes }
    }

    pub fn queued_ms(&self) -> f64 {
        self.queued.as_secs_f64() * 1000.0
    }
}

/// Bytes on loan to one job; dropping it gives them back.
pub struct Permit<'a> {
    shared: &'a Shared,
    job: JobId,
    bytes: u64,
}

impl Permit<'_> {
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Gives back what is above `bytes`: for a job that has its largest part behind it.
    pub fn shrink_to(&mut self, bytes: u64) {
        let excess = self.bytes.saturating_sub(bytes);
        if excess == 0 {
            return;
        }
        let mut state = self.shared.lock();
        state.budget.give_back(self.job, excess);
        self.bytes -= excess;
        self.shared.ripple(&mut state);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.budget.give_back(self.job, self.bytes);
        self.shared.ripple(&mut state);
    }
}
