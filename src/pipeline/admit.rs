//! Admission: a plan from the source's header, a permit for its peak, then the bytes. Makes no pixel.

use std::borrow::Cow;

use super::away;
use super::batch::{Batch, Batched};
use super::clock::Clock;
use super::steps::Steps;
use crate::codec::{self, Header};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::pool::{Job, Permit, Scratch};
use crate::source::Source;

/// The first bytes of a file that are read outside of any permit. Holds the header of all but a few files: cameras put
/// up to 64 KiB of EXIF and a profile before it.
const HEAD_BYTES: usize = 256 << 10;

/// How often a source may turn out to be another than its head promised, before it is taken for a file that changes.
const MAX_LOOKS: usize = 4;

/// Something to make of a source, within a number of bytes.
pub(super) trait Order {
    type Plan;
    type Made;

    fn plan(&self, header: &Header, source_bytes: u64, ceiling_bytes: u64, limits: &Limits) -> Result<Self::Plan>;

    fn peak_bytes(plan: &Self::Plan) -> u64;

    /// The same as an order that can be sent away, and what comes back as what was ordered.
    fn batch(&self) -> Cow<'_, Batch>;

    fn of_batch(made: Batched) -> Option<Self::Made>;

    fn make(&self, plan: Self::Plan, permit: &mut Permit<'_>, steps: &mut Steps<'_>) -> Result<Self::Made>;
}

/// Carries out an order. `is_covered`: the caller's permit covers the source's bytes already.
pub(super) fn carry_out<O: Order>(
    order: &O,
    source: &Source,
    is_covered: bool,
    limits: &Limits,
    job: &mut Job<'_>,
) -> Result<O::Made> {
    let mut clock = Clock::start();
    let len = source.len()?;
    let own_bytes = if is_covered { 0 } else { len };
    let mut known = look(source, limits)?;
    for _ in 0..MAX_LOOKS {
        job.cancel.check()?;
        // The room has a copy of its own.
        let is_away = known.as_ref().is_some_and(away::is_needed);
        let source_bytes = if is_away { own_bytes.saturating_add(len) } else { own_bytes };
        let (mut permit, plan) = admit(order, known.as_ref(), source_bytes, limits, job)?;
        clock.reset();
        let bytes = source.read(&permit, job.scratch)?;
        let header = codec::probe(&bytes, limits)?;
        clock.lap(|timings| &mut timings.read);
        match plan {
            Some(plan) if known.as_ref().is_some_and(|known| known.plans_like(&header)) => {
                if is_away {
                    let room_bytes = permit.bytes().saturating_sub(own_bytes);
                    let made = away::make(order, (&bytes, &header), room_bytes, job);
                    give_back(bytes, job.scratch);
                    return made;
                }
                let mut steps = Steps::new(&bytes, source_bytes, &header, limits, job, clock);
                let made = order.make(plan, &mut permit, &mut steps);
                give_back(bytes, job.scratch);
                return made;
            }
            _ => known = Some(header),
        }
        give_back(bytes, job.scratch);
    }
    Err(Error::input(source.subject(), "a file that does not change while it is read", "one that does"))
}

/// The header, as far as the first bytes tell it.
fn look(source: &Source, limits: &Limits) -> Result<Option<Header>> {
    let most = match source {
        Source::Bytes(_) => usize::MAX,
        Source::Path(_) => HEAD_BYTES,
    };
    let head = source.head(most)?;
    codec::probe_prefix(&head, limits)
}

/// A permit for the job's peak and its plan; without a header, one for the source alone, to find out.
fn admit<'a, O: Order>(
    order: &O,
    known: Option<&Header>,
    source_bytes: u64,
    limits: &Limits,
    job: &Job<'a>,
) -> Result<(Permit<'a>, Option<O::Plan>)> {
    loop {
        let ceiling = job.ceiling();
        let plan = known.map(|header| order.plan(header, source_bytes, ceiling, limits)).transpose();
        let plan = plan.map_err(|error| match error {
            Error::Limit { what: "memory", got, .. } => job.refuse(got),
            other => other,
        })?;
        let bytes = plan.as_ref().map_or(source_bytes, O::peak_bytes);
        if bytes > ceiling {
            return Err(job.refuse(bytes));
        }
        if let Some(permit) = job.acquire(bytes)? {
            return Ok((permit, plan));
        }
    }
}

fn give_back(bytes: Cow<'_, [u8]>, scratch: &mut Scratch) {
    if let Cow::Owned(buffer) = bytes {
        scratch.give(buffer);
    }
}
