//! PNG files by the `png` crate: true color, or a palette where the picture has no more than 256 colors.

use png::{ColorType, Compression};

use super::palette::Palette;
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::error::{Error, Result};
use crate::image::{Image, Layout};

pub(in crate::codec) struct Encoder;

impl Encode for Encoder {
    /// Lossless: quality changes nothing.
    fn encode(&self, image: &Image, _quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let mut file = Vec::new();
        match Palette::of(image)? {
            Some(palette) => indexed(image, &palette, speed, &mut file),
            None => true_color(image, speed, &mut file),
        }
        .map_err(|error| Error::internal(format!("png failed: {error}")))?;
        Ok(file)
    }

    fn max_side(&self) -> u32 {
        65_535
    }

    fn working_bytes(&self, effort: Effort) -> u64 {
        // The file, which doubles as it grows, and the filtered rows.
        let bytes_per_pixel = if effort.has_alpha { 9 } else { 7 };
        (effort.pixels * bytes_per_pixel).saturating_add(1 << 20)
    }
}

type Written = std::result::Result<(), png::EncodingError>;

fn true_color(image: &Image, speed: Speed, file: &mut Vec<u8>) -> Written {
    let mut encoder = png::Encoder::new(file, image.width(), image.height());
    encoder.set_color(match image.layout() {
        Layout::Gray => ColorType::Grayscale,
        Layout::GrayAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgba => ColorType::Rgba,
        Layout::Rgb | Layout::Cmyk => ColorType::Rgb,
    });
    encoder.set_compression(compression(speed));
    encoder.write_header()?.write_image_data(image.data())
}

fn indexed(image: &Image, palette: &Palette, speed: Speed, file: &mut Vec<u8>) -> Written {
    let mut encoder = png::Encoder::new(file, image.width(), image.height());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(palette.depth());
    encoder.set_palette(palette.colors());
    if let Some(alpha) = palette.alpha() {
        encoder.set_trns(alpha);
    }
    encoder.set_compression(compression(speed));
    // Filters predict neighbors, and the numbers of neighboring colors predict nothing: they cost indexed pictures 30 %.
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header()?.write_image_data(palette.indices())
}

const fn compression(speed: Speed) -> Compression {
    match speed {
        Speed::Fast => Compression::Fast,
        Speed::Balanced => Compression::Balanced,
        Speed::Small => Compression::High,
    }
}
