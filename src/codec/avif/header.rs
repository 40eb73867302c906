//! What an AVIF says of its picture, by its container alone.

use super::container::{Codec, Coded, Reach, Still, parse};
use crate::codec::cursor::Parsed;
use crate::codec::header::Header;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

pub(in crate::codec) fn header(bytes: &[u8], reach: Reach, limits: &Limits) -> Parsed<Header> {
    let still = parse(bytes, Codec::Av1, reach, limits)?;
    let (_, _, width, height) = still.part;
    let layout = if still.alpha.is_some() { Layout::Rgba } else { Layout::Rgb };
    Ok(Header {
        orientation: still.orientation,
        bit_depth: still.color.coding.bit_depth,
        frames: still.frames.min(limits.max_counted_frames),
        is_animated: still.frames > 1,
        decoder_bytes: decoder_bytes(&still),
        ..Header::still(SourceFormat::Avif, width, height, layout)
    })
}

/// Sides of what the decoder allocates are multiples of it, and one more.
const BLOCK: u64 = 128;
/// Beside the samples, for sixteen pixels of a picture that is decoded: motion, filters, levels of blocks, in bytes. Ten were measured
/// (`tests/avif_decoder_memory.rs`).
const BLOCK_BYTES: u64 = 18;
/// Tables of the decoder, and what it keeps for each of its contexts.
const BASE_BYTES: u64 = 1 << 20;

/// A row of tiles is there at a time, of colors and of alpha. Film grain is put on a copy of what is just being decoded.
fn decoder_bytes(still: &Still<'_>) -> u64 {
    let all = || std::iter::once(&still.color).chain(&still.alpha);
    let bands: u64 = all().map(|coded| planes(coded).saturating_mul(coded.columns.into())).sum();
    let busiest = all().map(|coded| planes(coded).saturating_add(working(coded))).max().unwrap_or(0);
    // Luma and chroma of a row as numbers, and twice one of chroma as it is coded.
    let lines: u64 = all().map(|coded| u64::from(coded.tile.0) * u64::from(coded.columns) * 5 * 4).sum();
    bands.saturating_add(busiest).saturating_add(lines).saturating_add(BASE_BYTES)
}

fn padded(coded: &Coded) -> u64 {
    let side = |side: u32| (u64::from(side).next_multiple_of(BLOCK)).saturating_add(BLOCK);
    side(coded.tile.0).saturating_mul(side(coded.tile.1))
}

fn planes(coded: &Coded) -> u64 {
    let sample_bytes = u64::from(coded.coding.bit_depth.div_ceil(8));
    padded(coded).saturating_mul(coded.coding.samples() * sample_bytes) / 256
}

fn working(coded: &Coded) -> u64 {
    let stream = coded.tiles.iter().map(super::container::Payload::len).max().unwrap_or(0);
    (padded(coded) / 16).saturating_mul(BLOCK_BYTES).saturating_add(stream.saturating_mul(2))
}
