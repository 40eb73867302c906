//! Alpha and padding: onto white for a format without alpha, a transparent or white frame around a picture that does
//! not fill its box.

use super::plan::Plan;
use super::resize::bytes;
use crate::error::Result;
use crate::image::{Image, Layout};
use crate::pool::Scratch;

/// The picture without alpha, over white, where the plan has none or where all of it is opaque.
pub(super) fn flatten(image: Image, plan: &Plan) -> Result<Image> {
    let flat = match image.layout() {
        Layout::Rgba => Layout::Rgb,
        Layout::GrayAlpha => Layout::Gray,
        Layout::Gray | Layout::Rgb | Layout::Cmyk => return Ok(image),
    };
    if plan.has_alpha && (plan.is_padded || !image.is_opaque()) {
        return Ok(image);
    }
    let (width, height, channels) = (image.width(), image.height(), image.layout().channels());
    let mut data = image.into_data();
    over_white(&mut data, channels);
    Image::new(width, height, flat, data)
}

/// In place: each pixel gets shorter by its alpha.
fn over_white(data: &mut [u8], channels: usize) {
    let colors = channels - 1;
    for index in 0..data.len() / channels {
        let start = index * channels;
        let alpha = data.get(start + colors).map_or(255, |alpha| u32::from(*alpha));
        for color in 0..colors {
            let sample = data.get(start + color).map_or(255, |sample| u32::from(*sample));
            let mixed = (sample * alpha + 255 * (255 - alpha) + 127) / 255;
            if let Some(slot) = data.get_mut(index * colors + color) {
                *slot = u8::try_from(mixed).unwrap_or(u8::MAX);
            }
        }
    }
}

/// The picture in the middle of the planned canvas.
pub(super) fn pad(image: Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    if !plan.is_padded {
        return Ok(image);
    }
    let layout = match image.layout() {
        Layout::Gray | Layout::GrayAlpha if plan.has_alpha => Layout::GrayAlpha,
        Layout::Rgb | Layout::Rgba if plan.has_alpha => Layout::Rgba,
        same => same,
    };
    let mut canvas = scratch.take(bytes(layout, plan.width, plan.height)?)?;
    canvas.fill(if plan.has_alpha { 0 } else { 255 });
    let stride = plan.width as usize * layout.channels();
    let left = (plan.width.saturating_sub(image.width()) / 2) as usize * layout.channels();
    let top = (plan.height.saturating_sub(image.height()) / 2) as usize;
    for (row, target) in image.rows().zip(canvas.chunks_exact_mut(stride.max(1)).skip(top)) {
        copy_row(row, image.layout(), target.get_mut(left..).unwrap_or_default(), layout);
    }
    plan.retire(image.into_data(), scratch);
    Image::new(plan.width, plan.height, layout, canvas)
}

/// Copies pixels; where the target has alpha and the row has none, they are opaque.
fn copy_row(row: &[u8], from: Layout, target: &mut [u8], to: Layout) {
    let pixels = row.chunks_exact(from.channels());
    for (pixel, slot) in pixels.zip(target.chunks_exact_mut(to.channels())) {
        for (index, sample) in slot.iter_mut().enumerate() {
            *sample = pixel.get(index).copied().unwrap_or(255);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_becomes_white() {
        let mut data = vec![10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, 128];
        over_white(&mut data, 4);
        assert_eq!(data[..9], [255, 255, 255, 10, 20, 30, 127, 127, 127]);
    }
}
