//! A file without what says nothing about its pixels: camera data, texts, thumbnails, whatever follows its end. Pixels and colors
//! stay to the bit, the orientation goes. Decodes nothing.

use super::cursor::{Fault, Parsed, bad};
use super::{jpeg, png, webp};
use crate::format::SourceFormat;
use crate::limits::reserve;

/// `None` for a format that is not taken apart, for a file that does not end where it should, and where more than `most` bytes
/// remain. No more than those are ever taken.
pub fn strip(format: SourceFormat, bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut kept = Kept::new(bytes, most).ok()?;
    let stripped = match format {
        SourceFormat::Jpeg => jpeg::strip(bytes, &mut kept),
        SourceFormat::Png => png::strip(bytes, &mut kept),
        SourceFormat::Webp => webp::strip(bytes, &mut kept),
        _ => Err(Fault::Short),
    };
    stripped.ok().map(|()| kept.data)
}

/// The part of a file that stays, in room that was taken once.
pub(super) struct Kept {
    data: Vec<u8>,
    most: usize,
}

impl Kept {
    pub(super) fn new(bytes: &[u8], most: usize) -> Parsed<Self> {
        let most = most.min(bytes.len());
        Ok(Self { data: reserve(most as u64)?, most })
    }

    pub(super) fn push(&mut self, part: &[u8]) -> Parsed<()> {
        if part.len() > self.most - self.data.len() {
            return Err(bad("a file that gets smaller", "one of more bytes"));
        }
        self.data.extend_from_slice(part);
        Ok(())
    }

    /// What stays so far, for a format that says in one part what the others are.
    pub(super) fn data(&mut self) -> &mut [u8] {
        &mut self.data
    }
}

/// All that stays of a file.
#[cfg(test)]
pub(super) fn stripped(bytes: &[u8], strip: fn(&[u8], &mut Kept) -> Parsed<()>) -> Parsed<Vec<u8>> {
    let mut kept = Kept::new(bytes, usize::MAX)?;
    strip(bytes, &mut kept)?;
    Ok(kept.data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_below_its_bound_or_nothing() {
        let file = [0xff, 0xd8, 0xff, 0xfe, 0, 3, 7, 0xff, 0xd9];
        assert_eq!(strip(SourceFormat::Jpeg, &file, 4), Some(vec![0xff, 0xd8, 0xff, 0xd9]));
        assert_eq!(strip(SourceFormat::Jpeg, &file, 3), None);
        assert_eq!(strip(SourceFormat::Gif, &file, 100), None);
    }
}
