//! The container of AVIF files (ISO 14496-12 and 23008-12, AV1-AVIF 1.2): which coded pictures a file has and what is done with them. Safe
//! code on hostile bytes, in linear time: all counts are bounded, every length is checked, boxes nest as deep as this code says. Never decodes
//! a picture.

mod boxes;
mod meta;
mod property;
mod still;
mod track;

use std::borrow::Cow;

pub(super) use meta::Extent;
pub(in crate::codec) use property::{Cicp, Codec, Coding, Part};

use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::codec::exif::Orientation;
use crate::error::{Error, Result};
use crate::limits::{Limits, reserve};
use boxes::{Head, head};

/// How much of a file is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Reach {
    Beginning,
    Whole,
}

/// The picture of a file, or the first one of a sequence without any.
#[derive(Debug)]
pub(in crate::codec) struct Still<'a> {
    pub(in crate::codec) color: Coded,
    pub(in crate::codec) alpha: Option<Coded>,
    /// Colors were multiplied by alpha.
    pub(in crate::codec) is_premultiplied: bool,
    pub(in crate::codec) cicp: Option<Cicp>,
    pub(in crate::codec) icc: Option<&'a [u8]>,
    /// What is seen of it, before it is turned.
    pub(in crate::codec) part: Part,
    pub(in crate::codec) orientation: Orientation,
    pub(in crate::codec) frames: u32,
    idat: &'a [u8],
}

/// A coded picture, or a grid of them.
#[derive(Debug)]
pub(in crate::codec) struct Coded {
    pub(in crate::codec) width: u32,
    pub(in crate::codec) height: u32,
    /// The size of each tile; of a picture that is no grid its own.
    pub(in crate::codec) tile: (u32, u32),
    pub(in crate::codec) columns: u32,
    pub(in crate::codec) coding: Coding,
    pub(in crate::codec) operating_point: u8,
    /// Row by row.
    pub(in crate::codec) tiles: Vec<Payload>,
}

/// Where the bytes of a coded picture are.
#[derive(Debug)]
pub(in crate::codec) struct Payload {
    is_in_idat: bool,
    extents: Vec<Extent>,
}

impl Payload {
    /// All bytes, if they are there. `file` is the whole one.
    pub(super) fn bytes<'f>(&self, file: &'f [u8], still: &Still<'f>) -> Result<Cow<'f, [u8]>> {
        let space = if self.is_in_idat { still.idat } else { file };
        if let [extent] = self.extents[..] {
            return Ok(Cow::Borrowed(extent.of(space)?));
        }
        let parts = self.extents.iter().map(|extent| extent.of(space)).collect::<Result<Vec<_>>>()?;
        let len: usize = parts.iter().fold(0, |len, part| len.saturating_add(part.len()));
        // Parts that lie on each other would make a large picture of a small file.
        if len > space.len() {
            return Err(Error::input("the picture", "parts that do not overlap", format!("{len} bytes of them")));
        }
        let mut bytes = reserve(len as u64)?;
        for part in parts {
            bytes.extend_from_slice(part);
        }
        Ok(Cow::Owned(bytes))
    }

    /// Bytes, as far as the container says it.
    pub(in crate::codec) fn len(&self) -> u64 {
        self.extents.iter().fold(0, |len, extent| len.saturating_add(extent.len))
    }
}

impl Extent {
    fn of(self, space: &[u8]) -> Result<&[u8]> {
        let found = || {
            let start = usize::try_from(self.offset).ok()?;
            let end = if self.len == 0 { space.len() } else { start.checked_add(usize::try_from(self.len).ok()?)? };
            space.get(start..end)
        };
        found().ok_or_else(|| Error::input("the picture", "bytes inside of the file", "others"))
    }
}

/// Of the first box; files have a handful of brands.
const BRAND_BYTES: usize = 512;

