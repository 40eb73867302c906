//! Admission: a byte budget, a bounded queue, and worker threads of our own. Knows nothing of pictures or of Node.
//!
//! # What is promised
//!
//! - The sum of all permits never exceeds the budget, and buffers kept for reuse only fill what is not lent.
//! - Every settle callback is called exactly once: with the result, `Busy`, `Cancelled`, or the text of a panic.
//! - Nothing waits forever. The rules, with `B` the budget and `H` the bytes held for originals outside of jobs:
//!
//! 1. Held permits are at most `B/2` together. A larger one is admitted alone: when nothing else is held and no job
//!    runs; while it is out, only a job submitted under it starts.
//! 2. A job that needs at most `B/2` waits only for loans of other running jobs, in order of asking.
//! 3. A job that needs more is told to plan again as soon as anything is held but the permit that it was submitted
//!    under. While nothing else is held it waits as in rule 2, and new held permits wait for it.
//! 4. A running job that already has a loan and asks for more stands first in line; a second one of that kind that
//!    cannot be served at once is told to plan again (give back everything, then ask once). Held permits that grow
//!    follow the same rule, the second one is `Busy`.
//!
//! # Why nothing waits forever
//!
//! *Jobs.* Take the first waiting job. Those behind it have no loan (rule 4), so all loans of jobs but its own belong
//! to jobs that are not waiting; these end and give back. Then only `H` and its own loan are out. If it needs at most
//! `B/2`, that fits beside `H <= B/2`. If it needs more, nothing is held but its own permit, which stays so (rule 3), and
//! more than the rest is never waited for. If `H > B/2`, it is the job under the one large permit: no other job runs,
//! and it gets the rest or is told to plan again. So each running job goes on without anything from outside of the pool,
//! even with one worker.
//!
//! *Held permits.* They wait for other held permits and for running jobs. A held permit is given back when its fetch
//! ends or when the job under it has run; that job needs a worker and a loan, which rule 1 and the paragraph above
//! give it. New permits queue behind, so none is overtaken. A large one that has become first stops the start of jobs
//! only once nothing else is held: then nobody needs a job to run in order to give back. Each wait has a deadline in
//! case that the owner of a permit never gives it back.
//!
//! `tests/pool_budget.rs` plays these rules at random.

mod allocator;
mod budget;
mod cancel;
mod held;
mod job;
mod memory;
mod queue;
mod scratch;
mod shared;
mod stats;
mod task;
mod threads;
mod timer;
mod worker;

pub use cancel::Cancel;
pub use held::HeldPermit;
pub use job::{Job, Permit};
pub use memory::default_budget_bytes;
pub use scratch::Scratch;
pub use stats::PoolStats;
pub use threads::{default_threads, keep_priority};

use std::sync::{Arc, mpsc};
use std::time::Duration;

use crate::error::{Error, Result};
use queue::Rank;
use shared::Shared;

/// How many threads, how many bytes, and how long the line may be.
#[derive(Debug, Clone, Copy)]
pub struct PoolConfig {
    pub threads: usize,
    pub budget_bytes: u64,
    pub queue_len: usize,
    pub queue_deadline: Duration,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            threads: default_threads(),
            budget_bytes: default_budget_bytes(),
            queue_len: 256,
            queue_deadline: Duration::from_secs(20),
        }
    }
}

/// One budget with its line and its threads, which start with the first job and end when idle.
/// Dropping it is [`Pool::close`].
pub struct Pool {
    shared: Arc<Shared>,
}

impl Pool {
    pub fn new(config: PoolConfig) -> Self {
        allocator::return_large_blocks();
        Self { shared: Shared::new(config) }
    }

    /// Queues `work` for a worker. `settle` is called exactly once: on the worker after the job, on the timer's thread
    /// when the job was cancelled or too late in the queue, on this thread when it is refused at once.
    pub fn submit<T, W, S>(&self, cancel: Cancel, work: W, settle: S)
    where
        T: Send + 'static,
        W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(Result<T>) + Send + 'static,
    {
        self.shared.submit(Rank::Awaited, cancel, None, task::boxed(work, settle));
    }

    /// As [`Pool::submit`], for a job whose original is covered by `held`. A permit of more than half the budget lets
    /// no other job start, so a job that reads such an original must come in here. The bytes stay on loan until the job
    /// has ended, even if the permit is released before.
    pub fn submit_under<T, W, S>(&self, held: &HeldPermit, cancel: Cancel, work: W, settle: S)
    where
        T: Send + 'static,
        W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(Result<T>) + Send + 'static,
    {
        self.submit_ranked(Rank::Awaited, Some(held), cancel, work, settle);
    }

    /// As [`Pool::submit`] or [`Pool::submit_under`], for a job that nobody waits for: on a thread beside the others, which the
    /// system lets run only while nothing else wants a processor (Linux), and within a quarter of the budget.
    pub fn submit_idle<T, W, S>(&self, held: Option<&HeldPermit>, cancel: Cancel, work: W, settle: S)
    where
        T: Send + 'static,
        W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(Result<T>) + Send + 'static,
    {
        self.submit_ranked(Rank::Idle, held, cancel, work, settle);
    }

    fn submit_ranked<T, W, S>(&self, rank: Rank, held: Option<&HeldPermit>, cancel: Cancel, work: W, settle: S)
    where
        T: Send + 'static,
        W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
        S: FnOnce(Result<T>) + Send + 'static,
    {
        let share = held.and_then(HeldPermit::hold);
        let under = share.as_ref().map(|share| share.id());
        let settle_and_release = move |result| {
            drop(share);
            settle(result);
        };
        self.shared.submit(rank, cancel, under, task::boxed(work, settle_and_release));
    }

    /// Runs `work` on a worker and waits for it here: for programs and tests, never for an event loop.
    pub fn run<T, W>(&self, cancel: Cancel, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        self.submit(cancel, work, move |result| drop(sender.send(result)));
        receiver.recv().unwrap_or_else(|_| Err(Error::internal("a job that was never settled")))
    }

    /// Asks for `bytes` before an original of that size is read. `settle` is called on this thread when the answer is
    /// known at once, else on the timer's thread.
    pub fn reserve<S>(&self, bytes: u64, cancel: Cancel, settle: S)
    where
        S: FnOnce(Result<HeldPermit>) + Send + 'static,
    {
        self.shared.reserve(bytes, cancel, Box::new(settle));
    }

    /// Changes the budget or the number of threads. Loans that are out stay; a smaller budget comes into force as
    /// they return.
    pub fn configure(&self, budget_bytes: Option<u64>, threads: Option<usize>) {
        self.shared.configure(budget_bytes, threads);
    }

    pub fn stats(&self) -> PoolStats {
        self.shared.stats()
    }

    /// Settles what waits as cancelled, takes nothing new, and lets the threads end after their current job. Does not
    /// wait for them, so it may be called from anywhere, a worker included.
    pub fn close(&self) {
        self.shared.close();
    }

    /// Waits until the threads of a closed pool have ended (but for the calling one, when it is a worker).
    pub fn join(&self) {
        self.shared.join();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}
