//! Gray to color, for encoders that know no gray.

use std::borrow::Cow;

use crate::error::Result;
use crate::image::{Image, Layout};
use crate::limits::reserve;

/// The same picture with color channels: a copy where it was gray, else borrowed.
pub(super) fn to_color(image: &Image) -> Result<Cow<'_, Image>> {
    let layout = match image.layout() {
        Layout::Gray => Layout::Rgb,
        Layout::GrayAlpha => Layout::Rgba,
        Layout::Rgb | Layout::Rgba | Layout::Cmyk => return Ok(Cow::Borrowed(image)),
    };
    let mut data = reserve(layout.bytes(image.width(), image.height()))?;
    for pixel in image.data().chunks_exact(image.layout().channels()) {
        match *pixel {
            [gray] => data.extend_from_slice(&[gray; 3]),
            [gray, alpha] => data.extend_from_slice(&[gray, gray, gray, alpha]),
            _ => {}
        }
    }
    Ok(Cow::Owned(Image::new(image.width(), image.height(), layout, data)?))
}
