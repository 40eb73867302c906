//! The steps from bytes to a variant, one after another. Between two of them the job may be cancelled.

use super::clock::Clock;
use super::color::convert;
use super::flatten::{flatten, pad};
use super::orient::orient;
use super::output::Output;
use super::plan::Plan;
use super::resize::resize;
use crate::codec::{self, Decoded, Header, Shrink, buffer_bytes, encoder};
use crate::error::Result;
use crate::image::Image;
use crate::limits::Limits;
use crate::pool::{Cancel, Job, Scratch};

/// What every step of a job works with.
pub(super) struct Steps<'a> {
    bytes: &'a [u8],
    /// What the source adds to the job's loan: 0 where another permit covers it.
    pub(super) source_bytes: u64,
    pub(super) header: &'a Header,
    pub(super) limits: &'a Limits,
    pub(super) scratch: &'a mut Scratch,
    cancel: &'a Cancel,
    clock: Clock,
}

impl<'a> Steps<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        source_bytes: u64,
        header: &'a Header,
        limits: &'a Limits,
        job: &'a mut Job<'_>,
        clock: Clock,
    ) -> Self {
        Self { bytes, source_bytes, header, limits, scratch: job.scratch, cancel: job.cancel, clock }
    }

    /// All of them, for one variant. Each returns early when it has nothing to do.
    pub(super) fn render(&mut self, plan: &Plan) -> Result<(Output, Image)> {
        let Decoded { image, profile } = self.decode(plan.shrink)?;
        let image = resize(image, plan, self.scratch)?;
        let image = self.finish(image, profile.as_deref(), plan)?;
        Ok((self.encode(&image, plan)?, image))
    }

    pub(super) fn decode(&mut self, shrink: Shrink) -> Result<Decoded> {
        self.cancel.check()?;
        let len = usize::try_from(buffer_bytes(self.header, shrink)).unwrap_or(usize::MAX);
        let buffer = self.scratch.take(len)?;
        let decoded = codec::decode(self.bytes, self.header, shrink, self.limits, buffer)?;
        self.clock.lap(|timings| &mut timings.decode);
        self.cancel.check()?;
        Ok(decoded)
    }

    /// From a resized picture to the one that is encoded.
    pub(super) fn finish(&mut self, image: Image, profile: Option<&[u8]>, plan: &Plan) -> Result<Image> {
        let image = convert(image, profile, plan, self.scratch)?;
        let image = orient(image, plan, self.scratch)?;
        let image = flatten(image, plan)?;
        let image = pad(image, plan, self.scratch)?;
        self.clock.lap(|timings| &mut timings.resize);
        self.cancel.check()?;
        Ok(image)
    }

    pub(super) fn encode(&mut self, image: &Image, plan: &Plan) -> Result<Output> {
        let data = encoder(plan.format).encode(image, plan.quality, plan.speed)?;
        self.clock.lap(|timings| &mut timings.encode);
        self.cancel.check()?;
        let (width, height) = (image.width(), image.height());
        Ok(Output { data, format: plan.format, width, height, timings: self.clock.stop() })
    }
}
