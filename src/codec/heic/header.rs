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

/// Of a file without pixels.
const BASE_BYTES: u64 = 8 << 20;

fn decoder_bytes(color: &Coded, alpha: Option<&Coded>, layout: Layout) -> u64 {
    let _ = (color, alpha, layout);
    BASE_BYTES
}
