//! The job of many variants: the source is read once and decoded as seldom as its memory allows, to planes that several
//! variants take at once or to a picture that each is made from.
//! One permit, one thread; loans are given back as the variants get smaller.

mod master;
mod plan;

use std::borrow::Cow;

use super::admit::{Order, carry_out};
use super::output::Output;
use super::placeholder::Placeholder;
use super::plan::{Plan, Via};
use super::request::Request;
use super::steps::Steps;
use crate::codec::{Decoded, Header, Shrink};
use crate::error::Result;
use crate::image::Image;
use crate::limits::Limits;
use crate::planes::Planes;
use crate::pool::{Job, Permit};
use crate::source::Source;
use master::Master;
use plan::{BatchPlan, Kind, Route, Task, Wish, lean, need};

/// Everything that is wanted of one source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    pub requests: Vec<Request>,
    pub wants_placeholder: bool,
}

/// Everything that was made of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Batched {
    /// No two alike, the larger before the smaller where they are decoded alike. Reading and decoding are in the timings of
    /// the first that came of them.
    pub outputs: Vec<Output>,
    /// For each request, which of the outputs is its own: requests for the same bytes share one.
    pub places: Vec<usize>,
    pub placeholder: Option<Placeholder>,
    /// The source's size as it is looked at.
    pub width: u32,
    pub height: u32,
}

/// All variants of one source, or the first error. Each has the bytes that `optimize` gives for the same request within
/// the same budget; but what is finished is held until all is, so that at the very brink of a budget a batch may be refused
/// whose variants would pass one by one. `is_covered`: the caller's permit covers the source's bytes already.
pub fn optimize_all(
    source: &Source,
    is_covered: bool,
    batch: &Batch,
    limits: &Limits,
    job: &mut Job<'_>,
) -> Result<Batched> {
    carry_out(batch, source, is_covered, limits, job)
}

impl Order for Batch {
    type Plan = BatchPlan;
    type Made = Batched;

    fn plan(&self, header: &Header, source_bytes: u64, ceiling_bytes: u64, limits: &Limits) -> Result<BatchPlan> {
        BatchPlan::new(header, self, source_bytes, ceiling_bytes, limits)
    }

    fn peak_bytes(plan: &BatchPlan) -> u64 {
        plan.peak_bytes
    }

    fn batch(&self) -> Cow<'_, Batch> {
        Cow::Borrowed(self)
    }

    fn of_batch(made: Batched) -> Option<Batched> {
        Some(made)
    }

    fn make(&self, plan: BatchPlan, permit: &mut Permit<'_>, steps: &mut Steps<'_>) -> Result<Batched> {
        if let Some(fault) = self.requests.iter().find_map(|request| request.fault) {
            fault.act();
        }
        let (width, height) = steps.header.oriented_size();
        let made = Batched { outputs: Vec::new(), places: plan.places, placeholder: None, width, height };
        let held_bytes = steps.source_bytes;
        let mut bench = Bench { permit, steps, master: None, held_bytes, made };
        bench.make_all(&plan.wishes)?;
        Ok(bench.clear())
    }
}

/// What lies about while a batch is made.
struct Bench<'a, 'b, 'c> {
    permit: &'a mut Permit<'b>,
    steps: &'a mut Steps<'c>,
    master: Option<Master>,
    /// The source and what is finished.
    held_bytes: u64,
    made: Batched,
}

