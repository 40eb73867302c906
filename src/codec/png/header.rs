//! The chunks of a PNG: size, color, transparency, frames, EXIF orientation.

use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::codec::exif;
use crate::codec::header::Header;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

const SIGNATURE_BYTES: usize = 8;
const CHECKSUM_BYTES: usize = 4;
/// Chunks that are looked at. Real files have a few hundred, or many IDATs, which end the walk.
const MAX_CHUNKS: usize = 100_000;

/// The color type of pixels that are numbers of a palette.
const INDEXED: u8 = 3;
const MAX_PALETTE_BYTES: usize = 256 * 3;

/// The first chunk, IHDR.
struct Frame {
    width: u32,
    height: u32,
    bit_depth: u8,
    color: u8,
    is_interlaced: bool,
}

pub(in crate::codec) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    let mut cursor = Cursor::big(bytes);
    cursor.skip(SIGNATURE_BYTES);
    let frame = parse_frame(chunk(&mut cursor)?)?;
    let mut header = Header::still(SourceFormat::Png, frame.width, frame.height, layout(frame.color));
    header.bit_depth = frame.bit_depth;
    header.is_progressive = frame.is_interlaced;
    walk(&mut cursor, &frame, &mut header, limits)?;
    Ok(header)
}

/// Reads on to the first IDAT, which must be there, and past it as far as the bytes go: EXIF may stand at the end.
fn walk(cursor: &mut Cursor<'_>, frame: &Frame, header: &mut Header, limits: &Limits) -> Parsed<()> {
    let mut has_data = false;
    for _ in 0..MAX_CHUNKS {
        let (kind, body) = match chunk(cursor) {
            Ok(chunk) => chunk,
            Err(Fault::Short) if has_data || peek_kind(*cursor) == Some(*b"IDAT") => return Ok(()),
            Err(fault) => return Err(fault),
        };
        match &kind {
            b"IDAT" => has_data = true,
            b"IEND" if has_data => return Ok(()),
            b"IEND" => return Err(bad("pixels before the end of the PNG", "none")),
            b"PLTE" if frame.color == INDEXED && !has_data => check_palette(body)?,
            b"tRNS" if !has_data => header.layout = with_alpha(header.layout),
            b"eXIf" => header.orientation = exif::orientation(body),
            b"acTL" if !has_data => count_frames(body, header, limits),
            _ => {}
        }
    }
    if has_data { Ok(()) } else { Err(bad("pixels within the first 100000 chunks", "none")) }
}

/// Three bytes a color, as libpng wants it; `png` 0.18.1 panics on others.
fn check_palette(body: &[u8]) -> Parsed<()> {
    let len = body.len();
    let is_whole = len > 0 && len <= MAX_PALETTE_BYTES && len.is_multiple_of(3);
    if is_whole { Ok(()) } else { Err(bad("a palette of 1 to 256 colors", format!("{len} bytes"))) }
}

/// Kind and body of the chunk at the cursor, which stays where it is if the chunk is cut.
fn chunk<'a>(cursor: &mut Cursor<'a>) -> Parsed<([u8; 4], &'a [u8])> {
    let start = *cursor;
    let len = cursor.u32()?;
    let whole = cursor.array::<4>().and_then(|kind| Ok((kind, cursor.take(len as usize)?)));
    match whole {
        Ok(_) => cursor.skip(CHECKSUM_BYTES),
        Err(_) => *cursor = start,
    }
    whole
}

fn peek_kind(mut cursor: Cursor<'_>) -> Option<[u8; 4]> {
    cursor.skip(4);
    cursor.array().ok()
}

fn parse_frame((kind, body): ([u8; 4], &[u8])) -> Parsed<Frame> {
    if &kind != b"IHDR" || body.len() != 13 {
        return Err(bad("IHDR as the first chunk of the PNG", kind.escape_ascii()));
    }
    let mut cursor = Cursor::big(body);
    let (width, height) = (cursor.u32()?, cursor.u32()?);
    let (bit_depth, color) = (cursor.u8()?, cursor.u8()?);
    cursor.skip(2);
    let is_interlaced = cursor.u8()? == 1;
    let is_valid = match color {
        0 => matches!(bit_depth, 1 | 2 | 4 | 8 | 16),
        2 | 4 | 6 => matches!(bit_depth, 8 | 16),
        INDEXED => matches!(bit_depth, 1 | 2 | 4 | 8),
        _ => false,
    };
    if !is_valid {
        return Err(bad("a color type and depth of PNG", format!("type {color} with {bit_depth} bits")));
    }
    Ok(Frame { width, height, bit_depth, color, is_interlaced })
}

const fn layout(color: u8) -> Layout {
    match color {
        0 => Layout::Gray,
        4 => Layout::GrayAlpha,
        6 => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

const fn with_alpha(layout: Layout) -> Layout {
    match layout {
        Layout::Gray => Layout::GrayAlpha,
        Layout::Rgb => Layout::Rgba,
        other => other,
    }
}

/// APNG. A file may claim billions of frames; nothing is allocated for them.
fn count_frames(body: &[u8], header: &mut Header, limits: &Limits) {
    let Some(frames) = body.first_chunk().map(|bytes| u32::from_be_bytes(*bytes)) else { return };
    header.is_animated = frames > 0;
    header.frames = frames.clamp(1, limits.max_counted_frames);
}
