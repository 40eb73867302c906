//! Pictures whose pixels are handed out row by row, from the top, while they are decoded. Resizes nothing.

use super::header::Header;
#[cfg(feature = "vips")]
use super::heic;
use super::{avif, png};
use crate::error::Result;
use crate::format::SourceFormat;
use crate::limits::Limits;
use crate::planes::Samples;

/// Takes the rows of a picture's layout; an error of its own ends the decoding.
pub type PixelSink<'s> = dyn FnMut(Samples<'_>) -> Result<()> + 's;

pub fn has_rows(header: &Header) -> bool {
    match header.format {
        SourceFormat::Png => !header.is_progressive,
        SourceFormat::Avif | SourceFormat::Heic => true,
        _ => false,
    }
}

/// Decodes a file that `has_rows` and gives its ICC profile, unchecked. A damaged one is an error, but rows may have been handed
/// out before.
pub fn decode_rows(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut PixelSink<'_>,
) -> Result<Option<Vec<u8>>> {
    header.check(limits)?;
    match header.format {
        SourceFormat::Avif => avif::decode_rows(bytes, header, limits, is_cancelled, sink),
        #[cfg(feature = "vips")]
        SourceFormat::Heic => heic::decode_rows(bytes, header, limits, is_cancelled, sink),
        _ => png::decode_rows(bytes, header, limits, is_cancelled, sink),
    }
}
