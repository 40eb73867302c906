//! Everything under the one lock, and who is woken by what. Callbacks are never called while it is held.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::PoolConfig;
use super::budget::{Answer, Budget, HoldId};
use super::cancel::{Cancel, Wake};
use super::held::{GrowSettle, HeldPermit, HoldAsk, HoldLine, HoldSettle, ReserveSettle, above_budget};
use super::queue::{Entry, Gate, Queue, Rank};
use super::scratch::Shelf;
use super::stats::{PoolStats, Tally};
use super::task::{Outcome, Settlement, Task, settle_all};
use super::{timer, worker};
use crate::error::{Error, Result};

pub(super) struct Shared {
    state: Mutex<State>,
    /// Idle workers wait here.
    work: Condvar,
    /// Jobs that wait for a permit.
    loans: Condvar,
    /// The timer.
    clock: Condvar,
    me: Weak<Shared>,
}

pub(super) struct State {
    pub(super) budget: Budget,
    pub(super) queue: Queue<Box<dyn Task>>,
    pub(super) holds: HoldLine,
    pub(super) shelf: Shelf,
    pub(super) tally: Tally,
    threads: usize,
    /// Workers that only look after an idle job, and take no place.
    pub(super) minders: usize,
    pub(super) live: usize,
    pub(super) idle: usize,
    pub(super) running: usize,
    /// When the last job ended, and how often kept buffers and the allocator's pages were given back since.
    pub(super) quiet_since: Option<Instant>,
    pub(super) trims_done: usize,
    pub(super) timer_lives: bool,
    pub(super) closing: bool,
    pub(super) next_id: u64,
    /// Names in use, so that a new worker takes the lowest free number.
    pub(super) seats: Vec<bool>,
    handles: Vec<JoinHandle<()>>,
}

impl State {
    fn new(config: &PoolConfig) -> Self {
        Self {
            budget: Budget::new(config.budget_bytes),
            queue: Queue::new(config.queue_len, config.queue_deadline),
            holds: HoldLine::new(config.queue_len, config.queue_deadline),
            shelf: Shelf::default(),
            tally: Tally::default(),
            threads: config.threads.max(1),
            minders: 0,
            live: 0,
            idle: 0,
            running: 0,
            quiet_since: None,
            trims_done: 0,
            timer_lives: false,
            closing: false,
            next_id: 0,
            seats: Vec::new(),
            handles: Vec::new(),
        }
    }

    pub(super) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Workers that there may be.
    pub(super) fn places(&self) -> usize {
        self.threads + self.minders
    }

    /// Which jobs may start now.
    pub(super) fn gate(&self) -> Gate {
        match self.budget.large_hold() {
            Some(hold) => Gate::OnlyUnder(hold),
            None if self.holds.drains_jobs(&self.budget) => Gate::Shut,
            None => Gate::Open,
        }
    }

    /// Buffers that have to leave the shelf because their room was lent; to be dropped outside of the lock.
    pub(super) fn evict_retained(&mut self) -> Vec<Vec<u8>> {
        let room = self.budget.room();
        self.shelf.shrink_to(room)
    }

    /// Whatever waits no longer, with its answer.
    pub(super) fn sweep(&mut self, shared: &Arc<Shared>, now: Instant) -> Vec<Settlement> {
        let mut settlements = Vec::new();
        for (task, error) in self.queue.sweep(now) {
            self.tally.count(Outcome::of(&error));
            settlements.push(task.refuse(error));
        }
        for (ask, answer) in self.holds.sweep(&mut self.budget, self.running > 0, now) {
            settlements.push(self.settle_hold(shared, ask, answer));
        }
        settlements
    }

    fn settle_hold(&mut self, shared: &Arc<Shared>, ask: HoldAsk, answer: Result<()>) -> Settlement {
        if let Err(error) = &answer {
            self.tally.count(Outcome::of(error));
        }
        let (shared, hold) = (Arc::clone(shared), ask.hold);
        match ask.settle {
            HoldSettle::Reserve(settle) => Box::new(move || settle(answer.map(|()| HeldPermit::new(shared, hold)))),
            HoldSettle::Grow(settle) => Box::new(move || settle(answer)),
        }
    }

