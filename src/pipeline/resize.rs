//! To the planned size: the seen part, by Lanczos3 in linear light; ink, which is no light yet, as it is stored.

use fast_image_resize::images::{Image as Target, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::plan::{Plan, Via};
use crate::codec::{self, Decoded, Header, Shrink};
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::Limits;
use crate::planes::{Axis, PixelsResizer, Samples};
use crate::pool::{Cancel, Scratch};

/// The resized picture; the plan says what becomes of the input's buffer.
pub(super) fn resize(image: Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    if is_idle(&image, plan) {
        return Ok(image);
    }
    let resized = sample(&image, plan, scratch)?;
    plan.retire(image.into_data(), scratch);
    Ok(resized)
}

/// Says that the picture has the planned size already.
pub(super) fn is_idle(image: &Image, plan: &Plan) -> bool {
    let own = (image.width(), image.height());
    own == plan.stored && seen(own, plan) == (f64::from(own.0), f64::from(own.1))
}

fn seen((width, height): (u32, u32), plan: &Plan) -> (f64, f64) {
    (f64::from(width).min(plan.seen.0), f64::from(height).min(plan.seen.1))
}

/// Of a picture that stays.
pub(super) fn sample(image: &Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let buffer = scratch.take(bytes(image.layout(), plan.stored.0, plan.stored.1)?)?;
    if image.layout() == Layout::Cmyk {
        return sample_ink(image, plan, buffer);
    }
    let (across, down) = axes((image.width(), image.height()), plan)?;
    let mut resizer = PixelsResizer::new(image.layout(), &across, &down, buffer)?;
    image.rows().try_for_each(|row| resizer.push_row(Samples::Bytes(row)))?;
    resizer.finish()
}

fn sample_ink(image: &Image, plan: &Plan, mut buffer: Vec<u8>) -> Result<Image> {
    let defect = |error: &dyn std::fmt::Display| Error::internal(format!("the resizer failed: {error}"));
    let ((width, height), (seen_width, seen_height)) = (plan.stored, seen((image.width(), image.height()), plan));
    let source =
        ImageRef::new(image.width(), image.height(), image.data(), PixelType::U8x4).map_err(|error| defect(&error))?;
    let mut target =
        Target::from_slice_u8(width, height, &mut buffer, PixelType::U8x4).map_err(|error| defect(&error))?;
    let left = (f64::from(image.width()) - seen_width) / 2.0;
    let top = (f64::from(image.height()) - seen_height) / 2.0;
    let filter = ResizeAlg::Convolution(FilterType::Lanczos3);
    let options = ResizeOptions::new().resize_alg(filter).use_alpha(false).crop(left, top, seen_width, seen_height);
    Resizer::new().resize(&source, &mut target, &options).map_err(|error| defect(&error))?;
    Image::new(width, height, Layout::Cmyk, buffer)
}

/// Says that rows are resized as they are decoded, so that the decoded picture never exists as a whole.
pub(super) fn streams(header: &Header, plan: &Plan) -> bool {
    let is_idle = plan.covers((header.width, header.height));
    plan.via == Via::Pixels && plan.shrink == Shrink::None && !is_idle && codec::has_rows(header)
}

/// The resized picture, for a plan that streams.
pub(super) fn stream(
    bytes: &[u8],
    header: &Header,
    plan: &Plan,
    limits: &Limits,
    (scratch, cancel): (&mut Scratch, &Cancel),
) -> Result<Decoded> {
    let (across, down) = axes((header.width, header.height), plan)?;
    let buffer = scratch.take(self::bytes(header.layout, plan.stored.0, plan.stored.1)?)?;
    let mut resizer = PixelsResizer::new(header.layout, &across, &down, buffer)?;
    let is_cancelled = || cancel.is_cancelled();
    let profile = codec::decode_rows(bytes, header, limits, &is_cancelled, &mut |row| resizer.push_row(row))?;
    Ok(Decoded { image: resizer.finish()?, profile })
}

/// Where the planned picture lies on one of this size.
pub(super) fn axes(size: (u32, u32), plan: &Plan) -> Result<(Axis, Axis)> {
    let seen = seen(size, plan);
    let start = |side: u32, seen: f64| ((f64::from(side) - seen) / 2.0).max(0.0);
    let across = Axis::cropped(size.0, plan.stored.0, start(size.0, seen.0), seen.0)?;
    Ok((across, Axis::cropped(size.1, plan.stored.1, start(size.1, seen.1), seen.1)?))
}

pub(super) fn bytes(layout: Layout, width: u32, height: u32) -> Result<usize> {
    let bytes = layout.bytes(width, height);
    usize::try_from(bytes).map_err(|_| Error::Limit { what: "memory", max: usize::MAX as u64, got: bytes })
}
