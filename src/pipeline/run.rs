//! The job: source to variant. `optimize` admits it, `render` is the list of its steps.

use std::borrow::Cow;
use std::time::Instant;

use super::color::convert;
use super::flatten::{flatten, pad};
use super::orient::orient;
use super::output::{Output, Timings};
use super::plan::Plan;
use super::request::Request;
use super::resize::resize;
use crate::codec::{self, Decoded, Header, buffer_bytes, encoder};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::pool::{Cancel, Job, Permit, Scratch};
use crate::source::Source;

/// The first bytes of a file that are read outside of any permit. Holds the header of all but a few files: cameras put
/// up to 64 KiB of EXIF and a profile before it.
const HEAD_BYTES: usize = 256 << 10;

/// How often a source may turn out to be another than its head promised, before it is taken for a file that changes.
const MAX_LOOKS: usize = 4;

/// One variant of one source. `is_covered`: the caller's permit covers the source's bytes already.
pub fn optimize(
    source: &Source,
    is_covered: bool,
    request: &Request,
    limits: &Limits,
    job: &mut Job<'_>,
) -> Result<Output> {
    let mut clock = Clock::start();
    let source_bytes = if is_covered { 0 } else { source.len()? };
    let mut known = look(source, limits)?;
    for _ in 0..MAX_LOOKS {
        job.cancel.check()?;
        let (permit, plan) = admit(known.as_ref(), request, source_bytes, limits, job)?;
        clock.reset();
        let bytes = source.read(&permit, job.scratch)?;
        let header = codec::probe(&bytes, limits)?;
        clock.lap(|timings| &mut timings.read);
        match plan {
            Some(plan) if known.as_ref().is_some_and(|known| known.plans_like(&header)) => {
                let output = render(&bytes, &header, &plan, request, limits, job.scratch, job.cancel, &mut clock);
                give_back(bytes, job.scratch);
                return output;
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
fn admit<'a>(
    known: Option<&Header>,
    request: &Request,
    source_bytes: u64,
    limits: &Limits,
    job: &Job<'a>,
) -> Result<(Permit<'a>, Option<Plan>)> {
    loop {
        let ceiling = job.ceiling();
        let plan = known.map(|header| Plan::new(header, request, source_bytes, ceiling, limits)).transpose();
        let plan = plan.map_err(|error| match error {
            Error::Limit { what: "memory", got, .. } => job.refuse(got),
            other => other,
        })?;
        let bytes = plan.as_ref().map_or(source_bytes, |plan| plan.peak_bytes);
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

/// The steps. Each returns early when it has nothing to do; between two of them the job may be cancelled.
#[expect(clippy::too_many_arguments, reason = "what a job is made of; a struct would only rename it")]
fn render(
    bytes: &[u8],
    header: &Header,
    plan: &Plan,
    request: &Request,
    limits: &Limits,
    scratch: &mut Scratch,
    cancel: &Cancel,
    clock: &mut Clock,
) -> Result<Output> {
    if let Some(fault) = request.fault {
        fault.act();
    }
    cancel.check()?;
    let len = usize::try_from(buffer_bytes(header, plan.shrink)).unwrap_or(usize::MAX);
    let buffer = scratch.take(len)?;
    let Decoded { image, profile } = codec::decode(bytes, header, plan.shrink, limits, buffer)?;
    clock.lap(|timings| &mut timings.decode);
    cancel.check()?;
    let image = resize(image, plan, scratch)?;
    let image = convert(image, profile.as_deref(), plan, scratch)?;
    let image = orient(image, plan, scratch)?;
    let image = flatten(image, plan)?;
    let image = pad(image, plan, scratch)?;
    clock.lap(|timings| &mut timings.resize);
    cancel.check()?;
    let data = encoder(plan.format).encode(&image, plan.quality, plan.speed)?;
    clock.lap(|timings| &mut timings.encode);
    let (width, height) = (image.width(), image.height());
    scratch.give(image.into_data());
    cancel.check()?;
    Ok(Output { data, format: plan.format, width, height, timings: clock.stop() })
}

/// Milliseconds since the last lap.
struct Clock {
    start: Instant,
    lap: Instant,
    timings: Timings,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { start: now, lap: now, timings: Timings::default() }
    }

    fn reset(&mut self) {
        self.lap = Instant::now();
    }

    fn lap(&mut self, part: impl FnOnce(&mut Timings) -> &mut f64) {
        *part(&mut self.timings) += self.lap.elapsed().as_secs_f64() * 1000.0;
        self.reset();
    }

    fn stop(&self) -> Timings {
        Timings { total: self.start.elapsed().as_secs_f64() * 1000.0, ..self.timings }
    }
}
