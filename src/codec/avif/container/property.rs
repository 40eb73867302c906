//! What the properties of an item say: size, coding, colors, turns. Each is read when it is asked for; unknown ones that an item cannot do
//! without make it one that is not read.

use super::boxes::{Boxed, Kind, full, inner};
use crate::codec::cursor::{Cursor, Parsed, bad};

/// What pictures in such a file are coded with, as far as it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::codec) enum Codec {
    #[default]
    Av1,
    /// Of HEIC. Only the container is read here.
    Hevc,
}

impl Codec {
    /// Of the items that are such pictures.
    pub(super) const fn kind(self) -> &'static Kind {
        match self {
            Self::Av1 => b"av01",
            Self::Hevc => b"hvc1",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Av1 => "AV1",
            Self::Hevc => "HEVC",
        }
    }
}

/// How samples are coded, by `av1C` or `hvcC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Coding {
    pub(in crate::codec) codec: Codec,
    /// 8, 10 or 12.
    pub(in crate::codec) bit_depth: u8,
    pub(in crate::codec::avif) is_gray: bool,
    /// Chroma has half of the columns, and half of the rows.
    pub(in crate::codec::avif) halves: (bool, bool),
}

impl Coding {
    pub(super) fn read(body: &[u8]) -> Parsed<Self> {
        let [marker, _, flags, _] = inner(Cursor::big(body).array(), "av1C")?;
        if marker != 0x81 {
            return Err(bad("av1C of version 1", format!("{marker:#x}")));
        }
        let bit_depth = match (flags >> 6 & 1, flags >> 5 & 1) {
            (0, _) => 8,
            (_, 0) => 10,
            _ => 12,
        };
        let (is_gray, halves) = (flags >> 4 & 1 == 1, (flags >> 3 & 1 == 1, flags >> 2 & 1 == 1));
        // What gray has no samples of may be said in any way.
        let halves = if is_gray { (true, true) } else { halves };
        Ok(Self { codec: Codec::Av1, bit_depth, is_gray, halves })
    }

    /// ISO 14496-15, 8.3.3.1.2.
    fn of_hevc(body: &[u8]) -> Parsed<Self> {
        let mut cursor = Cursor::big(body);
        let version = inner(cursor.u8(), "hvcC")?;
        if version != 1 {
            return Err(bad("hvcC of version 1", version));
        }
        cursor.seek(16);
        let [chroma, luma_depth, chroma_depth] = inner(cursor.array(), "hvcC")?;
        let bit_depth = 8 + (luma_depth & 7).max(chroma_depth & 7);
        let sampling = chroma & 3;
        let (is_gray, halves) = (sampling == 0, (sampling != 3, sampling < 2));
        Ok(Self { codec: Codec::Hevc, bit_depth, is_gray, halves })
    }

    /// Samples of all planes to 256 pixels.
    pub(in crate::codec) const fn samples(self) -> u64 {
        match (self.is_gray, self.halves) {
            (true, _) => 256,
            (_, (true, true)) => 384,
            (_, (true, false)) => 512,
            _ => 768,
        }
    }
}

/// Colors by their codes in ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Cicp {
    pub(in crate::codec::avif) primaries: u16,
    pub(in crate::codec::avif) transfer: u16,
    pub(in crate::codec::avif) matrix: u16,
    pub(in crate::codec::avif) is_full_range: bool,
}

/// A part of a picture: left, top, width, height.
pub(in crate::codec) type Part = (u32, u32, u32, u32);

/// A clean aperture: width, height and the offsets of its center, each a fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aperture([(i64, i64); 4]);

impl Aperture {
    fn read(body: &[u8]) -> Parsed<Self> {
        let mut cursor = Cursor::big(body);
        let mut fraction = |is_signed: bool| -> Parsed<(i64, i64)> {
            let (over, under) = (cursor.u32()?, cursor.u32()?);
            Ok((if is_signed { i64::from(over.cast_signed()) } else { over.into() }, i64::from(under)))
        };
        inner((|| Ok(Self([fraction(false)?, fraction(false)?, fraction(true)?, fraction(true)?])))(), "clap")
    }

    /// `None` for one that does not lie on pixels, or not on the picture: it is taken no notice of, as browsers do.
    pub(super) fn part(self, (width, height): (u32, u32)) -> Option<Part> {
        let Self([across, down, right, lower]) = self;
        let (part_width, part_height) = (whole(across)?, whole(down)?);
        let left = start(width, part_width, right)?;
        let top = start(height, part_height, lower)?;
        let fits = |start: u32, len: u32, side: u32| len > 0 && start.checked_add(len).is_some_and(|end| end <= side);
        let is_inside = fits(left, part_width, width) && fits(top, part_height, height);
        is_inside.then_some((left, top, part_width, part_height))
    }
}

fn whole((over, under): (i64, i64)) -> Option<u32> {
    (under > 0 && over % under == 0).then(|| u32::try_from(over / under).ok())?
}

/// Half of what is cut away, and the offset: a whole number or none.
fn start(side: u32, part: u32, (over, under): (i64, i64)) -> Option<u32> {
    let cut = i64::from(side) - i64::from(part);
    let (over, under) = (over.checked_mul(2)?.checked_add(cut.checked_mul(under)?)?, under.checked_mul(2)?);
    whole((over, under))
}

