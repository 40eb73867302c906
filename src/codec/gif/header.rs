//! The blocks of a GIF: size, transparency, frames.

use crate::codec::cursor::{Cursor, Parsed, bad};
use crate::codec::header::Header;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

const EXTENSION: u8 = 0x21;
const GRAPHIC_CONTROL: u8 = 0xf9;
const FRAME: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const HAS_TABLE: u8 = 0x80;

pub(in crate::codec) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    let mut cursor = Cursor::little(bytes);
    cursor.seek(6);
    let (width, height) = (cursor.u16()?, cursor.u16()?);
    let flags = cursor.u8()?;
    cursor.skip(2 + table_bytes(flags));
    let mut header = Header::still(SourceFormat::Gif, width.into(), height.into(), Layout::Rgb);
    let mut walk = Walk { cursor, frames: 0, is_transparent: false };
    walk.first_frame(&mut header)?;
    walk.count(limits.max_counted_frames);
    header.frames = walk.frames;
    header.is_animated = walk.frames > 1;
    Ok(header)
}

struct Walk<'a> {
    cursor: Cursor<'a>,
    frames: u32,
    is_transparent: bool,
}

impl Walk<'_> {
    /// Up to the data of the first frame. Alpha: a transparent color, or a frame that leaves canvas free.
    fn first_frame(&mut self, header: &mut Header) -> Parsed<()> {
        if !self.find_frame()? {
            return Err(bad("a GIF with a frame", "none"));
        }
        let mut frame = self.cursor;
        let (left, top) = (frame.u16()?, frame.u16()?);
        let (width, height) = (frame.u16()?, frame.u16()?);
        let covers = left == 0 && top == 0 && u32::from(width) >= header.width && u32::from(height) >= header.height;
        if self.is_transparent || !covers {
            header.layout = Layout::Rgba;
        }
        Ok(())
    }

    /// Counts this frame and all that follow, as far as the bytes go.
    fn count(&mut self, max: u32) {
        self.frames = 1;
        while self.frames < max && self.skip_frame().is_ok() && self.find_frame().is_ok_and(|found| found) {
            self.frames += 1;
        }
    }

    /// Past extensions, to behind the next frame's introducer: `false` at the trailer.
    fn find_frame(&mut self) -> Parsed<bool> {
        loop {
            match self.cursor.u8()? {
                FRAME => return Ok(true),
                TRAILER => return Ok(false),
                EXTENSION => self.extension()?,
                0 => {}
                other => return Err(bad("a GIF block", format!("type {other:#x}"))),
            }
        }
    }

    fn extension(&mut self) -> Parsed<()> {
        if self.cursor.u8()? == GRAPHIC_CONTROL {
            let mut body = self.cursor;
            body.skip(1);
            self.is_transparent = body.u8()? & 1 == 1;
        }
        self.skip_blocks()
    }

    fn skip_frame(&mut self) -> Parsed<()> {
        self.cursor.skip(8);
        let flags = self.cursor.u8()?;
        self.cursor.skip(table_bytes(flags) + 1);
        self.skip_blocks()
    }

    fn skip_blocks(&mut self) -> Parsed<()> {
        loop {
            match self.cursor.u8()? {
                0 => return Ok(()),
                len => self.cursor.skip(len.into()),
            }
        }
    }
}

const fn table_bytes(flags: u8) -> usize {
    if flags & HAS_TABLE == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
