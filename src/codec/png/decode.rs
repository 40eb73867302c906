//! PNG pixels: palettes and low depths expanded, 16 bits reduced, `tRNS` turned into alpha.

use std::io::Cursor;

use png::{ColorType, Decoder, Transformations};

use crate::codec::decode::Decoded;
use crate::codec::foreign::{narrow, sized};
use crate::codec::header::Header;
use crate::codec::probe::truncated;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::Limits;

/// A decompression bomb in a text or profile chunk runs into this; zlib's window and two rows fit well within.
const WORKING_BYTES: usize = 64 << 20;

pub(in crate::codec) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    let mut reader = open(bytes, header)?;
    let profile = profile(&reader, limits);
    let len = reader.output_buffer_size().ok_or_else(|| Error::internal("a PNG larger than memory"))?;
    let (layout, is_wide) = sample(&reader, header)?;
    if (reader.info().width, reader.info().height) != (header.width, header.height) {
        return Err(Error::input("the PNG", "the size that its header says", "another"));
    }
    let mut buffer = sized(buffer, len as u64)?;
    reader.next_frame(&mut buffer).map_err(|error| fault(&error))?;
    if is_wide {
        narrow(&mut buffer, u16::from_be_bytes);
    }
    Ok(Decoded { image: Image::new(header.width, header.height, layout, buffer)?, profile })
}

pub(super) type Reader<'a> = png::Reader<Cursor<&'a [u8]>>;

/// A decoder past the header. Where the header has found a `tRNS`, there is alpha, even if `png` takes the chunk for damaged.
pub(super) fn open<'a>(bytes: &'a [u8], header: &Header) -> Result<Reader<'a>> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: WORKING_BYTES });
    let alpha = if header.has_alpha() { Transformations::ALPHA } else { Transformations::empty() };
    decoder.set_transformations(Transformations::EXPAND | alpha);
    decoder.set_ignore_text_chunk(true);
    decoder.read_info().map_err(|error| fault(&error))
}

pub(super) fn profile(reader: &Reader<'_>, limits: &Limits) -> Option<Vec<u8>> {
    let info = reader.info();
    if info.srgb.is_some() {
        return None;
    }
    info.icc_profile.as_deref().filter(|profile| profile.len() <= limits.max_profile_bytes).map(<[u8]>::to_vec)
}

/// What rows look like after expansion, and whether their samples have 16 bits.
pub(super) fn sample(reader: &Reader<'_>, header: &Header) -> Result<(Layout, bool)> {
    let (color, depth) = reader.output_color_type();
    let layout = match color {
        ColorType::Grayscale => Layout::Gray,
        ColorType::GrayscaleAlpha => Layout::GrayAlpha,
        ColorType::Rgb => Layout::Rgb,
        ColorType::Rgba => Layout::Rgba,
        ColorType::Indexed => return Err(Error::internal("a PNG palette that was not expanded")),
    };
    if layout != header.layout {
        return Err(Error::input("the PNG", "the channels that its header says", "others"));
    }
    Ok((layout, depth == png::BitDepth::Sixteen))
}

pub(super) fn fault(error: &png::DecodingError) -> Error {
    match error {
        png::DecodingError::IoError(_) => truncated(),
        png::DecodingError::LimitsExceeded => {
            Error::Limit { what: "memory", max: WORKING_BYTES as u64, got: WORKING_BYTES as u64 + 1 }
        }
        other => Error::input("the PNG", "a decodable file", other),
    }
}
