//! The one EXIF tag that changes pixels: orientation. Looks at the first directory only, so loops cannot happen.
//! A damaged block is an upright picture, never an error.

use super::cursor::{Cursor, Parsed};

const ORIENTATION_TAG: u16 = 0x0112;
const TYPE_SHORT: u16 = 3;
/// Cameras write a few dozen entries; a count of thousands is an attack or damage.
const MAX_ENTRIES: u16 = 1000;

/// How a stored picture is turned to stand upright, numbered as in EXIF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Orientation(u8);

impl Orientation {
    pub const UPRIGHT: Self = Self(1);

    /// Anything but 1 to 8 is upright.
    pub const fn new(value: u16) -> Self {
        let [_, number] = value.to_be_bytes();
        match value {
            1..=8 => Self(number),
            _ => Self::UPRIGHT,
        }
    }

    /// 1 to 8.
    pub const fn number(self) -> u8 {
        self.0
    }

    pub const fn is_upright(self) -> bool {
        self.0 == 1
    }

    /// Says whether the upright picture is as wide as the stored one is high.
    pub const fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// The size after turning.
    pub const fn apply(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.swaps_sides() { (height, width) } else { (width, height) }
    }
}

/// The orientation in a TIFF-shaped EXIF block, with or without the leading `Exif\0\0`.
pub(super) fn orientation(block: &[u8]) -> Orientation {
    let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    find(tiff).ok().flatten().map_or(Orientation::UPRIGHT, Orientation::new)
}

fn find(tiff: &[u8]) -> Parsed<Option<u16>> {
    let mut cursor = match tiff.get(..2) {
        Some(b"II") => Cursor::little(tiff),
        Some(b"MM") => Cursor::big(tiff),
        _ => return Ok(None),
    };
    cursor.seek(4);
    let directory = cursor.u32()?;
    cursor.seek(directory as usize);
    let entries = cursor.u16()?.min(MAX_ENTRIES);
    for _ in 0..entries {
        let (tag, kind, count, value) = (cursor.u16()?, cursor.u16()?, cursor.u32()?, cursor.u16()?);
        cursor.skip(2);
        if tag == ORIENTATION_TAG {
            return Ok((kind == TYPE_SHORT && count == 1).then_some(value));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(value: u16) -> Vec<u8> {
        let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
        bytes.extend(value.to_be_bytes());
        bytes.extend([0; 6]);
        bytes
    }

    #[test]
    fn reads_one_to_eight_and_nothing_else() {
        for value in 1..=8 {
            assert_eq!(u16::from(orientation(&block(value)).number()), value);
        }
        for value in [0, 9, 255, 65_535] {
            assert_eq!(orientation(&block(value)), Orientation::UPRIGHT);
        }
    }

    #[test]
    fn a_cut_block_is_upright() {
        let whole = block(6);
        for len in 0..whole.len() - 8 {
            assert_eq!(orientation(&whole[..len]), Orientation::UPRIGHT);
        }
        assert!(Orientation::new(6).swaps_sides() && !Orientation::new(3).swaps_sides());
    }
}