impl Bench<'_, '_, '_> {
    fn make_all(&mut self, wishes: &[Wish]) -> Result<()> {
        let mut rest = wishes;
        while let Some((task, others)) = Task::next(rest, self.scale_for(rest), self.room_bytes()) {
            match task {
                Task::Together(group) => self.make_together(group)?,
                Task::One(wish, route) => self.make(wish, route)?,
            }
            let master = self.master.as_ref().map(Master::shrink);
            self.permit.shrink_to(need(others, master, self.held_bytes, self.permit.bytes()));
            rest = others;
        }
        Ok(())
    }

    fn room_bytes(&self) -> u64 {
        self.permit.bytes().saturating_sub(self.held_bytes)
    }

    /// The scale of the decoded picture, where the next wish can have it.
    fn scale_for(&self, wishes: &[Wish]) -> Option<Shrink> {
        let plan = &wishes.first()?.plan;
        self.master.as_ref().filter(|master| master.serves(plan)).map(Master::shrink)
    }

    fn make_together(&mut self, group: &[Wish]) -> Result<()> {
        if let [wish] = group {
            return self.make_alone(wish);
        }
        let pictures = self.steps.decode_planes(group.iter().map(|wish| &wish.plan))?;
        for (wish, planes) in group.iter().zip(pictures) {
            self.end_planes(wish.kind, planes, &wish.plan)?;
        }
        Ok(())
    }

    fn make(&mut self, wish: &Wish, route: Route) -> Result<()> {
        if route != Route::Kept {
            self.master = None;
        }
        match route {
            Route::Kept | Route::Fresh => self.make_from_master(wish.kind, &wish.plan),
            Route::Alone => self.make_alone(wish),
        }
    }

    /// As `optimize` does it.
    fn make_alone(&mut self, wish: &Wish) -> Result<()> {
        if wish.fits_alone(self.room_bytes()) {
            self.make_by(wish.kind, &wish.plan)
        } else {
            self.make_by(wish.kind, &self.cheaper_plan(wish)?)
        }
    }

    /// What `optimize` would do with the bytes that are left.
    fn cheaper_plan(&self, wish: &Wish) -> Result<Plan> {
        let (header, limits) = (self.steps.header, self.steps.limits);
        Plan::new(header, &wish.request, self.held_bytes, self.permit.bytes(), limits).map(lean)
    }

    fn make_by(&mut self, kind: Kind, plan: &Plan) -> Result<()> {
        if plan.via.begins_with_planes() {
            let pictures = self.steps.decode_planes(std::iter::once(plan))?;
            return pictures.into_iter().try_for_each(|planes| self.end_planes(kind, planes, plan));
        }
        let Decoded { image, profile } = self.steps.resized(plan)?;
        let image = self.steps.finish(image, profile.as_deref(), plan)?;
        self.end(kind, &image, plan)
    }

    fn make_from_master(&mut self, kind: Kind, plan: &Plan) -> Result<()> {
        let master = match self.master.take() {
            Some(master) => master,
            None => Master::new(self.steps.decode(plan.shrink)?, plan.shrink),
        };
        let image = master.resized(plan, self.steps.scratch)?;
        let image = self.steps.finish(image, master.profile(), plan)?;
        self.master = Some(master);
        self.end(kind, &image, plan)
    }

    fn end(&mut self, kind: Kind, image: &Image, plan: &Plan) -> Result<()> {
        if kind == Kind::Placeholder {
            self.made.placeholder = Some(Placeholder::of(image, plan, self.steps.scratch)?);
            return Ok(());
        }
        let output = self.steps.encode(image, plan)?;
        self.keep(output);
        Ok(())
    }

    fn end_planes(&mut self, kind: Kind, planes: Planes, plan: &Plan) -> Result<()> {
        if plan.via == Via::PlanesToPixels {
            let image = self.steps.pixels_of(planes, plan)?;
            return self.end(kind, &image, plan);
        }
        let output = self.steps.encode_planes(planes, plan)?;
        self.keep(output);
        Ok(())
    }

    fn keep(&mut self, mut output: Output) {
        output.data.shrink_to_fit();
        self.held_bytes = self.held_bytes.saturating_add(output.data.len() as u64);
        self.made.outputs.push(output);
    }

    /// Hands the last buffer on to the next job.
    fn clear(self) -> Batched {
        if let Some(master) = self.master {
            self.steps.scratch.give(master.into_data());
        }
        self.made
    }
}
