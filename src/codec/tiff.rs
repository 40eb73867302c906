//! TIFF, first page, by the `tiff` crate through `image`.

use std::io::Cursor as IoCursor;

use image::codecs::tiff::TiffDecoder;

use super::cursor::{Cursor, Parsed};
use super::decode::Decoded;
use super::foreign;
use super::header::Header;
use crate::error::Result;
use crate::format::SourceFormat;
use crate::limits::Limits;

const WIDTH_TAG: u16 = 256;
const HEIGHT_TAG: u16 = 257;
const TYPE_SHORT: u16 = 3;

/// The size is read and checked before the decoder sees the file: a bomb is refused as a bomb, whatever else is odd.
pub(super) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    if let (Some(width), Some(height)) = size(bytes)? {
        limits.check_size(width, height)?;
    }
    foreign::describe(SourceFormat::Tiff, TiffDecoder::new(IoCursor::new(bytes)))
}

pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    foreign::read(TiffDecoder::new(IoCursor::new(bytes)), header, limits, buffer)
}

/// Width and height as the first directory says them.
fn size(bytes: &[u8]) -> Parsed<(Option<u32>, Option<u32>)> {
    let is_little = bytes.starts_with(b"II");
    let mut cursor = if is_little { Cursor::little(bytes) } else { Cursor::big(bytes) };
    cursor.seek(4);
    let directory = cursor.u32()?;
    cursor.seek(directory as usize);
    let (mut width, mut height) = (None, None);
    for _ in 0..cursor.u16()? {
        let (tag, kind) = (cursor.u16()?, cursor.u16()?);
        cursor.skip(4);
        let mut value = cursor;
        cursor.skip(4);
        let value = if kind == TYPE_SHORT { value.u16()?.into() } else { value.u32()? };
        match tag {
            WIDTH_TAG => width = Some(value),
            HEIGHT_TAG => height = Some(value),
            _ => {}
        }
    }
    Ok((width, height))
}
