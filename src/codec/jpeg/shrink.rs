//! JPEG pixels at a fraction of the size, by jpeg-decoder: its inverse transform makes 4, 2 or 1 samples of 8, so that
//! the whole picture never exists. Slower than zune-jpeg, and only for what would not fit otherwise or is coded
//! scan by scan.

use jpeg_decoder::{Decoder, PixelFormat};

use super::scans;
use crate::codec::decode::{Decoded, Shrink};
use crate::codec::header::Header;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::Limits;

/// The decoder brings its own buffer, of the size that was lent, so the lent one is not needed.
pub(in crate::codec) fn decode_shrunk(
    bytes: &[u8],
    header: &Header,
    shrink: Shrink,
    limits: &Limits,
) -> Result<Decoded> {
    scans::check(bytes, limits)?;
    let mut decoder = Decoder::new(bytes);
    let (width, height) = shrink.apply((header.width, header.height));
    let scaled = decoder.scale(side(width)?, side(height)?).map_err(|error| fault(&error))?;
    if (u32::from(scaled.0), u32::from(scaled.1)) != (width, height) {
        return Err(Error::input("the JPEG", "the size that its header says", "another"));
    }
    let data = decoder.decode().map_err(|error| fault(&error))?;
    let layout = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::L8) => Layout::Gray,
        Some(PixelFormat::RGB24) => Layout::Rgb,
        other => return Err(Error::internal(format!("a shrunk JPEG of {other:?}"))),
    };
    let profile = decoder.icc_profile().filter(|profile| profile.len() <= limits.max_profile_bytes);
    Ok(Decoded { image: Image::new(width, height, layout, data)?, profile })
}

fn side(side: u32) -> Result<u16> {
    u16::try_from(side).map_err(|_| Error::Limit { what: "side", max: u16::MAX.into(), got: side.into() })
}

fn fault(error: &jpeg_decoder::Error) -> Error {
    Error::input("the JPEG", "a decodable file", error)
}