    /// The answer to a request that need not wait.
    fn answer_at_once(&mut self, ask: &HoldAsk) -> Option<Result<()>> {
        let grows = matches!(ask.settle, HoldSettle::Grow(_));
        let released = grows && self.budget.hold_loan(ask.hold).is_none();
        if self.closing || released || ask.cancel.is_cancelled() {
            return Some(Err(Error::Cancelled));
        }
        if self.holds.len() > 0 && !grows && ask.total <= self.budget.target() {
            return None;
        }
        let a_job_runs = self.running > 0;
        match self.budget.hold(ask.hold, ask.total, a_job_runs) {
            Answer::Lent => Some(Ok(())),
            Answer::Never => Some(Err(above_budget(&self.budget, ask.total))),
            Answer::Wait => None,
        }
    }

    fn remember(&mut self, handle: JoinHandle<()>) {
        self.handles.retain(|handle| !handle.is_finished());
        self.handles.push(handle);
    }
}

impl Shared {
    pub(super) fn new(config: PoolConfig) -> Arc<Self> {
        Arc::new_cyclic(|me| Self {
            state: Mutex::new(State::new(&config)),
            work: Condvar::new(),
            loans: Condvar::new(),
            clock: Condvar::new(),
            me: me.clone(),
        })
    }

    /// A panic never leaves the books half written, so a poisoned lock is as good as any.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn weak(&self) -> Weak<dyn Wake> {
        self.me.clone()
    }

    pub(super) fn submit(&self, rank: Rank, cancel: Cancel, under: Option<HoldId>, task: Box<dyn Task>) {
        cancel.watch(self.weak());
        let entry = Entry { item: task, cancel, under, rank, queued_at: Instant::now() };
        let refused = self.enqueue(entry);
        if let Some(settlement) = refused {
            settle_all(vec![settlement]);
        }
    }

    fn enqueue(&self, entry: Entry<Box<dyn Task>>) -> Option<Settlement> {
        let mut state = self.lock();
        let refused = if state.closing { Err((entry, Error::Cancelled)) } else { state.queue.push(entry) };
        if let Err((entry, error)) = refused {
            state.tally.count(Outcome::of(&error));
            return Some(entry.item.refuse(error));
        }
        self.ripple(&mut state);
        let startable = state.queue.startable(state.gate()) > 0;
        if state.live == 0 && (startable || !state.timer_lives) {
            let entry = state.queue.pop_last()?;
            state.tally.count(Outcome::Failed);
            return Some(entry.item.refuse(Error::internal("a refusal of the system to start a thread")));
        }
        None
    }

    pub(super) fn reserve(&self, bytes: u64, cancel: Cancel, settle: ReserveSettle) {
        let hold = self.lock().new_id();
        self.ask(HoldAsk { hold, total: bytes, cancel, asked_at: Instant::now(), settle: HoldSettle::Reserve(settle) });
    }

    pub(super) fn grow(&self, hold: HoldId, to_bytes: u64, cancel: Cancel, settle: GrowSettle) {
        let asked_at = Instant::now();
        self.ask(HoldAsk { hold, total: to_bytes, cancel, asked_at, settle: HoldSettle::Grow(settle) });
    }

    fn ask(&self, ask: HoldAsk) {
        ask.cancel.watch(self.weak());
        let settlement = self.answer_or_wait(ask);
        if let Some(settlement) = settlement {
            settle_all(vec![settlement]);
        }
    }

    /// Serves at once what may be served, else puts it in line.
    fn answer_or_wait(&self, ask: HoldAsk) -> Option<Settlement> {
        let me = self.me.upgrade()?;
        let mut state = self.lock();
        let (ask, answer) = match state.answer_at_once(&ask) {
            Some(answer) => (ask, answer),
            None => match self.line_up(&mut state, ask) {
                Ok(()) => return None,
                Err((ask, error)) => (ask, Err(error)),
            },
        };
        let settlement = state.settle_hold(&me, ask, answer);
        self.ripple(&mut state);
        let evicted = state.evict_retained();
        drop(state);
        drop(evicted);
        Some(settlement)
    }

    fn line_up(&self, state: &mut State, ask: HoldAsk) -> std::result::Result<(), (HoldAsk, Error)> {
        let hold = ask.hold;
        state.holds.push(ask)?;
        self.ripple(state);
        if state.timer_lives {
            return Ok(());
        }
        let error = Error::internal("a refusal of the system to start a thread");
        state.holds.take(hold).map_or(Ok(()), |ask| Err((ask, error)))
    }

    pub(super) fn release(&self, hold: HoldId) {
        let mut state = self.lock();
        state.budget.release(hold);
        self.ripple(&mut state);
    }

    pub(super) fn configure(&self, budget_bytes: Option<u64>, threads: Option<usize>) {
        let mut state = self.lock();
        if let Some(bytes) = budget_bytes {
            state.budget.set_target(bytes);
        }
        if let Some(threads) = threads {
            state.threads = threads.max(1);
        }
        let evicted = state.evict_retained();
        self.work.notify_all();
        self.ripple(&mut state);
        drop(state);
        drop(evicted);
    }

    pub(super) fn close(&self) {
        let Some(me) = self.me.upgrade() else { return };
        let mut state = self.lock();
        state.closing = true;
        let mut settlements: Vec<Settlement> = Vec::new();
        for task in state.queue.drain() {
            state.tally.count(Outcome::Cancelled);
            settlements.push(task.refuse(Error::Cancelled));
        }
        for ask in state.holds.drain() {
            settlements.push(state.settle_hold(&me, ask, Err(Error::Cancelled)));
        }
        drop(state);
        self.wake_all();
        settle_all(settlements);
    }

    pub(super) fn join(&self) {
        let handles = std::mem::take(&mut self.lock().handles);
        for handle in handles {
            if handle.thread().id() != thread::current().id() {
                drop(handle.join());
            }
        }
    }

    /// To be called after every change: wakes those whom it may concern and starts threads that are missing.
    pub(super) fn ripple(&self, state: &mut State) {
        self.loans.notify_all();
        let startable = state.queue.startable(state.gate());
        if startable > 0 {
            self.work.notify_all();
        }
        let mut missing = startable.saturating_sub(state.idle).min(state.places().saturating_sub(state.live));
        while missing > 0 && !state.closing {
            if !self.start_worker(state) {
                break;
            }
            missing -= 1;
        }
        let served_soon = startable.min(state.idle);
        if state.holds.len() > 0 || state.queue.len() > served_soon {
            self.start_timer(state);
            self.clock.notify_all();
        }
    }

    fn start_worker(&self, state: &mut State) -> bool {
        let Some(me) = self.me.upgrade() else { return false };
        let seat = state.seats.iter().position(|taken| !taken).unwrap_or(state.seats.len());
        let Some(handle) = worker::start(me, seat) else { return false };
        if seat == state.seats.len() {
            state.seats.push(true);
        } else if let Some(taken) = state.seats.get_mut(seat) {
            *taken = true;
        }
        state.live += 1;
        // Counted as idle until it has taken its first job, so that one job starts one thread.
        state.idle += 1;
        state.remember(handle);
        true
    }

    fn start_timer(&self, state: &mut State) {
        if state.timer_lives || state.closing {
            return;
        }
        let Some(handle) = self.me.upgrade().and_then(timer::start) else { return };
        state.timer_lives = true;
        state.remember(handle);
    }

    pub(super) fn wait_for_loans<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.loans.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait_for_work<'a>(&self, state: MutexGuard<'a, State>, most: Duration) -> MutexGuard<'a, State> {
        self.work.wait_timeout(state, most).unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn wait_for_clock<'a>(&self, state: MutexGuard<'a, State>, most: Duration) -> MutexGuard<'a, State> {
        self.clock.wait_timeout(state, most).unwrap_or_else(PoisonError::into_inner).0
    }

    pub(super) fn stats(&self) -> PoolStats {
        let state = self.lock();
        PoolStats {
            budget_bytes: state.budget.bytes(),
            lent_bytes: state.budget.lent(),
            held_bytes: state.budget.held(),
            peak_lent_bytes: state.budget.peak(),
            retained_bytes: state.shelf.bytes(),
            queued: state.queue.len(),
            reserving: state.holds.len(),
            running: state.running,
            waiting: state.budget.waiting(),
            threads: state.threads,
            live_threads: state.live,
            completed: state.tally.completed,
            failed: state.tally.failed,
            panicked: state.tally.panicked,
            busy: state.tally.busy,
            cancelled: state.tally.cancelled,
        }
    }

    fn wake_all(&self) {
        // Whoever is about to wait holds the lock: take it once, so that none misses this.
        drop(self.lock());
        self.work.notify_all();
        self.loans.notify_all();
        self.clock.notify_all();
    }
}

impl Wake for Shared {
    fn wake(&self) {
        self.wake_all();
    }
}
