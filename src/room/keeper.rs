//! The thread that starts children and ends idle ones, and the books on them. It lives while a child does: the system ends children with
//! the thread that started them. It is as polite as the worker that needed it first, and so are they.

use std::collections::VecDeque;
use std::io;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::RoomStats;
use super::outside::Child;
use super::program::Program;

/// Idle for this long, a child is ended.
const END_AFTER: Duration = Duration::from_secs(5);
/// A program that could not be started is not tried again before.
const RETRY_AFTER: Duration = Duration::from_secs(30);

pub(super) static KEEPER: LazyLock<Keeper> = LazyLock::new(Keeper::default);

#[derive(Default)]
pub(super) struct Keeper {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_running: bool,
    wanted: VecDeque<Wanted>,
    /// The one that was used last is the last.
    idle: Vec<(Child, Instant)>,
    alive: usize,
    started: u64,
    died: u64,
    /// Since when, and why.
    fault: Option<(Instant, String)>,
}

struct Wanted {
    program: &'static Program,
    most_bytes: u64,
    give: Sender<io::Result<Child>>,
}

impl Keeper {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stats(&self) -> RoomStats {
        let State { alive, started, died, .. } = *self.lock();
        RoomStats { alive, started, died }
    }

    /// One that is idle and may take as much as this.
    pub(super) fn take_idle(&self, room_bytes: u64) -> Option<Child> {
        loop {
            let mut state = self.lock();
            let place = state.idle.iter().rposition(|(child, _)| child.most_bytes() >= room_bytes)?;
            let (mut child, _) = state.idle.remove(place);
            drop(state);
            // One that the system has ended meanwhile is not the fault of the next job.
            if child.is_alive() {
                return Some(child);
            }
            self.bury(End::Death);
        }
    }

    /// Why none can be started, where that was found out a short while ago.
    pub(super) fn fault(&self) -> Option<String> {
        let state = self.lock();
        state.fault.as_ref().filter(|(since, _)| since.elapsed() < RETRY_AFTER).map(|(_, why)| why.clone())
    }

    pub(super) fn blame(&self, why: String) {
        self.lock().fault = Some((Instant::now(), why));
    }

    /// A new one.
    pub(super) fn start(&'static self, program: &'static Program, most_bytes: u64) -> io::Result<Child> {
        let (give, receive) = channel();
        self.want(Wanted { program, most_bytes, give })?;
        received(&receive)
    }

    fn want(&'static self, wanted: Wanted) -> io::Result<()> {
        let mut state = self.lock();
        if !state.is_running {
            thread::Builder::new().name("pixmill-room".to_owned()).spawn(|| self.run())?;
            state.is_running = true;
        }
        state.wanted.push_back(wanted);
        self.changed.notify_all();
        Ok(())
    }

    /// It has answered, and waits for more.
    pub(super) fn give_back(&self, child: Child) {
        self.lock().idle.push((child, Instant::now()));
        self.changed.notify_all();
    }

    /// It is gone. `is_death`: by its own doing, or for what it did.
    pub(super) fn bury(&self, end: End) {
        let mut state = self.lock();
        state.alive = state.alive.saturating_sub(1);
        state.died += u64::from(end == End::Death);
        self.changed.notify_all();
    }

    fn run(&self) {
        let mut state = self.lock();
        loop {
            if let Some(wanted) = state.wanted.pop_front() {
                drop(state);
                let child = start(wanted.program, wanted.most_bytes);
                state = self.lock();
                if child.is_ok() {
                    state.alive += 1;
                    state.started += 1;
                }
                // Nobody waits any more: as idle as if it had answered.
                if let Err(unwanted) = wanted.give.send(child)
                    && let Ok(child) = unwanted.0
                {
                    state.idle.push((child, Instant::now()));
                }
            } else if let Some(place) = state.idle.iter().position(|(_, since)| since.elapsed() >= END_AFTER) {
                let (child, _) = state.idle.remove(place);
                drop(state);
                child.end();
                state = self.lock();
                state.alive = state.alive.saturating_sub(1);
            } else if state.alive == 0 {
                state.is_running = false;
                return;
            } else {
                let oldest = state.idle.iter().map(|(_, since)| since.elapsed()).max();
                let most = END_AFTER.saturating_sub(oldest.unwrap_or_default()).max(Duration::from_millis(10));
                state = self.changed.wait_timeout(state, most).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

/// How a child has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Death,
    Dismissal,
}

fn received(receive: &Receiver<io::Result<Child>>) -> io::Result<Child> {
    receive.recv().unwrap_or_else(|_| Err(io::Error::other("the keeper of the room has ended")))
}

/// Without an environment: what it holds may be secret, and loaders listen to it.
fn start(program: &Program, most_bytes: u64) -> io::Result<Child> {
    let mut command = Command::new(&program.file);
    command.args(&program.arguments).env_clear().current_dir("/");
    let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    Child::new(process, most_bytes)
}
