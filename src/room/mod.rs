//! The locked room: child processes that do what may end a process. A child is the same engine behind a program that JavaScript names; it has
//! no environment, opens no file and no socket, has as much memory and time as its job, and answers with finished variants only. Whatever
//! happens in there is the failure of one job. Knows nothing of pictures: orders and answers are bytes here.
//!
//! # Who lives how long
//!
//! A job takes a child that is idle, or has a new one started. There is at most one for each worker thread that has such a job. One that
//! has answered waits for the next job for five seconds; one that has not answered in time, has died, or has answered nonsense is ended.
//! The keeper, a thread of its own, starts and ends all: the system ends a child with the *thread* that started it, and workers come and go.

mod fault;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter;
#[cfg(unix)]
mod inside;
#[cfg(unix)]
mod keeper;
#[cfg(target_os = "linux")]
mod lock;
#[cfg(not(unix))]
mod nowhere;
#[cfg(unix)]
mod outside;
#[cfg(unix)]
mod pipes;
mod program;

#[cfg(unix)]
pub use inside::serve;
#[cfg(unix)]
use keeper::KEEPER;
#[cfg(not(unix))]
pub use nowhere::serve;

pub use program::{Program, furnish};

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::error::Result;
use crate::pool::Cancel;

/// A job for a child.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    pub order: &'a [u8],
    pub source: &'a [u8],
    /// Bytes that the child may take beyond what it has when it is idle: source, work and answer.
    pub peak_bytes: u64,
    /// Address space of the stacks of threads that the job starts: far more than they ever use.
    pub stack_bytes: u64,
    /// Of the clock, and as much of the processor.
    pub deadline: Duration,
}

/// Children in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoomStats {
    pub alive: usize,
    pub started: u64,
    /// Ended otherwise than by being idle, or with their job's cancellation.
    pub died: u64,
}

static IS_INSIDE: AtomicBool = AtomicBool::new(false);

/// Says that this process is such a child.
pub fn is_inside() -> bool {
    IS_INSIDE.load(Ordering::Relaxed)
}

/// What a child answers. Waits for it on this thread, until the deadline or the cancellation. `read` makes sense of the answer; where there
/// is none, the child is ended as one that has died.
#[cfg(unix)]
pub fn ask<T>(task: &Task<'_>, cancel: &Cancel, read: impl FnOnce(&[u8]) -> Option<T>) -> Result<T> {
    outside::ask(&KEEPER, task, cancel, read)
}

#[cfg(not(unix))]
pub fn ask<T>(_task: &Task<'_>, _cancel: &Cancel, _read: impl FnOnce(&[u8]) -> Option<T>) -> Result<T> {
    Err(fault::unavailable("no such room on this system"))
}

#[cfg(unix)]
pub fn stats() -> RoomStats {
    KEEPER.stats()
}

#[cfg(not(unix))]
pub const fn stats() -> RoomStats {
    RoomStats { alive: 0, started: 0, died: 0 }
}
