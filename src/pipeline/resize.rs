//! To the planned size: the seen part, by Lanczos3. Colors are weighted by alpha, or the edges of what is transparent
//! would show the colors that nobody was meant to see.

use fast_image_resize::images::{Image as Target, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::plan::Plan;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::pool::Scratch;

/// The resized picture; the plan says what becomes of the input's buffer.
/// Changes the input's colors in place, to spare a copy of the large picture.
pub(super) fn resize(mut image: Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    if is_idle(&image, plan) {
        return Ok(image);
    }
    premultiply(&mut image)?;
    let resized = sample(&image, plan, scratch)?;
    plan.retire(image.into_data(), scratch);
    Ok(resized)
}

/// Says that the picture has the planned size already.
pub(super) fn is_idle(image: &Image, plan: &Plan) -> bool {
    let own = (image.width(), image.height());
    own == plan.stored && seen(image, plan) == (f64::from(own.0), f64::from(own.1))
}

fn seen(image: &Image, plan: &Plan) -> (f64, f64) {
    (f64::from(image.width()).min(plan.seen.0), f64::from(image.height()).min(plan.seen.1))
}

/// Of a picture that stays. Its colors must be weighted by its alpha.
pub(super) fn sample(image: &Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let (width, height) = plan.stored;
    let (seen_width, seen_height) = seen(image, plan);
    let layout = image.layout();
    let mut buffer = scratch.take(bytes(layout, width, height)?)?;
    let source = ImageRef::new(image.width(), image.height(), image.data(), pixel_type(layout)).map_err(defect)?;
    let mut target = Target::from_slice_u8(width, height, &mut buffer, pixel_type(layout)).map_err(defect)?;
    let left = (f64::from(image.width()) - seen_width) / 2.0;
    let top = (f64::from(image.height()) - seen_height) / 2.0;
    let filter = ResizeAlg::Convolution(FilterType::Lanczos3);
    let options = ResizeOptions::new().resize_alg(filter).use_alpha(false).crop(left, top, seen_width, seen_height);
    Resizer::new().resize(&source, &mut target, &options).map_err(defect)?;
    if layout.has_alpha() {
        MulDiv::new().divide_alpha_inplace(&mut target).map_err(defect)?;
    }
    Image::new(width, height, layout, buffer)
}

/// Weights the colors by alpha, where there is one. In place.
pub(super) fn premultiply(image: &mut Image) -> Result<()> {
    let (width, height, layout) = (image.width(), image.height(), image.layout());
    if !layout.has_alpha() {
        return Ok(());
    }
    let mut view = Target::from_slice_u8(width, height, image.data_mut(), pixel_type(layout)).map_err(defect)?;
    MulDiv::new().multiply_alpha_inplace(&mut view).map_err(defect)
}

const fn pixel_type(layout: Layout) -> PixelType {
    match layout {
        Layout::Gray => PixelType::U8,
        Layout::GrayAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    }
}

pub(super) fn bytes(layout: Layout, width: u32, height: u32) -> Result<usize> {
    let bytes = layout.bytes(width, height);
    usize::try_from(bytes).map_err(|_| Error::Limit { what: "memory", max: usize::MAX as u64, got: bytes })
}

fn defect(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("the resizer failed: {error}"))
}