/// What is known of an item by its properties.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Properties<'a> {
    pub(super) size: Option<(u32, u32)>,
    pub(super) coding: Option<Coding>,
    pub(super) cicp: Option<Cicp>,
    pub(super) icc: Option<&'a [u8]>,
    pub(super) is_alpha: bool,
    /// Quarter turns against the clock.
    pub(super) turns: u8,
    /// 0: top and bottom change places; 1: left and right.
    pub(super) mirror: Option<u8>,
    pub(super) aperture: Option<Aperture>,
    pub(super) operating_point: u8,
    /// Something unknown that has to be understood.
    pub(super) is_foreign: bool,
}

const ALPHA: [&[u8]; 2] = [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1"];

impl<'a> Properties<'a> {
    /// Of several of a kind, the first one counts.
    pub(super) fn add(&mut self, property: Boxed<'a>, is_essential: bool) -> Parsed<()> {
        let mut cursor = Cursor::big(property.body);
        match &property.kind {
            b"ispe" => {
                let size = inner((|| Ok((full(&mut cursor)?, (cursor.u32()?, cursor.u32()?)).1))(), "ispe")?;
                self.size = self.size.or(Some(size));
            }
            b"av1C" if self.coding.is_none() => self.coding = Some(Coding::read(property.body)?),
            b"hvcC" if self.coding.is_none() => self.coding = Some(Coding::of_hevc(property.body)?),
            b"colr" => self.add_colors(property.body)?,
            b"auxC" => self.is_alpha |= is_alpha(property.body),
            b"irot" => self.turns = inner(cursor.u8(), "irot")? & 3,
            b"imir" => self.mirror = Some(inner(cursor.u8(), "imir")? & 1),
            b"clap" => self.aperture = Some(Aperture::read(property.body)?),
            b"a1op" => self.operating_point = inner(cursor.u8(), "a1op")?,
            b"av1C" | b"hvcC" | b"pixi" | b"pasp" | b"a1lx" | b"lsel" | b"clli" | b"mdcv" | b"cclv" | b"amve" => {}
            _ => self.is_foreign |= is_essential,
        }
        Ok(())
    }

    pub(super) fn add_colors(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let kind: [u8; 4] = inner(cursor.array(), "colr")?;
        match &kind {
            b"nclx" if self.cicp.is_none() => {
                let read = || {
                    let (primaries, transfer, matrix) = (cursor.u16()?, cursor.u16()?, cursor.u16()?);
                    Ok(Cicp { primaries, transfer, matrix, is_full_range: cursor.u8()? & 0x80 != 0 })
                };
                self.cicp = Some(inner({ read }(), "colr")?);
            }
            b"prof" | b"rICC" if self.icc.is_none() => self.icc = Some(cursor.rest()),
            _ => {}
        }
        Ok(())
    }
}

/// Version and flags, and a text that ends with a zero.
fn is_alpha(body: &[u8]) -> bool {
    let text = body.get(4..).unwrap_or_default();
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    ALPHA.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aperture(values: [u32; 8]) -> Aperture {
        Aperture::read(&values.map(u32::to_be_bytes).concat()).unwrap()
    }

    #[test]
    fn an_aperture_lies_on_pixels_or_is_none() {
        let minus = |value: i32| value.cast_unsigned();
        assert_eq!(aperture([4, 1, 6, 1, 0, 1, 0, 1]).part((10, 10)), Some((3, 2, 4, 6)));
        assert_eq!(aperture([4, 1, 6, 1, minus(-3), 1, 2, 1]).part((10, 10)), Some((0, 4, 4, 6)));
        assert_eq!(aperture([5, 1, 6, 1, 1, 2, 0, 1]).part((10, 10)), Some((3, 2, 5, 6)));
        let refused = [
            [5, 1, 6, 1, 0, 1, 0, 1],
            [4, 1, 6, 1, minus(-4), 1, 0, 1],
            [4, 0, 6, 1, 0, 1, 0, 1],
            [0, 1, 6, 1, 0, 1, 0, 1],
            [4, 3, 6, 1, 0, 1, 0, 1],
            [4, 1, 6, 1, 0, 0, 0, 1],
            [u32::MAX, 1, u32::MAX, 1, u32::MAX, u32::MAX, u32::MAX, 1],
        ];
        for values in refused {
            assert_eq!(aperture(values).part((10, 10)), None, "{values:?}");
        }
    }

    #[test]
    fn coding_says_depth_and_sampling() {
        let coding = |flags| Coding::read(&[0x81, 0, flags, 0]).unwrap();
        assert_eq!(coding(0x0c), Coding { codec: Codec::Av1, bit_depth: 8, is_gray: false, halves: (true, true) });
        assert_eq!(coding(0x40).bit_depth, 10);
        assert_eq!(coding(0x60).bit_depth, 12);
        assert_eq!([0x1c, 0x0c, 0x08, 0].map(|flags| coding(flags).samples()), [256, 384, 512, 768]);
        assert!(Coding::read(&[0x82, 0, 0, 0]).is_err() && Coding::read(&[0x81]).is_err());
    }

    #[test]
    fn coding_of_hevc_says_depth_and_sampling() {
        let body = |chroma: u8, depth: u8| [&[1][..], &[0; 15], &[0xfc | chroma, 0xf8 | depth, 0xf8 | depth]].concat();
        let coding = |chroma, depth| Coding::of_hevc(&body(chroma, depth)).unwrap();
        assert_eq!([0, 1, 2, 3].map(|chroma| coding(chroma, 0).samples()), [256, 384, 512, 768]);
        assert_eq!([0, 2, 4].map(|depth| coding(1, depth).bit_depth), [8, 10, 12]);
        assert!(coding(0, 0).is_gray && coding(1, 0).codec == Codec::Hevc);
        assert!(Coding::of_hevc(&body(1, 0)[..18]).is_err() && Coding::of_hevc(&[2; 30]).is_err());
    }
}
