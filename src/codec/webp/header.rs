//! The RIFF chunks of a WebP: size, alpha, frames, EXIF orientation.

use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::codec::exif;
use crate::codec::header::Header;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

pub(super) const RIFF_HEADER_BYTES: usize = 12;
const MAX_CHUNKS: usize = 100_000;
const VP8X_ANIMATION: u8 = 0x02;
pub(super) const VP8X_EXIF: u8 = 0x08;
const VP8X_ALPHA: u8 = 0x10;

pub(in crate::codec) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    let mut cursor = Cursor::little(bytes);
    cursor.skip(RIFF_HEADER_BYTES);
    match &cursor.array::<4>()? {
        b"VP8 " => lossy(&mut cursor),
        b"VP8L" => lossless(&mut cursor),
        b"VP8X" => extended(&mut cursor, limits),
        other => Err(bad("VP8, VP8L or VP8X as the first chunk of the WebP", other.escape_ascii())),
    }
}

/// Says whether the first frame is all there. VP8 decodes on past its end, and nobody would see that bytes are missing.
pub(super) fn has_whole_frame(bytes: &[u8]) -> bool {
    let mut cursor = Cursor::little(bytes);
    cursor.skip(RIFF_HEADER_BYTES);
    for _ in 0..MAX_CHUNKS {
        let Ok((kind, len)) = cursor.array::<4>().and_then(|kind| Ok((kind, cursor.u32()?))) else { return false };
        if matches!(&kind, b"VP8 " | b"VP8L" | b"ANMF") {
            return cursor.take(len as usize).is_ok();
        }
        cursor.skip(padded(len));
    }
    false
}

fn still(width: u32, height: u32, has_alpha: bool) -> Header {
    let layout = if has_alpha { Layout::Rgba } else { Layout::Rgb };
    Header::still(SourceFormat::Webp, width, height, layout)
}

fn lossy(cursor: &mut Cursor<'_>) -> Parsed<Header> {
    cursor.skip(4 + 3);
    if cursor.array()? != [0x9d, 0x01, 0x2a] {
        return Err(bad("the start code of a VP8 key frame", "other bytes"));
    }
    let (width, height) = (cursor.u16()? & 0x3fff, cursor.u16()? & 0x3fff);
    Ok(still(width.into(), height.into(), false))
}

fn lossless(cursor: &mut Cursor<'_>) -> Parsed<Header> {
    cursor.skip(4);
    if cursor.u8()? != 0x2f {
        return Err(bad("the signature of a VP8L stream", "another byte"));
    }
    let bits = cursor.u32()?;
    Ok(still((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, bits >> 28 & 1 == 1))
}

fn extended(cursor: &mut Cursor<'_>, limits: &Limits) -> Parsed<Header> {
    let len = cursor.u32()?;
    let body = cursor.offset();
    let flags = cursor.u8()?;
    cursor.skip(3);
    let (width, height) = (cursor.u24_le()? + 1, cursor.u24_le()? + 1);
    let mut header = still(width, height, flags & VP8X_ALPHA != 0);
    header.is_animated = flags & VP8X_ANIMATION != 0;
    cursor.seek(body.saturating_add(padded(len)));
    walk(cursor, &mut header, flags & VP8X_EXIF != 0, limits)?;
    Ok(header)
}

/// Counts frames and looks for EXIF. Cut bytes end the walk quietly, but where the EXIF is still to come.
fn walk(cursor: &mut Cursor<'_>, header: &mut Header, expects_exif: bool, limits: &Limits) -> Parsed<()> {
    let mut frames: u32 = 0;
    let mut has_exif = false;
    for _ in 0..MAX_CHUNKS {
        let Ok((kind, len)) = cursor.array::<4>().and_then(|kind| Ok((kind, cursor.u32()?))) else { break };
        let start = cursor.offset();
        if &kind == b"EXIF" {
            let Ok(block) = cursor.take(len as usize) else { break };
            header.orientation = exif::orientation(block);
            has_exif = true;
        }
        frames = frames.saturating_add(u32::from(&kind == b"ANMF"));
        cursor.seek(start.saturating_add(padded(len)));
    }
    header.frames = frames.clamp(1, limits.max_counted_frames);
    if expects_exif && !has_exif && cursor.is_past_end() { Err(Fault::Short) } else { Ok(()) }
}

/// Chunks are padded to an even length.
pub(super) fn padded(len: u32) -> usize {
    (len as usize).saturating_add(len as usize & 1)
}
