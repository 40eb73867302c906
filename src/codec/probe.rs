//! Bytes to header, for every format that is decoded. Reads headers only, and works on the first part of a file.

use super::avif::Reach;
use super::cursor::{Fault, Parsed};
use super::{Header, avif, bmp, gif, heic, ico, jpeg, png, tiff, webp};
use crate::error::{Error, Result};
use crate::format::{SourceFormat, sniff};
use crate::limits::Limits;

/// The header of a whole file.
pub fn probe(bytes: &[u8], limits: &Limits) -> Result<Header> {
    parse(bytes, Reach::Whole, limits)?.ok_or_else(truncated)
}

/// The header of a file of which only the first bytes are at hand: `None` where they do not reach far enough.
pub fn probe_prefix(bytes: &[u8], limits: &Limits) -> Result<Option<Header>> {
    parse(bytes, Reach::Beginning, limits)
}

fn parse(bytes: &[u8], reach: Reach, limits: &Limits) -> Result<Option<Header>> {
    if bytes.is_empty() {
        return Err(Error::input("the source", "a picture", "zero bytes"));
    }
    let format = match sniff(bytes).map_or_else(|| by_brands(bytes, reach), Ok) {
        Ok(format) => format,
        Err(Fault::Short) => return Ok(None),
        Err(Fault::Bad(error)) => return Err(error),
    };
    let parsed = match format {
        SourceFormat::Jpeg => jpeg::header(bytes, limits),
        SourceFormat::Png => png::header(bytes, limits),
        SourceFormat::Webp => webp::header(bytes, limits),
        SourceFormat::Gif => gif::header(bytes, limits),
        SourceFormat::Tiff => tiff::header(bytes, limits),
        SourceFormat::Bmp => bmp::header(bytes),
        SourceFormat::Ico => ico::header(bytes, limits),
        SourceFormat::Avif => avif::header(bytes, reach, limits),
        SourceFormat::Heic if heic::IS_DECODED => heic::header(bytes, reach, limits),
        other => return Err(not_decoded(other)),
    };
    match parsed {
        Ok(header) => Ok(Some(header)),
        Err(Fault::Short) => Ok(None),
        Err(Fault::Bad(error)) => Err(error),
    }
}

/// Next.js takes no AVIF or HEIC whose first brand is another for a picture: such are read, but not served.
fn by_brands(bytes: &[u8], reach: Reach) -> Parsed<SourceFormat> {
    if heic::IS_DECODED && avif::is_heic(bytes, reach)? {
        return Ok(SourceFormat::Heic);
    }
    if avif::is_avif(bytes, reach)? { Ok(SourceFormat::Avif) } else { Err(unknown().into()) }
}

#[cold]
pub(super) fn truncated() -> Error {
    Error::input("the source", "a whole picture", "a truncated file")
}

#[cold]
fn unknown() -> Error {
    Error::unsupported(
        "the source",
        "a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP or ICO picture",
        "bytes of no known format",
    )
}

#[cold]
pub(super) fn not_decoded(format: SourceFormat) -> Error {
    Error::unsupported(
        "the source",
        "a JPEG, PNG, WebP, GIF, AVIF, TIFF, BMP or ICO picture",
        format.name().to_uppercase(),
    )
}
