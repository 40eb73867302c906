//! The thread that keeps a directory in order for as long as its cache lives. Costs a glance at one file four times a
//! second when there is nothing to do, and keeps no process alive.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::expiry::Expiry;
use super::keeper::{Keeper, LOOK_EVERY};

pub(super) struct Watch {
    post: Arc<Post>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Post {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    asked: Vec<Expiry>,
    is_closing: bool,
}

impl Watch {
    /// Where the system refuses a thread, rules reach this process alone.
    pub(super) fn start(keeper: Keeper) -> Self {
        let post = Arc::new(Post::default());
        let at_post = Arc::clone(&post);
        let thread = thread::Builder::new().name("pixmill-cache-watch".to_owned());
        let handle = thread.spawn(move || at_post.keep(keeper)).ok();
        post.state().is_closing = handle.is_none();
        Self { post, handle: Mutex::new(handle) }
    }

    /// `false`: there is no thread, and the expiry has been told so.
    pub(super) fn ask(&self, expiry: Expiry) -> bool {
        let mut state = self.post.state();
        if state.is_closing {
            drop(state);
            drop(expiry);
            return false;
        }
        state.asked.push(expiry);
        self.post.bell.notify_all();
        true
    }

    /// What was asked for is still written; sweeps and scans end where they are.
    pub(super) fn close(&self) {
        self.post.state().is_closing = true;
        self.post.bell.notify_all();
    }

    /// Waits for the thread of a closed watch, but for the calling one.
    pub(super) fn join(&self) {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle.filter(|handle| handle.thread().id() != thread::current().id()) {
            drop(handle.join());
        }
    }
}

impl Post {
    fn keep(&self, mut keeper: Keeper) {
        loop {
            let (asked, is_closing) = self.take();
            let turn = AssertUnwindSafe(|| keeper.turn(asked, Instant::now()));
            // A panic would be a mistake of ours; rules of others are followed all the same.
            let rest = catch_unwind(turn).unwrap_or(LOOK_EVERY);
            if is_closing {
                return;
            }
            self.wait(rest);
        }
    }

    fn take(&self) -> (Vec<Expiry>, bool) {
        let mut state = self.state();
        (std::mem::take(&mut state.asked), state.is_closing)
    }

    fn wait(&self, rest: Duration) {
        let state = self.state();
        if !rest.is_zero() && state.asked.is_empty() && !state.is_closing {
            drop(self.bell.wait_timeout(state, rest));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
