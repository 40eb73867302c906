//! JPEG pixels by zune-jpeg: RGB or gray as they are looked at, CMYK as ink.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::header::is_coded_progressively;
use super::scans;
use super::shrink::decode_shrunk;
use crate::codec::decode::{Decoded, Shrink};
use crate::codec::foreign::sized;
use crate::codec::header::Header;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::Limits;

pub(in crate::codec) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    if header.is_progressive && !is_coded_progressively(bytes) {
        return decode_otherwise(bytes, header, limits, buffer);
    }
    scans::check(bytes, limits)?;
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options(limits));
    decoder.decode_headers().map_err(|error| fault(&error))?;
    if decoder.dimensions() != Some((header.width as usize, header.height as usize)) {
        return Err(Error::input("the JPEG", "the size that its header says", "another"));
    }
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let wanted = match header.layout {
        Layout::Gray => ColorSpace::Luma,
        Layout::Cmyk => stored,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options(limits).jpeg_set_out_colorspace(wanted));
    let mut buffer = sized(buffer, header.layout.bytes(header.width, header.height))?;
    decoder.decode_into(&mut buffer).map_err(|error| fault(&error))?;
    if header.layout == Layout::Cmyk {
        to_ink(&mut buffer, stored, is_adobe(bytes));
    }
    let profile = decoder.icc_profile().filter(|profile| profile.len() <= limits.max_profile_bytes);
    Ok(Decoded { image: Image::new(header.width, header.height, header.layout, buffer)?, profile })
}

/// Sequential coding with a scan for each component, or with more than two rows of blocks to a unit: zune-jpeg 0.5.15 loses
/// colors or rows of such files without a word.
fn decode_otherwise(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    if header.layout == Layout::Cmyk {
        return Err(Error::unsupported("the JPEG", "CMYK with all inks in one scan, of 2x2 blocks at most", "another"));
    }
    // The other decoder brings its own.
    drop(buffer);
    decode_shrunk(bytes, header, Shrink::None, limits)
}

/// Strict: a damaged scan is an error, not a picture with a gray half.
fn options(limits: &Limits) -> DecoderOptions {
    let side = limits.max_side as usize;
    DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_max_scans(limits.max_scans as usize)
}

/// Samples as stored to ink, 255 being full. Adobe writes CMYK inverted, and everybody follows Adobe.
fn to_ink(samples: &mut [u8], stored: ColorSpace, is_inverted: bool) {
    for pixel in samples.chunks_exact_mut(4) {
        if let (ColorSpace::YCCK, &mut [y, cb, cr, black]) = (stored, &mut *pixel) {
            let [red, green, blue] = to_rgb(y, cb, cr);
            pixel.copy_from_slice(&[!red, !green, !blue, black]);
        }
        if is_inverted {
            for sample in pixel {
                *sample = !*sample;
            }
        }
    }
}

/// ITU-R BT.601, full range, in 16-bit fixed point.
fn to_rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, cb, cr) = (i32::from(y) << 16, i32::from(cb) - 128, i32::from(cr) - 128);
    #[expect(clippy::cast_sign_loss, reason = "clamped to a byte")]
    let byte = |value: i32| ((value + 0x8000) >> 16).clamp(0, 255) as u8;
    [byte(y + 91_881 * cr), byte(y - 22_554 * cb - 46_802 * cr), byte(y + 116_130 * cb)]
}

/// Says whether an Adobe segment stands before the first scan.
fn is_adobe(bytes: &[u8]) -> bool {
    super::header::segments(bytes).any(|(marker, body)| marker == 0xee && body.starts_with(b"Adobe"))
}

fn fault(error: &zune_jpeg::errors::DecodeErrors) -> Error {
    Error::input("the JPEG", "a decodable file", error)
}
