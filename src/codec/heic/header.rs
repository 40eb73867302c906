//! What a HEIC says of its picture, by its container alone.

use crate::codec::avif::{Codec, Coded, Reach, parse};
use crate::codec::cursor::Parsed;
use crate::codec::header::Header;
use crate::error::{Error, Result};
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

/// As it is looked at: libheif turns pictures while it decodes them.
pub(in crate::codec) fn header(bytes: &[u8], reach: Reach, limits: &Limits) -> Parsed<Header> {
    let still = parse(bytes, Codec::Hevc, reach, limits)?;
    let (_, _, width, height) = still.part;
    let (width, height) = still.orientation.apply((width, height));
    still.alpha.iter().chain([&still.color]).try_for_each(check_depth)?;
    let layout = if still.alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
    Ok(Header {
        bit_depth: still.color.coding.bit_depth,
        decoder_bytes: decoder_bytes(&still.color, still.alpha.as_ref(), layout),
        ..Header::still(SourceFormat::Heic, width, height, layout)
    })
}

/// What libvips makes samples of 16 bits of.
fn check_depth(coded: &Coded) -> Result<()> {
    match coded.coding.bit_depth {
        8 | 10 | 12 => Ok(()),
        other => Err(Error::unsupported("the picture", "samples of 8, 10 or 12 bits", other)),
    }
}

/// libheif decodes as many tiles at a time.
const THREADS: u64 = 4;
/// Blocks of the decoder, and the border around them.
const BLOCK: u64 = 64;
/// Beside the samples, for two pixels of a picture that is decoded: motion, filters, levels of blocks.
const BLOCK_BYTES: u64 = 3;
/// Of a small picture, and of the libraries' own.
const BASE_BYTES: u64 = 8 << 20;

/// What libheif 1.15 and libde265 1.0.11 take beyond the source, measured as resident memory (`footprint` in `tests/vips.rs`; 11 and 24 megapixels):
/// 6.5 bytes a pixel for 8 bits in 4:2:0, where 7.5 are counted, 6.9 for 4:4:4 (10.5), 12.6 for 10 bits (13.5), 11.9 with alpha (13.5), and 7.1
/// for a grid of 15 megapixels (7.4). The stream is copied up to three times.
fn decoder_bytes(color: &Coded, alpha: Option<&Coded>, layout: Layout) -> u64 {
    let all = || std::iter::once(color).chain(alpha);
    let planes: u64 = all().map(|coded| samples(coded, busy(coded))).sum();
    let busiest = all().map(|coded| samples(coded, busy(coded)).saturating_add(busy(coded) / 2 * BLOCK_BYTES)).max();
    let grids: u64 =
        all().filter(|coded| coded.tiles.len() > 1).map(|coded| samples(coded, pixels(coded)) + pixels(coded)).sum();
    let streams: u64 = all().flat_map(|coded| &coded.tiles).fold(0, |sum, tile| tile.len().saturating_add(sum));
    let sample_bytes = u64::from(color.coding.bit_depth.div_ceil(8));
    // With alpha, colors and alpha are put together in a copy.
    let copies = if layout.has_alpha() { 2 } else { 1 };
    let mixed = layout.bytes(color.width, color.height).saturating_mul(sample_bytes * copies);
    let parts = [planes, busiest.unwrap_or(0), grids, streams.saturating_mul(3), mixed, BASE_BYTES];
    parts.into_iter().fold(0, u64::saturating_add)
}

fn pixels(coded: &Coded) -> u64 {
    u64::from(coded.width).saturating_mul(coded.height.into())
}

/// Pixels that are being decoded at a time.
fn busy(coded: &Coded) -> u64 {
    let side = |side: u32| u64::from(side).next_multiple_of(BLOCK).saturating_add(BLOCK);
    let tiles = (coded.tiles.len() as u64).min(THREADS);
    side(coded.tile.0).saturating_mul(side(coded.tile.1)).saturating_mul(tiles)
}

/// Bytes of all planes of so many pixels.
fn samples(coded: &Coded, pixels: u64) -> u64 {
    let sample_bytes = u64::from(coded.coding.bit_depth.div_ceil(8));
    pixels.saturating_mul(coded.coding.samples() * sample_bytes) / 256
}
