//! ICO: its best picture. A PNG inside goes to our PNG decoder, which also takes what `image` refuses there.

use std::io::Cursor as IoCursor;

use image::codecs::ico::IcoDecoder;

use super::cursor::{Cursor, Fault, Parsed, bad};
use super::decode::Decoded;
use super::header::Header;
use super::{foreign, png};
use crate::error::Result;
use crate::format::{SourceFormat, sniff};
use crate::limits::Limits;

const DIRECTORY_OFFSET: usize = 4;
/// Any entry is longer, and its kind can be told from so much.
const LEAST_ENTRY: usize = 16;

pub(super) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    match best_png(bytes)? {
        Some(inner) => Ok(Header { format: SourceFormat::Ico, ..png::header(inner, limits)? }),
        None => foreign::describe(SourceFormat::Ico, IcoDecoder::new(IoCursor::new(bytes))),
    }
}

pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    match best_png(bytes).map_err(foreign::whole)? {
        Some(inner) => png::decode(inner, header, limits, buffer),
        None => foreign::read(IcoDecoder::new(IoCursor::new(bytes)), header, limits, buffer),
    }
}

/// The bytes of the best entry, where they are a PNG. "Best" is what `image` takes: most bits, then most pixels.
fn best_png(bytes: &[u8]) -> Parsed<Option<&[u8]>> {
    let mut cursor = Cursor::little(bytes);
    cursor.seek(DIRECTORY_OFFSET);
    let mut best: Option<((u16, u32), u32, u32)> = None;
    for _ in 0..cursor.u16()? {
        let (width, height) = (side(cursor.u8()?), side(cursor.u8()?));
        cursor.skip(4);
        let (bits, len, offset) = (cursor.u16()?, cursor.u32()?, cursor.u32()?);
        let score = (bits, width * height);
        if best.is_none_or(|(top, ..)| score > top) {
            best = Some((score, len, offset));
        }
    }
    let (_, len, offset) = best.ok_or_else(|| bad("an icon with a picture", "none"))?;
    let start = bytes.get(offset as usize..).filter(|start| start.len() >= LEAST_ENTRY).ok_or(Fault::Short)?;
    let is_png = sniff(start) == Some(SourceFormat::Png);
    Ok(is_png.then(|| start.get(..len as usize).unwrap_or(start)))
}

const fn side(byte: u8) -> u32 {
    if byte == 0 { 256 } else { byte as u32 }
}
