//! A picture as numbers into at most 256 colors. Exact where it has no more; else quantized. Writes no file.

use super::encode::{Quality, Speed};
use super::quantize::{Quantized, Unique, quantize};
use crate::error::Result;
use crate::image::{Image, Layout};

pub(super) const MAX_COLORS: usize = 256;
/// What k-means sees. With more the tables leave the cache of a core (at 2^17: 1 MB of slots, 1.5 MB of colors).
pub(super) const MAX_UNIQUE: usize = 1 << 17;

pub(super) struct Palette {
    colors: Vec<[u8; 4]>,
    /// Which of the unique colors each pixel has, and which of the palette each of those becomes.
    numbers: Vec<u32>,
    map: Vec<u8>,
}

impl Palette {
    /// `None` where 256 colors are too few for the quality, or for gray, which is as small by itself above 16 levels.
    pub(super) fn of(image: &Image, quality: Quality, speed: Speed) -> Result<Option<Self>> {
        let Some(unique) = unique(image, quality)? else { return Ok(None) };
        if unique.colors().len() <= MAX_COLORS {
            let map = (0..=u8::MAX).take(unique.colors().len()).collect();
            return Ok(Some(Self { colors: unique.colors().to_vec(), numbers: unique.into_numbers(), map }));
        }
        let Some(Quantized { palette, map }) = quantize(&unique, image.width(), quality, speed)? else {
            return Ok(None);
        };
        Ok(Some(Self { colors: palette, numbers: unique.into_numbers(), map }))
    }

    pub(super) fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// The color's number of each pixel, row by row.
    pub(super) fn indices(&self, width: usize) -> impl Iterator<Item = impl Iterator<Item = u8>> {
        let index = |number: &u32| self.map.get(*number as usize).copied().unwrap_or_default();
        self.numbers.chunks_exact(width.max(1)).map(move |row| row.iter().map(index))
    }
}

fn unique(image: &Image, quality: Quality) -> Result<Option<Unique>> {
    match image.layout() {
        Layout::Cmyk => Ok(None),
        Layout::Gray => Unique::exact(image, 16),
        _ if quality.get() == 100 => Unique::exact(image, MAX_COLORS),
        _ => Unique::merged(image, MAX_UNIQUE),
    }
}
