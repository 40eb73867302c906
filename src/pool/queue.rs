//! The line of jobs that wait for a worker: bounded, in order of arrival, with a deadline each. Pure: the time is
//! passed in, and nothing here settles anything.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::budget::HoldId;
use super::cancel::Cancel;
use crate::error::Error;

pub(super) struct Queue<T> {
    entries: VecDeque<Entry<T>>,
    len_max: usize,
    deadline: Duration,
}

pub(super) struct Entry<T> {
    pub(super) item: T,
    pub(super) cancel: Cancel,
    /// The held permit that covers the job's original.
    pub(super) under: Option<HoldId>,
    pub(super) rank: Rank,
    pub(super) queued_at: Instant,
}

/// Whether anybody waits for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    Awaited,
    /// Nobody does: it takes no worker's place, and no processor that another thread wants.
    Idle,
}

/// Which jobs may start now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    OnlyUnder(HoldId),
    Shut,
}

impl<T> Queue<T> {
    pub(super) fn new(len_max: usize, deadline: Duration) -> Self {
        Self { entries: VecDeque::new(), len_max, deadline }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Gives the entry back with the reason when the line is full.
    pub(super) fn push(&mut self, entry: Entry<T>) -> Result<(), (Entry<T>, Error)> {
        if self.entries.len() >= self.len_max {
            let got = self.entries.len() as u64 + 1;
            return Err((entry, Error::Busy { what: "queued jobs", max: self.len_max as u64, got }));
        }
        self.entries.push_back(entry);
        Ok(())
    }

    /// Takes back what was pushed last.
    pub(super) fn pop_last(&mut self) -> Option<Entry<T>> {
        self.entries.pop_back()
    }

    /// How many entries could start if workers were free.
    pub(super) fn startable(&self, gate: Gate) -> usize {
        match gate {
            Gate::Open => self.entries.len(),
            Gate::OnlyUnder(hold) => self.entries.iter().filter(|entry| entry.under == Some(hold)).count(),
            Gate::Shut => 0,
        }
    }

    /// The oldest entry that may start.
    pub(super) fn next(&mut self, gate: Gate) -> Option<Entry<T>> {
        match gate {
            Gate::Open => self.entries.pop_front(),
            Gate::OnlyUnder(hold) => {
                let place = self.entries.iter().position(|entry| entry.under == Some(hold))?;
                self.entries.remove(place)
            }
            Gate::Shut => None,
        }
    }

    /// Why an entry must not start any more, if so.
    pub(super) fn verdict(&self, entry: &Entry<T>, now: Instant) -> Option<Error> {
        verdict(&entry.cancel, entry.queued_at, self.deadline, now)
    }

    /// Removes what was cancelled or has waited too long.
    pub(super) fn sweep(&mut self, now: Instant) -> Vec<(T, Error)> {
        let mut swept = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            match self.verdict(&entry, now) {
                Some(error) => swept.push((entry.item, error)),
                None => self.entries.push_back(entry),
            }
        }
        swept
    }

    pub(super) fn drain(&mut self) -> Vec<T> {
        self.entries.drain(..).map(|entry| entry.item).collect()
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.entries.front()?.queued_at.checked_add(self.deadline)
    }
}

/// The same for jobs and for reservations: cancelled, too late, or neither.
pub(super) fn verdict(cancel: &Cancel, since: Instant, deadline: Duration, now: Instant) -> Option<Error> {
    if cancel.is_cancelled() {
        return Some(Error::Cancelled);
    }
    let waited = now.saturating_duration_since(since);
    (waited >= deadline).then(|| Error::Busy {
        what: "milliseconds in the queue",
        max: to_millis(deadline),
        got: to_millis(waited),
    })
}

fn to_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(item: u8, at: Instant) -> Entry<u8> {
        Entry { item, cancel: Cancel::new(), under: None, rank: Rank::Awaited, queued_at: at }
    }

    #[test]
    fn refuses_what_is_one_too_many() {
        let mut queue = Queue::new(1, Duration::from_secs(1));
        assert!(queue.push(entry(1, Instant::now())).is_ok());
        let Err((refused, error)) = queue.push(entry(2, Instant::now())) else { panic!("the line is full") };
        assert_eq!(refused.item, 2);
        assert_eq!(error.to_string(), "Expected at most 1 for queued jobs but received 2");
    }

    #[test]
    fn sweeps_the_cancelled_and_the_late() {
        let start = Instant::now();
        let mut queue = Queue::new(9, Duration::from_secs(1));
        for item in [1, 2] {
            assert!(queue.push(entry(item, start)).is_ok());
        }
        let cancelled = entry(3, start + Duration::from_millis(999));
        cancelled.cancel.cancel();
        assert!(queue.push(cancelled).is_ok());
        assert!(queue.push(entry(4, start + Duration::from_millis(1))).is_ok());
        let swept = queue.sweep(start + Duration::from_secs(1));
        let swept: Vec<_> = swept.into_iter().map(|(item, error)| (item, error.code())).collect();
        assert_eq!(swept, [(1, "ERR_BUSY"), (2, "ERR_BUSY"), (3, "ERR_CANCELLED")]);
        assert_eq!(queue.next(Gate::Open).map(|entry| entry.item), Some(4));
    }

    #[test]
    fn a_gate_lets_only_the_job_under_a_permit_pass() {
        let mut queue = Queue::new(9, Duration::from_secs(1));
        for item in [1, 2, 3] {
            let under = (item > 1).then_some(7);
            assert!(queue.push(Entry { under, ..entry(item, Instant::now()) }).is_ok());
        }
        assert_eq!((queue.startable(Gate::Shut), queue.startable(Gate::OnlyUnder(7))), (0, 2));
        assert!(queue.next(Gate::Shut).is_none());
        assert_eq!(queue.next(Gate::OnlyUnder(7)).map(|entry| entry.item), Some(2));
        assert_eq!(queue.next(Gate::Open).map(|entry| entry.item), Some(1));
    }
}
