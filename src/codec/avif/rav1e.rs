//! AVIF files by ravif (rav1e): 4:4:4, with alpha, on the calling thread only. Always there.

use ravif::{BitDepth, Img, RGB8, RGBA8};

use crate::codec::calibration::RAVIF;
use crate::codec::encode::{Effort, Quality, Speed};
use crate::codec::expand::to_color;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;

pub(super) fn encode(image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
    let image = to_color(image)?;
    let pixels = u64::from(image.width()) * u64::from(image.height());
    let quality = RAVIF.setting(quality, speed);
    let (speed, depth) = preset(speed, pixels);
    let encoder = ravif::Encoder::new()
        .with_quality(quality)
        .with_alpha_quality(quality)
        .with_speed(speed)
        .with_bit_depth(depth)
        .with_num_threads(Some(1));
    let (width, height) = (image.width() as usize, image.height() as usize);
    let file = match image.layout() {
        Layout::Rgb => {
            encoder.encode_rgb(Img::new(&colors(image.data(), |[r, g, b]| RGB8::new(r, g, b))?, width, height))
        }
        Layout::Rgba => {
            encoder.encode_rgba(Img::new(&colors(image.data(), |[r, g, b, a]| RGBA8::new(r, g, b, a))?, width, height))
        }
        other => return Err(Error::internal(format!("{other:?} pixels for AVIF"))),
    };
    Ok(file.map_err(|error| Error::internal(format!("ravif failed: {error}")))?.avif_file)
}

pub(super) fn working_bytes(effort: Effort) -> u64 {
    // Allocated at the peak for 2 MP, rav1e 0.8: 26 bytes a pixel in 8 bits, 48 in 10; alpha adds its own frame.
    let color = match preset(effort.speed, effort.pixels) {
        (_, BitDepth::Eight) => 30,
        _ => 50,
    };
    let alpha = if effort.has_alpha { 14 } else { 0 };
    (effort.pixels * (color + alpha)).saturating_add(8 << 20)
}

/// rav1e's preset and depth. A large picture takes a faster one: the encoder cannot be stopped, so its time is bounded
/// beforehand.
///
/// Against libaom as sharp calls it (effort 3), equal SSIMULACRA2, mean of three photographs at 1080 pixels: preset 9 in
/// 8 bits takes 0.45x the CPU and 1.28x the bytes, preset 8 in 10 bits 2.6x and 1.18x, preset 10 in 8 bits 0.35x and 1.4x.
/// Preset 9 in 10 bits costs twice the time of 8 bits and saves nothing.
const fn preset(speed: Speed, pixels: u64) -> (u8, BitDepth) {
    match speed {
        Speed::Small if pixels <= 4_000_000 => (8, BitDepth::Ten),
        Speed::Small | Speed::Balanced if pixels <= 12_000_000 => (9, BitDepth::Eight),
        _ => (10, BitDepth::Eight),
    }
}

/// Bytes as pixels of ravif's types, which cannot be had without a copy and without `unsafe`.
fn colors<const N: usize, P>(bytes: &[u8], pixel: impl Fn([u8; N]) -> P) -> Result<Vec<P>> {
    let (chunks, _) = bytes.as_chunks::<N>();
    let mut pixels = reserve(chunks.len() as u64)?;
    pixels.extend(chunks.iter().map(|chunk| pixel(*chunk)));
    Ok(pixels)
}
