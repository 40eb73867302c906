//! TIFF, first page, by the `tiff` crate through `image`.

use std::io::Cursor as IoCursor;

use image::codecs::tiff::TiffDecoder;

use super::cursor::{Cursor, Fault, Parsed};
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

/// No file has more values than bytes. `tiff` 0.11 takes 32 bytes for each of a million before it reads the first one.
fn check_values(count: u32, kind: u16, bytes: &[u8]) -> Parsed<()> {
    let value_bytes: u64 = match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    };
    if u64::from(count) * value_bytes > bytes.len() as u64 { Err(Fault::Short) } else { Ok(()) }
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
        check_values(cursor.u32()?, kind, bytes)?;
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
