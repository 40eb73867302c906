//! The steps from bytes to a variant, one after another. Between two of them the job may be cancelled.

use super::clock::Clock;
use super::color::convert;
use super::flatten::{flatten, pad};
use super::orient::orient;
use super::output::Output;
use super::plan::{Plan, Via};
use super::planar;
use super::resize::{resize, stream, streams};
use super::smaller::smaller;
use crate::codec::{self, Decoded, Header, Shrink, buffer_bytes, encoder, planar_profile, settled_palette};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::image::Image;
use crate::limits::Limits;
use crate::planes::{Planes, to_pixels};
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
        let Decoded { image, profile } = self.resized(plan)?;
        let image = self.finish(image, profile.as_deref(), plan)?;
        Ok((self.encode(&image, plan)?, image))
    }

    /// All of them, for a plan that begins with planes.
    pub(super) fn render_planes(&mut self, plan: &Plan) -> Result<Output> {
        let planes = self.decode_planes(std::iter::once(plan))?.pop();
        let planes = planes.ok_or_else(|| Error::internal("a plan without planes"))?;
        if plan.via == Via::Planes {
            return self.encode_planes(planes, plan);
        }
        let image = self.pixels_of(planes, plan)?;
        self.encode(&image, plan)
    }

    /// Planes of the planned sizes, one picture for each plan.
    pub(super) fn decode_planes<'p>(&mut self, plans: impl ExactSizeIterator<Item = &'p Plan>) -> Result<Vec<Planes>> {
        self.cancel.check()?;
        let pictures = planar::decode(self.bytes, self.header, plans, self.limits, self.cancel)?;
        self.clock.lap(|timings| &mut timings.decode);
        self.cancel.check()?;
        Ok(pictures)
    }

    pub(super) fn encode_planes(&mut self, planes: Planes, plan: &Plan) -> Result<Output> {
        let planes = planar::orient(planes, plan.orientation)?;
        self.clock.lap(|timings| &mut timings.resize);
        self.cancel.check()?;
        let (width, height) = (planes.width(), planes.height());
        let data = encoder(plan.format).encode_planes(planes, plan.quality, plan.speed)?;
        self.clock.lap(|timings| &mut timings.encode);
        self.cancel.check()?;
        let output = Output { data, format: plan.format, width, height, timings: self.clock.stop() };
        Ok(smaller(output, self.bytes, self.header, plan))
    }

    /// From resized planes to the picture that is encoded.
    pub(super) fn pixels_of(&mut self, planes: Planes, plan: &Plan) -> Result<Image> {
        let is_srgb = self.header.planar.is_none_or(|planar| planar.is_srgb);
        let profile = if is_srgb { None } else { planar_profile(self.bytes, self.limits) };
        self.finish(to_pixels(planes)?, profile.as_deref(), plan)
    }

    /// The decoded picture at the planned size, as stored.
    pub(super) fn resized(&mut self, plan: &Plan) -> Result<Decoded> {
        if !streams(self.header, plan) {
            let Decoded { image, profile } = self.decode(plan.shrink)?;
            return Ok(Decoded { image: resize(image, plan, self.scratch)?, profile });
        }
        self.cancel.check()?;
        let decoded = stream(self.bytes, self.header, plan, self.limits, (self.scratch, self.cancel))?;
        self.clock.lap(|timings| &mut timings.decode);
        self.cancel.check()?;
        Ok(decoded)
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
        let (data, format) = encode(image, plan)?;
        self.clock.lap(|timings| &mut timings.encode);
        self.cancel.check()?;
        let (width, height) = (image.width(), image.height());
        let output = Output { data, format, width, height, timings: self.clock.stop() };
        Ok(smaller(output, self.bytes, self.header, plan))
    }
}

/// In the format of the plan, or a drawing as a palette.
fn encode(image: &Image, plan: &Plan) -> Result<(Vec<u8>, Format)> {
    if let Some(format) = plan.palette_format
        && let Some(data) = settled_palette(image, plan.quality, plan.speed)?
    {
        return Ok((data, format));
    }
    Ok((encoder(plan.format).encode(image, plan.quality, plan.speed)?, plan.format))
}
