//! What the formats read by the `image` crate share: its errors by our faults, its limits, its 16-bit samples.

use std::io::ErrorKind;

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder};

use super::cursor::{Fault, Parsed};
use super::decode::{Decoded, Shrink, buffer_bytes};
use super::exif::Orientation;
use super::header::Header;
use super::probe::truncated;
use crate::error::{Error, Result};
use crate::format::SourceFormat;
use crate::image::{Image, Layout};
use crate::limits::Limits;

/// Bytes that a decoder may use beside the picture's own: tables, one strip, one row. Not a share of the budget but a
/// fence: a bomb inside of a small picture runs into it.
const WORKING_BYTES: u64 = 64 << 20;

/// A header out of a decoder that has read its own.
pub(super) fn describe<D: ImageDecoder>(format: SourceFormat, opened: image::ImageResult<D>) -> Parsed<Header> {
    let mut decoder = opened.map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let (layout, bit_depth) = sample(decoder.color_type())?;
    let orientation = decoder.orientation().map_or(1, |turn| turn.to_exif().into());
    let still = Header::still(format, width, height, layout);
    Ok(Header { bit_depth, orientation: Orientation::new(orientation), ..still })
}

fn sample(color: ColorType) -> Result<(Layout, u8)> {
    Ok(match color {
        ColorType::L8 => (Layout::Gray, 8),
        ColorType::La8 => (Layout::GrayAlpha, 8),
        ColorType::Rgb8 => (Layout::Rgb, 8),
        ColorType::Rgba8 => (Layout::Rgba, 8),
        ColorType::L16 => (Layout::Gray, 16),
        ColorType::La16 => (Layout::GrayAlpha, 16),
        ColorType::Rgb16 => (Layout::Rgb, 16),
        ColorType::Rgba16 => (Layout::Rgba, 16),
        other => return Err(Error::unsupported("the picture", "samples of 8 or 16 bits", format!("{other:?}"))),
    })
}

/// All pixels into the lent buffer, reduced to 8 bits in place.
pub(super) fn read<D: ImageDecoder>(
    opened: image::ImageResult<D>,
    header: &Header,
    limits: &Limits,
    buffer: Vec<u8>,
) -> Result<Decoded> {
    let mut decoder = opened.map_err(|error| whole(fault(error)))?;
    let (layout, bit_depth) = sample(decoder.color_type())?;
    if decoder.dimensions() != (header.width, header.height) || bit_depth != header.bit_depth {
        return Err(Error::input(
            "the picture",
            "the size that its header says",
            format!("{:?}", decoder.dimensions()),
        ));
    }
    decoder.set_limits(bounds(header, limits)).map_err(|error| whole(fault(error)))?;
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= limits.max_profile_bytes);
    let mut buffer = sized(buffer, decoder.total_bytes())?;
    decoder.read_image(&mut buffer).map_err(|error| whole(fault(error)))?;
    if bit_depth == 16 {
        narrow(&mut buffer, u16::from_ne_bytes);
    }
    Ok(Decoded { image: Image::new(header.width, header.height, layout, buffer)?, profile })
}

fn bounds(header: &Header, limits: &Limits) -> image::Limits {
    let mut bounds = image::Limits::default();
    bounds.max_image_width = Some(limits.max_side);
    bounds.max_image_height = Some(limits.max_side);
    bounds.max_alloc = Some(buffer_bytes(header, Shrink::None) * 2 + WORKING_BYTES);
    bounds
}

/// The buffer at exactly this length. It was lent at that length or more, so nothing is allocated.
pub(super) fn sized(mut buffer: Vec<u8>, len: u64) -> Result<Vec<u8>> {
    if (buffer.len() as u64) < len {
        return Err(Error::internal(format!("a decoder was lent {} of {len} bytes", buffer.len())));
    }
    buffer.truncate(usize::try_from(len).unwrap_or(usize::MAX));
    Ok(buffer)
}

/// 16-bit samples to 8-bit ones, rounded, in the first half of the same buffer. `read` knows their byte order.
pub(super) fn narrow(buffer: &mut Vec<u8>, read: fn([u8; 2]) -> u16) {
    let samples = buffer.len() / 2;
    for index in 0..samples {
        let Some(&pair) = buffer.get(index * 2..).and_then(<[u8]>::first_chunk) else { break };
        let wide = u32::from(read(pair));
        #[expect(clippy::cast_possible_truncation, reason = "65535 * 255 / 65535 fits a byte")]
        let byte = ((wide * 255 + 32_767) / 65_535) as u8;
        if let Some(slot) = buffer.get_mut(index) {
            *slot = byte;
        }
    }
    buffer.truncate(samples);
}

/// The fault behind an error of `image`.
pub(super) fn fault(error: ImageError) -> Fault {
    match error {
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Fault::Short,
        ImageError::Limits(error) => Fault::Bad(limit(&error.kind())),
        ImageError::Unsupported(error) => {
            Fault::Bad(Error::unsupported("the picture", "a variety that is decoded", error))
        }
        error => Fault::Bad(Error::input("the picture", "a decodable file", error)),
    }
}

/// The decoder does not say how much it wanted, only that it was more.
fn limit(kind: &LimitErrorKind) -> Error {
    let what = if matches!(kind, LimitErrorKind::DimensionError) { "side" } else { "memory" };
    Error::Limit { what, max: WORKING_BYTES, got: WORKING_BYTES + 1 }
}

/// The error of a fault in a file that is all there: what is missing is missing.
pub(super) fn whole(fault: Fault) -> Error {
    match fault {
        Fault::Short => truncated(),
        Fault::Bad(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowing_rounds_and_keeps_the_ends() {
        let mut buffer: Vec<u8> = [0_u16, 128, 129, 257, 32_768, 65_535].iter().flat_map(|v| v.to_ne_bytes()).collect();
        narrow(&mut buffer, u16::from_ne_bytes);
        assert_eq!(buffer, [0, 0, 1, 1, 128, 255]);
    }
}
