//! Two threads for the disk's waiting, started when there is something to do and ended when there is not. What concerns
//! one key goes through one lane, so its reads, writes and deletions happen in the order in which they were asked for.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a thread stays when there is nothing to do.
const LINGER: Duration = Duration::from_secs(10);
const LANES: usize = 2;

/// What an operation is told when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Run,
    /// There is no thread: the cache is closed, or the system refuses one. Only settle.
    Skip,
}

type Operation = Box<dyn FnOnce(Turn) + Send>;

pub(super) struct Lanes([Arc<Lane>; LANES]);

struct Lane {
    number: usize,
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    operations: VecDeque<Operation>,
    closing: bool,
    lives: bool,
    handle: Option<JoinHandle<()>>,
}

impl Lanes {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|place| {
            Arc::new(Lane { number: place + 1, state: Mutex::default(), bell: Condvar::new() })
        }))
    }

    /// Each operation is called exactly once.
    pub(super) fn submit(&self, spread_by: u8, operation: impl FnOnce(Turn) + Send + 'static) {
        if let Some(lane) = self.0.get(usize::from(spread_by) % LANES) {
            lane.submit(Box::new(operation));
        }
    }

    /// What has been submitted is still done; the threads end after that.
    pub(super) fn close(&self) {
        for lane in &self.0 {
            lane.lock().closing = true;
            lane.bell.notify_all();
        }
    }

    /// Waits for the threads of closed lanes to end, but for the calling one.
    pub(super) fn join(&self) {
        for lane in &self.0 {
            let handle = lane.lock().handle.take();
            if let Some(handle) = handle.filter(|handle| handle.thread().id() != thread::current().id()) {
                drop(handle.join());
            }
        }
    }
}

impl Lane {
    fn submit(self: &Arc<Self>, operation: Operation) {
        let mut state = self.lock();
        if state.closing || !self.start(&mut state) {
            drop(state);
            operation(Turn::Skip);
            return;
        }
        state.operations.push_back(operation);
        drop(state);
        self.bell.notify_all();
    }

    fn start(self: &Arc<Self>, state: &mut State) -> bool {
        if state.lives {
            return true;
        }
        let lane = Arc::clone(self);
        let thread = thread::Builder::new().name(format!("pixmill-cache-{}", self.number));
        state.handle = thread.spawn(move || lane.run()).ok();
        state.lives = state.handle.is_some();
        state.lives
    }

    fn run(&self) {
        let mut state = self.lock();
        let mut lingered = false;
        loop {
            if let Some(operation) = state.operations.pop_front() {
                drop(state);
                // A panic in a callback must not take the thread with it.
                drop(catch_unwind(AssertUnwindSafe(|| operation(Turn::Run))));
                (state, lingered) = (self.lock(), false);
                continue;
            }
            if state.closing || lingered {
                state.lives = false;
                return;
            }
            let (guard, timeout) = self.bell.wait_timeout(state, LINGER).unwrap_or_else(PoisonError::into_inner);
            (state, lingered) = (guard, timeout.timed_out());
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
