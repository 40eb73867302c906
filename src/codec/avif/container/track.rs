//! The tracks of an image sequence, as far as the first picture of each. Times are not looked at.

use super::boxes::{Boxed, Boxes, Kind, full, inner};
use super::meta::{Extent, check};
use super::property::Properties;
use crate::codec::cursor::{Cursor, Parsed, bad};

/// A sequence has one of pictures, and perhaps one of their alpha and one of sound.
const MAX_TRACKS: usize = 16;
/// Before the boxes of a visual sample's description (ISO 14496-12, 12.1.3).
const DESCRIPTION_BYTES: usize = 78;
const SIZE_OFFSET: usize = 24;

#[derive(Debug, Default)]
pub(super) struct Track<'a> {
    pub(super) id: u32,
    pub(super) handler: Kind,
    /// What this track is the auxiliary of.
    pub(super) of: Option<u32>,
    /// This track's colors are multiplied by that one.
    pub(super) multiplied_by: Option<u32>,
    pub(super) properties: Properties<'a>,
    is_av1: bool,
    first_len: u32,
    first_offset: Option<u64>,
    pub(super) frames: u32,
}

impl Track<'_> {
    pub(super) fn first(&self) -> Parsed<Extent> {
        match self.first_offset {
            Some(offset) if self.is_av1 && self.frames > 0 && self.first_len > 0 => {
                Ok(Extent { offset, len: self.first_len.into() })
            }
            _ => Err(bad("a sequence of AV1 pictures", "a track without any")),
        }
    }
}

/// Those of `moov`.
pub(super) fn tracks(moov: &[u8]) -> Parsed<Vec<Track<'_>>> {
    let mut tracks = Vec::new();
    let mut boxes = Boxes::of(moov);
    while let Some(Boxed { kind, body }) = boxes.next()? {
        if &kind == b"trak" {
            check("tracks", tracks.len() + 1, MAX_TRACKS)?;
            let mut track = Track::default();
            inner(track.read(body), "track")?;
            tracks.push(track);
        }
    }
    Ok(tracks)
}

impl<'a> Track<'a> {
    /// The boxes of a track that lead to its samples, and those samples' own.
    fn read(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(Boxed { kind, body }) = boxes.next()? {
            match &kind {
                b"tkhd" => self.header(body)?,
                b"tref" => self.refer(body)?,
                b"mdia" => self.media(body)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn header(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        cursor.skip(if version == 1 { 16 } else { 8 });
        self.id = cursor.u32()?;
        Ok(())
    }

    fn refer(&mut self, body: &[u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(Boxed { kind, body }) = boxes.next()? {
            let first = Cursor::big(body).u32()?;
            match &kind {
                b"auxl" => self.of = Some(first),
                b"prem" => self.multiplied_by = Some(first),
                _ => {}
            }
        }
        Ok(())
    }

    fn media(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(Boxed { kind, body }) = boxes.next()? {
            match &kind {
                b"hdlr" => {
                    let mut cursor = Cursor::big(body);
                    cursor.skip(8);
                    self.handler = cursor.array()?;
                }
                b"minf" => {
                    if let Some(table) = Boxes::of(body).find(*b"stbl")? {
                        self.table(table)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn table(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(Boxed { kind, body }) = boxes.next()? {
            let mut cursor = Cursor::big(body);
            match &kind {
                b"stsd" => self.describe(body)?,
                b"stsz" => {
                    full(&mut cursor)?;
                    let (same, count) = (cursor.u32()?, cursor.u32()?);
                    self.frames = count;
                    self.first_len = if same == 0 && count > 0 { cursor.u32()? } else { same };
                }
                // The first picture is the first of the first chunk.
                b"stco" | b"co64" => {
                    full(&mut cursor)?;
                    if cursor.u32()? > 0 {
                        let offset = if &kind == b"co64" { cursor.u64()? } else { cursor.u32()?.into() };
                        self.first_offset = Some(offset);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn describe(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        full(&mut cursor)?;
        cursor.skip(4);
        let Some(Boxed { kind, body }) = Boxes::of(cursor.rest()).next()? else { return Ok(()) };
        if &kind != b"av01" {
            return Ok(());
        }
        self.is_av1 = true;
        let mut cursor = Cursor::big(body);
        cursor.skip(SIZE_OFFSET);
        self.properties.size = Some((cursor.u16()?.into(), cursor.u16()?.into()));
        cursor.seek(DESCRIPTION_BYTES);
        let mut boxes = Boxes::of(cursor.rest());
        while let Some(property) = boxes.next()? {
            if matches!(&property.kind, b"av1C" | b"colr") {
                self.properties.add(property, false)?;
            }
        }
        Ok(())
    }
}
