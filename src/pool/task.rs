//! A job and its callback with their types erased, so that one queue holds them all. A panic in either ends here.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::job::Job;
use crate::error::{Error, Result};

/// The callback with its answer, to be called once the books are settled and no lock is held.
pub(super) type Settlement = Box<dyn FnOnce() + Send>;

pub(super) trait Task: Send {
    fn run(self: Box<Self>, job: &mut Job<'_>) -> (Outcome, Settlement);
    fn refuse(self: Box<Self>, error: Error) -> Settlement;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Completed,
    Failed,
    Busy,
    Cancelled,
    Panicked,
}

impl Outcome {
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Busy { .. } => Self::Busy,
            Error::Cancelled => Self::Cancelled,
            _ => Self::Failed,
        }
    }
}

pub(super) fn boxed<T, W, S>(work: W, settle: S) -> Box<dyn Task>
where
    T: Send + 'static,
    W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
    S: FnOnce(Result<T>) + Send + 'static,
{
    Box::new(Typed { work, settle, result: PhantomData })
}

struct Typed<T, W, S> {
    work: W,
    settle: S,
    result: PhantomData<fn() -> T>,
}

impl<T, W, S> Task for Typed<T, W, S>
where
    T: Send + 'static,
    W: FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
    S: FnOnce(Result<T>) + Send + 'static,
{
    fn run(self: Box<Self>, job: &mut Job<'_>) -> (Outcome, Settlement) {
        let Self { work, settle, .. } = *self;
        // Unwind-safe: what a job shares with others are the pool's books, which it never sees half written.
        let (outcome, result) = match catch_unwind(AssertUnwindSafe(|| work(job))) {
            Ok(Ok(value)) => (Outcome::Completed, Ok(value)),
            Ok(Err(error)) => (Outcome::of(&error), Err(error)),
            Err(payload) => (Outcome::Panicked, Err(Error::internal(panic_text(payload.as_ref())))),
        };
        (outcome, Box::new(move || settle(result)))
    }

    fn refuse(self: Box<Self>, error: Error) -> Settlement {
        let Self { work, settle, .. } = *self;
        Box::new(move || {
            drop(work);
            settle(Err(error));
        })
    }
}

/// A panic in a callback must not take a thread of the pool with it.
pub(super) fn settle_all(settlements: Vec<Settlement>) {
    for settlement in settlements {
        drop(catch_unwind(AssertUnwindSafe(settlement)));
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("a panic: {}", text.unwrap_or("without a text"))
}
