//! A picture as numbers into at most 256 colors. Exact where it has few, or at quality 100; else quantized. Writes no file.

use super::encode::{Quality, Speed};
pub(super) use super::quantize::Bands;
use super::quantize::{Quantized, Unique, quantize};
use crate::error::Result;
use crate::image::{Image, Layout};

pub(super) const MAX_COLORS: usize = 256;
/// Colors of half a byte: less of them would save nothing worth an error.
const FEW_COLORS: usize = 16;
/// What k-means sees. With more the tables leave the cache of a core (at 2^17: 1 MB of slots, 1.5 MB of colors).
pub(super) const MAX_UNIQUE: usize = 1 << 17;

pub(super) struct Palette {
    colors: Vec<[u8; 4]>,
    /// Which of the colors each pixel has.
    indices: Vec<u8>,
}

impl Palette {
    /// `None` where 256 colors are too few for the quality; without loss also for gray, which is as small by itself above 16 levels.
    pub(super) fn of(image: &Image, quality: Quality, speed: Speed, about_bands: Bands) -> Result<Option<Self>> {
        if image.layout() == Layout::Cmyk {
            return Ok(None);
        }
        if quality.get() == 100 {
            return Self::exact(image);
        }
        let Some(unique) = Unique::merged(image, MAX_UNIQUE)? else { return Ok(None) };
        if unique.colors().len() <= FEW_COLORS {
            return Self::all(&unique).map(Some);
        }
        let quantized = quantize(&unique, image.width(), (quality, speed), about_bands)?;
        Ok(quantized.map(|Quantized { palette, indices }| Self { colors: palette, indices }))
    }

    fn exact(image: &Image) -> Result<Option<Self>> {
        let most = if image.layout() == Layout::Gray { FEW_COLORS } else { MAX_COLORS };
        Unique::exact(image, most)?.map(|unique| Self::all(&unique)).transpose()
    }

    /// Of no more than `MAX_COLORS`.
    fn all(unique: &Unique) -> Result<Self> {
        let indices = unique.mapped(|number| number.to_le_bytes()[0])?;
        Ok(Self { colors: unique.colors().to_vec(), indices })
    }

    pub(super) fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// The color's number of each pixel, row by row.
    pub(super) fn indices(&self, width: usize) -> impl Iterator<Item = &[u8]> {
        self.indices.chunks_exact(width.max(1))
    }
}
