//! Loans that are taken outside of jobs, for originals that come over the network, and the line of those who wait
//! for one. The rules are in `budget`.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::budget::{Answer, Budget, HoldId};
use super::cancel::Cancel;
use super::queue;
use super::shared::Shared;
use crate::error::{Error, Result};

/// Bytes on loan until released or dropped, and until the jobs that were submitted under it have ended: as long as they
/// read the original, its bytes are there.
pub struct HeldPermit {
    shared: Arc<Shared>,
    hold: Mutex<Option<Arc<Hold>>>,
}

impl HeldPermit {
    pub(super) fn new(shared: Arc<Shared>, id: HoldId) -> Self {
        let hold = Arc::new(Hold { shared: Arc::clone(&shared), id });
        Self { shared, hold: Mutex::new(Some(hold)) }
    }

    /// `None` after the release.
    pub(super) fn hold(&self) -> Option<Arc<Hold>> {
        self.slot().clone()
    }

    /// Zero after the release.
    pub fn bytes(&self) -> u64 {
        self.hold().and_then(|hold| self.shared.lock().budget.hold_loan(hold.id)).unwrap_or(0)
    }

    /// Asks for `to_bytes` in total, for an original whose size shows while it is read. `settle` as for
    /// [`super::Pool::reserve`]; `Busy` at once when another permit waits to grow already.
    pub fn grow<S>(&self, to_bytes: u64, cancel: Cancel, settle: S)
    where
        S: FnOnce(Result<()>) + Send + 'static,
    {
        // Only the number: a share kept during this call could outlast a release from within `settle`.
        let id = self.hold().map(|hold| hold.id);
        match id {
            Some(id) => self.shared.grow(id, to_bytes, cancel, Box::new(settle)),
            None => settle(Err(Error::Cancelled)),
        }
    }

    /// Idempotent.
    pub fn release(&self) {
        let hold = self.slot().take();
        drop(hold);
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<Hold>>> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shared by a permit and the jobs under it; the last one gives the bytes back.
pub(super) struct Hold {
    shared: Arc<Shared>,
    id: HoldId,
}

impl Hold {
    pub(super) fn id(&self) -> HoldId {
        self.id
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.release(self.id);
    }
}

pub(super) type ReserveSettle = Box<dyn FnOnce(Result<HeldPermit>) + Send>;
pub(super) type GrowSettle = Box<dyn FnOnce(Result<()>) + Send>;

pub(super) enum HoldSettle {
    Reserve(ReserveSettle),
    Grow(GrowSettle),
}

pub(super) struct HoldAsk {
    pub(super) hold: HoldId,
    pub(super) total: u64,
    pub(super) cancel: Cancel,
    pub(super) asked_at: Instant,
    pub(super) settle: HoldSettle,
}

impl HoldAsk {
    fn grows(&self) -> bool {
        matches!(self.settle, HoldSettle::Grow(_))
    }
}

pub(super) struct HoldLine {
    asks: VecDeque<HoldAsk>,
    len_max: usize,
    deadline: Duration,
}

impl HoldLine {
    pub(super) fn new(len_max: usize, deadline: Duration) -> Self {
        Self { asks: VecDeque::new(), len_max, deadline }
    }

    pub(super) fn len(&self) -> usize {
        self.asks.len()
    }

    /// Gives the request back when it must be refused at once. One that grows stands first; it has bytes already, so
    /// letting it wait behind those who wait for these bytes would be a deadlock.
    pub(super) fn push(&mut self, ask: HoldAsk) -> std::result::Result<(), (HoldAsk, Error)> {
        let one_grows = self.asks.front().is_some_and(HoldAsk::grows);
        if ask.grows() && one_grows {
            return Err((ask, Error::Busy { what: "growing reservations", max: 1, got: 2 }));
        }
        if self.asks.len() >= self.len_max {
            let got = self.asks.len() as u64 + 1;
            return Err((ask, Error::Busy { what: "waiting reservations", max: self.len_max as u64, got }));
        }
        if ask.grows() {
            self.asks.push_front(ask);
        } else {
            self.asks.push_back(ask);
        }
        Ok(())
    }

    /// Takes back what was pushed last.
    pub(super) fn take(&mut self, hold: HoldId) -> Option<HoldAsk> {
        let place = self.asks.iter().position(|ask| ask.hold == hold)?;
        self.asks.remove(place)
    }

    /// Removes, with their answers, all requests that need not wait any longer.
    pub(super) fn sweep(&mut self, budget: &mut Budget, a_job_runs: bool, now: Instant) -> Vec<(HoldAsk, Result<()>)> {
        let mut answered = Vec::new();
        for ask in std::mem::take(&mut self.asks) {
            let released = ask.grows() && budget.hold_loan(ask.hold).is_none();
            let verdict = if released { Some(Error::Cancelled) } else { self.verdict(&ask, now) };
            match verdict {
                Some(error) => answered.push((ask, Err(error))),
                None => self.asks.push_back(ask),
            }
        }
        while let Some(ask) = self.asks.pop_front() {
            match budget.hold(ask.hold, ask.total, a_job_runs) {
                Answer::Lent => answered.push((ask, Ok(()))),
                Answer::Never => {
                    let error = above_budget(budget, ask.total);
                    answered.push((ask, Err(error)));
                }
                Answer::Wait => {
                    self.asks.push_front(ask);
                    break;
                }
            }
        }
        answered
    }

    /// Whether the first in line waits for nothing but running jobs, so that no further job may start.
    pub(super) fn drains_jobs(&self, budget: &Budget) -> bool {
        self.asks.front().is_some_and(|ask| {
            let others = budget.held() - budget.hold_loan(ask.hold).unwrap_or(0);
            budget.is_large(ask.total) && others == 0
        })
    }

    pub(super) fn drain(&mut self) -> Vec<HoldAsk> {
        self.asks.drain(..).collect()
    }

    /// The request that grows stands first but may be the youngest, so look at all.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.asks.iter().filter_map(|ask| ask.asked_at.checked_add(self.deadline)).min()
    }

    fn verdict(&self, ask: &HoldAsk, now: Instant) -> Option<Error> {
        queue::verdict(&ask.cancel, ask.asked_at, self.deadline, now)
    }
}

pub(super) fn above_budget(budget: &Budget, got: u64) -> Error {
    Error::Limit { what: "memory", max: budget.target(), got }
}
