//! PNG files by the `png` crate: a palette where it is exact or its error is within the quality's, else true color.

use std::io::Write;

use png::{ColorType, Compression, DeflateCompression, Filter};

use super::packed::Packed;
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::palette::{Bands, MAX_UNIQUE, Palette};
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;

/// Up to here a palette may be larger than what it saves, so that both are tried: an icon of 32 x 32 has 1024 pixels.
const SMALL_PIXELS: usize = 4096;

/// What is looked at to guess the bytes of true color: so many rows of each so many.
const SEEN_ROWS: usize = 16;
const SEEN_EACH_ROWS: usize = 128;

const CHUNK_BYTES: usize = 64 << 10;

pub(in crate::codec) struct Encoder;

impl Encode for Encoder {
    /// Lossless at 100, and wherever 256 colors do not carry the quality.
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let failed = |error| Error::internal(format!("png failed: {error}"));
        let Some(palette) = Palette::of(image, quality, speed, Bands::Dithered)? else {
            return true_color(image, speed).map_err(failed);
        };
        let packed = Packed::of(&palette, (image.width(), image.height()))?;
        drop(palette);
        let file = indexed(image, &packed, speed).map_err(failed)?;
        if !may_be_smaller(image, file.len())? {
            return Ok(file);
        }
        let other = true_color(image, speed).map_err(failed)?;
        Ok(if other.len() < file.len() { other } else { file })
    }

    fn max_side(&self) -> u32 {
        65_535
    }

    fn working_bytes(&self, effort: Effort) -> u64 {
        // Noise is the worst: the file as large as the picture, old and new while it grows. Allocated at 6 MP: 8.5 bytes a
        // pixel; by `Fast`, which compresses all before it writes any, 14.6 and with alpha 17.6. A palette takes 5.
        let bytes_per_pixel = match (effort.speed, effort.has_alpha) {
            (Speed::Fast, true) => 18,
            (Speed::Fast, false) => 15,
            _ => 9,
        };
        // Unique colors, their points, samples and keys: allocated at the most colors 48 bytes each.
        let colors = if effort.quality.get() < 100 { effort.pixels.min(MAX_UNIQUE as u64) } else { 0 };
        effort.pixels.saturating_mul(bytes_per_pixel).saturating_add(colors * 52 + (1 << 20))
    }
}

/// Says whether true color may take less than so many bytes: a plain gradient does, whose neighbors filters predict to the bit. By a fast look at some
/// of the rows, which makes up to 1.5 times the bytes.
fn may_be_smaller(image: &Image, bytes: usize) -> Result<bool> {
    let stride = image.width() as usize * image.layout().channels();
    if image.data().len() <= SMALL_PIXELS * image.layout().channels() {
        return Ok(true);
    }
    let strips =
        || image.data().chunks(stride * SEEN_EACH_ROWS).map(|rows| rows.get(..stride * SEEN_ROWS).unwrap_or(rows));
    let mut seen = reserve(strips().map(<[u8]>::len).sum::<usize>() as u64)?;
    strips().for_each(|rows| seen.extend_from_slice(rows));
    let share = image.data().len() as f64 / seen.len().max(1) as f64;
    let rows = u32::try_from(seen.len() / stride.max(1)).unwrap_or_default();
    let seen = Image::new(image.width(), rows, image.layout(), seen)?;
    let file = glance(&seen).map_err(|error| Error::internal(format!("png failed: {error}")))?;
    Ok(file.len() as f64 * share < bytes as f64 * 1.5)
}

type Written = std::result::Result<Vec<u8>, png::EncodingError>;

const fn color_type(image: &Image) -> ColorType {
    match image.layout() {
        Layout::Gray => ColorType::Grayscale,
        Layout::GrayAlpha => ColorType::GrayscaleAlpha,
        Layout::Rgba => ColorType::Rgba,
        Layout::Rgb | Layout::Cmyk => ColorType::Rgb,
    }
}

/// True color in the least time that still finds repetitions.
fn glance(image: &Image) -> Written {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_color(color_type(image));
    encoder.set_deflate_compression(DeflateCompression::Level(1));
    encoder.set_filter(Filter::Paeth);
    encoder.write_header()?.write_image_data(image.data())?;
    Ok(file)
}

fn true_color(image: &Image, speed: Speed) -> Written {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_color(color_type(image));
    encoder.set_compression(match speed {
        Speed::Fast | Speed::Lean => Compression::Fast,
        Speed::Balanced => Compression::Balanced,
        Speed::Small => Compression::High,
    });
    write(encoder.write_header()?, image.data(), speed)?;
    Ok(file)
}

fn indexed(image: &Image, packed: &Packed, speed: Speed) -> Written {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, image.width(), image.height());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(packed.depth());
    encoder.set_palette(packed.colors());
    if let Some(alpha) = packed.alpha() {
        encoder.set_trns(alpha);
    }
    encoder.set_deflate_compression(DeflateCompression::Level(match speed {
        Speed::Fast | Speed::Lean => 2,
        Speed::Balanced => 6,
        Speed::Small => 9,
    }));
    // Filters predict neighbors, and the numbers of neighboring colors predict nothing: they cost indexed pictures 30 %.
    encoder.set_filter(Filter::NoFilter);
    write(encoder.write_header()?, packed.indices(), speed)?;
    Ok(file)
}

/// In chunks, so that the compressed pixels are not held twice. But for `Fast`: its compressor makes noise larger in chunks.
fn write(
    mut writer: png::Writer<&mut Vec<u8>>,
    data: &[u8],
    speed: Speed,
) -> std::result::Result<(), png::EncodingError> {
    if speed == Speed::Fast || data.len() <= CHUNK_BYTES {
        return writer.write_image_data(data);
    }
    let mut stream = writer.stream_writer_with_size(CHUNK_BYTES)?;
    stream.write_all(data)?;
    stream.finish()
}
