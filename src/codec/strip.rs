//! A file without what says nothing about its pixels: camera data, texts, thumbnails, whatever follows its end. Pixels and colors
//! stay to the bit, the orientation goes. Decodes nothing.

use super::cursor::{Fault, Parsed};
use super::{jpeg, png, webp};
use crate::format::SourceFormat;

/// `None` for a format that is not taken apart, and for a file that does not end where it should.
pub fn strip(format: SourceFormat, bytes: &[u8]) -> Option<Vec<u8>> {
    let stripped: Parsed<Vec<u8>> = match format {
        SourceFormat::Jpeg => jpeg::strip(bytes),
        SourceFormat::Png => png::strip(bytes),
        SourceFormat::Webp => webp::strip(bytes),
        _ => Err(Fault::Short),
    };
    stripped.ok()
}
