//! The job of one variant: admitted by its peak, then all steps.

use std::borrow::Cow;

use super::admit::{Order, carry_out};
use super::batch::{Batch, Batched};
use super::output::Output;
use super::plan::{Plan, Via};
use super::request::Request;
use super::steps::Steps;
use crate::codec::Header;
use crate::error::Result;
use crate::limits::Limits;
use crate::pool::{Job, Permit};
use crate::source::Source;

/// One variant of one source. `is_covered`: the caller's permit covers the source's bytes already.
pub fn optimize(
    source: &Source,
    is_covered: bool,
    request: &Request,
    limits: &Limits,
    job: &mut Job<'_>,
) -> Result<Output> {
    carry_out(request, source, is_covered, limits, job)
}

impl Order for Request {
    type Plan = Plan;
    type Made = Output;

    fn plan(&self, header: &Header, source_bytes: u64, ceiling_bytes: u64, limits: &Limits) -> Result<Plan> {
        Plan::new(header, self, source_bytes, ceiling_bytes, limits)
    }

    fn peak_bytes(plan: &Plan) -> u64 {
        plan.peak_bytes
    }

    fn batch(&self) -> Cow<'_, Batch> {
        Cow::Owned(Batch { requests: vec![self.clone()], wants_placeholder: false })
    }

    fn of_batch(mut made: Batched) -> Option<Output> {
        let place = *made.places.first()?;
        (place < made.outputs.len()).then(|| made.outputs.swap_remove(place))
    }

    fn make(&self, plan: Plan, _permit: &mut Permit<'_>, steps: &mut Steps<'_>) -> Result<Output> {
        if let Some(fault) = self.fault {
            fault.act();
        }
        match plan.via {
            Via::Planes | Via::PlanesToPixels => steps.render_planes(&plan),
            Via::Pixels => {
                let (output, image) = steps.render(&plan)?;
                steps.scratch.give(image.into_data());
                Ok(output)
            }
        }
    }
}