/// Says that the file may be an AVIF, by the brands of its first box. Sequences and generic pictures with AV1 in them are such too. Short
/// where more bytes may tell.
pub(in crate::codec) fn is_avif(bytes: &[u8], reach: Reach) -> Parsed<bool> {
    let Some(brands) = brands(bytes) else { return Ok(false) };
    if reach == Reach::Beginning && !brands.is_whole {
        return Err(Fault::Short);
    }
    let is_other = brands.all.first() == Some(b"heic");
    Ok(!is_other && brands.all.iter().any(|brand| matches!(brand, b"avif" | b"avis" | b"mif1" | b"msf1")))
}

/// Says that the file may be a HEIC, by those brands: HEVC in its profiles for pictures (ISO 23008-12, B.4.1). Short where more bytes may tell.
pub(in crate::codec) fn is_heic(bytes: &[u8], reach: Reach) -> Parsed<bool> {
    let Some(brands) = brands(bytes) else { return Ok(false) };
    if reach == Reach::Beginning && !brands.is_whole {
        return Err(Fault::Short);
    }
    Ok(brands.all.iter().any(|brand| matches!(brand, b"heic" | b"heix")))
}

struct Brands<'a> {
    /// The major one, the version, and the compatible ones.
    all: &'a [[u8; 4]],
    /// As many as are looked at.
    is_whole: bool,
}

fn brands(bytes: &[u8]) -> Option<Brands<'_>> {
    let mut cursor = Cursor::big(bytes);
    let Head { kind, len } = head(&mut cursor).ok()??;
    let (len, rest) = (len?.min(BRAND_BYTES), cursor.rest());
    let all = rest.get(..len).unwrap_or(rest).as_chunks().0;
    (&kind == b"ftyp").then_some(Brands { all, is_whole: rest.len() >= len })
}

/// The picture of a file whose pictures have that codec.
pub(in crate::codec) fn parse<'a>(bytes: &'a [u8], codec: Codec, reach: Reach, limits: &Limits) -> Parsed<Still<'a>> {
    let is_sequence = brands(bytes).is_some_and(|brands| brands.all.contains(b"avis"));
    let top = Top::read(bytes, reach, is_sequence)?;
    still::resolve(&top, codec, bytes, limits)
}

/// The outermost boxes that matter.
struct Top<'a> {
    meta: Option<&'a [u8]>,
    movie: Option<&'a [u8]>,
}

impl<'a> Top<'a> {
    /// Stops where all that is looked for was found: pictures mostly follow, of whatever length.
    fn read(bytes: &'a [u8], reach: Reach, is_sequence: bool) -> Parsed<Self> {
        let mut cursor = Cursor::big(bytes);
        let mut top = Self { meta: None, movie: None };
        while !top.is_complete(is_sequence) {
            let Ok(Some(Head { kind, len })) = head(&mut cursor) else { return top.end(reach) };
            let slot = match &kind {
                b"meta" if top.meta.is_none() => &mut top.meta,
                b"moov" if is_sequence && top.movie.is_none() => &mut top.movie,
                _ => {
                    // One that goes to the end of the file is the last.
                    let Some(len) = len else { return top.end(reach) };
                    cursor.skip(len);
                    continue;
                }
            };
            *slot = Some(match (len, reach) {
                (Some(len), _) => cursor.take(len)?,
                (None, Reach::Whole) => cursor.rest(),
                (None, Reach::Beginning) => return Err(Fault::Short),
            });
        }
        Ok(top)
    }

    const fn is_complete(&self, is_sequence: bool) -> bool {
        self.meta.is_some() && (self.movie.is_some() || !is_sequence)
    }

    /// What is not there is still to come, or missing.
    fn end(self, reach: Reach) -> Parsed<Self> {
        match reach {
            Reach::Beginning => Err(Fault::Short),
            Reach::Whole if self.meta.is_none() && self.movie.is_none() => Err(bad("a box meta or moov", "none")),
            Reach::Whole => Ok(self),
        }
    }
}
