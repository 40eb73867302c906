//! One worker thread: takes the next job, runs it, brings everything back, settles. Never on libuv's threads.
//!
//! A panic in a job is caught and becomes the job's error. The default panic hook still writes its line to standard
//! error: replacing it would be process-wide state, and the line is what a bug report needs.

use std::sync::{Arc, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::allocator;
use super::job::Job;
use super::queue::{Entry, Rank};
use super::scratch::Scratch;
use super::shared::{Shared, State};
use super::task::{Outcome, Settlement, Task, settle_all};
use super::threads::{lower_priority, on_idle_processors};

/// When no job has run for this long, kept buffers and the allocator's free pages are given back; and once more, when JavaScript's collector has freed the answers
/// of the last jobs, which it does five to eight seconds after them.
const TRIM_AFTER: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(8)];
/// Idle jobs have this part of the budget: what comes meanwhile finds the rest.
const IDLE_SHARE: u64 = 4;
/// Idle for this long, the thread ends.
const END_AFTER: Duration = Duration::from_secs(10);

pub(super) fn start(shared: Arc<Shared>, seat: usize) -> Option<JoinHandle<()>> {
    let name = format!("pixmill-worker-{}", seat + 1);
    thread::Builder::new().name(name).spawn(move || run(&shared, seat)).ok()
}

fn run(shared: &Arc<Shared>, seat: usize) {
    lower_priority();
    let mut state = shared.lock();
    loop {
        let (guard, entry) = next(shared, state);
        state = guard;
        let Some(entry) = entry else { break };
        state = serve(shared, state, entry);
    }
    state.idle -= 1;
    state.live -= 1;
    if let Some(taken) = state.seats.get_mut(seat) {
        *taken = false;
    }
    shared.ripple(&mut state);
}

type Guard<'a> = MutexGuard<'a, State>;

/// Waits for a job; without one the thread should end.
fn next<'a>(shared: &'a Shared, mut state: Guard<'a>) -> (Guard<'a>, Option<Queued>) {
    let idle_since = Instant::now();
    loop {
        if state.closing || state.live > state.places() {
            return (state, None);
        }
        let gate = state.gate();
        if let Some(entry) = state.queue.next(gate) {
            return (state, Some(entry));
        }
        let idle = idle_since.elapsed();
        if idle >= END_AFTER {
            return (state, None);
        }
        let trim = state.next_trim();
        if trim == Some(Duration::ZERO) {
            state.trims_done += 1;
            let trimmed = state.shelf.shrink_to(0);
            drop(state);
            drop(trimmed);
            allocator::trim();
            state = shared.lock();
            continue;
        }
        let rest = END_AFTER.saturating_sub(idle);
        state = shared.wait_for_work(state, trim.map_or(rest, |trim| trim.min(rest)));
    }
}

impl State {
    /// Until memory is given back; `None` while jobs run and when all has been done.
    fn next_trim(&self) -> Option<Duration> {
        let after = TRIM_AFTER.get(self.trims_done).filter(|_| self.running == 0)?;
        Some(after.saturating_sub(self.quiet_since?.elapsed()))
    }
}

type Queued = Entry<Box<dyn Task>>;

/// Runs one job. The lock is given back while the job and its callback run.
fn serve<'a>(shared: &'a Arc<Shared>, mut state: Guard<'a>, entry: Queued) -> Guard<'a> {
    state.idle -= 1;
    let now = Instant::now();
    let settlement = match state.queue.verdict(&entry, now) {
        Some(error) => {
            state.tally.count(Outcome::of(&error));
            drop(state);
            entry.item.refuse(error)
        }
        None => run_job(shared, state, entry, now),
    };
    settle_all(vec![settlement]);
    let mut state = shared.lock();
    if state.budget.takes_trim() {
        drop(state);
        allocator::trim();
        state = shared.lock();
    }
    state.idle += 1;
    state
}

fn run_job(shared: &Arc<Shared>, mut state: Guard<'_>, entry: Queued, now: Instant) -> Settlement {
    let id = state.new_id();
    state.running += 1;
    let is_idle = entry.rank == Rank::Idle;
    let share_bytes = if is_idle { state.budget.bytes() / IDLE_SHARE } else { u64::MAX };
    state.minders += usize::from(is_idle);
    drop(state);
    let mut scratch = Scratch::with_shelf(Arc::clone(shared));
    let queued = now.saturating_duration_since(entry.queued_at);
    let mut job =
        Job { scratch: &mut scratch, cancel: &entry.cancel, shared, id, under: entry.under, share_bytes, queued };
    let (mut item, mut done) = (Some(entry.item), None);
    let mut work = || done = item.take().map(|item| item.run(&mut job));
    if is_idle {
        on_idle_processors(&mut work);
    } else {
        work();
    }
    // Never absent: `run` catches what panics.
    let (outcome, settlement) = done.unwrap_or_else(|| (Outcome::Failed, Box::new(|| ())));
    let mut state = shared.lock();
    state.budget.end_job(id);
    state.running -= 1;
    (state.quiet_since, state.trims_done) = (Some(Instant::now()), 0);
    state.minders -= usize::from(is_idle);
    state.tally.count(outcome);
    let room = state.budget.room();
    let excess = state.shelf.keep(scratch.into_spare(), room);
    shared.ripple(&mut state);
    drop(state);
    drop(excess);
    settlement
}
