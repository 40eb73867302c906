//! To sRGB: by the embedded profile where there is a usable one, and ink to light in any case.

use super::plan::Plan;
use super::resize::bytes;
use crate::codec::Converter;
use crate::error::Result;
use crate::image::{Image, Layout};
use crate::pool::Scratch;

/// The picture in sRGB; where nothing has to be done, the same one.
pub(super) fn convert(image: Image, profile: Option<&[u8]>, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let converter = profile.and_then(|profile| Converter::new(profile, image.layout()));
    let image = match converter {
        Some(converter) => by_profile(image, &converter, plan, scratch)?,
        None => image,
    };
    if image.layout() == Layout::Cmyk { ink_to_light(image) } else { Ok(image) }
}

/// A conversion that fails leaves the picture as it was: wrong by a shade rather than missing.
fn by_profile(image: Image, converter: &Converter, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let (width, height) = (image.width(), image.height());
    let mut buffer = scratch.take(bytes(converter.output(), width, height)?)?;
    if !converter.convert(image.data(), &mut buffer) {
        plan.retire(buffer, scratch);
        return Ok(image);
    }
    plan.retire(image.into_data(), scratch);
    Image::new(width, height, converter.output(), buffer)
}

/// Without a profile, ink takes light away and black ink takes it from all colors, as everybody assumes. In place.
fn ink_to_light(image: Image) -> Result<Image> {
    let (width, height) = (image.width(), image.height());
    let mut data = image.into_data();
    for index in 0..data.len() / 4 {
        let Some(&[cyan, magenta, yellow, black]) = data.get(index * 4..).and_then(<[u8]>::first_chunk) else { break };
        let light = |ink: u8| u16::from(255 - ink) * u16::from(255 - black) / 255;
        let colors = [cyan, magenta, yellow].map(|ink| u8::try_from(light(ink)).unwrap_or(u8::MAX));
        if let Some(pixel) = data.get_mut(index * 3..index * 3 + 3) {
            pixel.copy_from_slice(&colors);
        }
    }
    Image::new(width, height, Layout::Rgb, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_ink_is_black_and_none_is_white() {
        let ink = [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 0], [255, 255, 255, 0]].concat();
        let light = ink_to_light(Image::new(4, 1, Layout::Cmyk, ink).unwrap()).unwrap();
        assert_eq!(light.data(), [255, 255, 255, 0, 0, 0, 0, 255, 255, 0, 0, 0]);
    }
}
