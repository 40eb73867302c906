//! Few colors for a picture that has many, where nobody sees it. What has bands is dithered in its passages, and only there: elsewhere it
//! costs bytes and score.

mod bands;
mod bound;
mod dither;
mod mix;
mod nearest;
mod passage;
mod point;
mod refine;
mod rescue;
mod smooth;
mod split;
mod unique;

use bands::{Mapped, Step, bands};
use bound::Bound;
use dither::{Plain, dither};
use nearest::MAX_TARGETS;
use point::{Point, points};
use refine::{Refined, refine};
use rescue::rescue;
use split::{samples, split};
pub(super) use unique::Unique;

use crate::codec::encode::{Quality, Speed};
use crate::error::Result;

/// A palette, and which of it each pixel becomes.
pub(super) struct Quantized {
    pub(super) palette: Vec<[u8; 4]>,
    pub(super) indices: Vec<u8>,
}

/// What is done about bands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bands {
    /// More colors, and where 256 are too few no palette.
    Refused,
    /// Patterns of colors.
    Dithered,
}

/// `None` where 256 colors are too few for the quality.
pub(super) fn quantize(
    unique: &Unique,
    width: u32,
    (quality, speed): (Quality, Speed),
    about_bands: Bands,
) -> Result<Option<Quantized>> {
    let points = &points(unique.colors())?;
    let mut samples = samples(points, unique.weights())?;
    let bound = Bound::of(quality, about_bands, points.len());
    let mut coarse = None;
    for split_bound in bound.splits() {
        let means = split(&mut samples, MAX_TARGETS, *split_bound)?;
        let mut refined = refine(unique, points, &means, rounds(speed))?;
        rescue(unique, points, &mut refined)?;
        let attempt = Attempt::new(refined)?;
        let is_last = means.len() == MAX_TARGETS;
        let step = if is_last { Step::Coarse } else { Step::Fine };
        if attempt.refined.error <= bound.error && attempt.bands(unique, width, step) <= bound.bands {
            return attempt.plain(unique).map(Some);
        }
        coarse = Some(attempt);
        if is_last {
            break;
        }
    }
    drop(samples);
    let fits = |attempt: &Attempt| about_bands == Bands::Dithered && attempt.refined.error <= bound.dithered_error;
    coarse.filter(fits).map(|attempt| attempt.dithered(unique, points, width)).transpose()
}

/// A palette with its colors as points.
struct Attempt {
    refined: Refined,
    palette: Vec<Point>,
}

impl Attempt {
    fn new(refined: Refined) -> Result<Self> {
        Ok(Self { palette: points(&refined.palette)?, refined })
    }

    fn bands(&self, unique: &Unique, width: u32, step: Step) -> f64 {
        bands(&Mapped { unique, palette: &self.palette, map: &self.refined.map, step }, width)
    }

    fn plain(self, unique: &Unique) -> Result<Quantized> {
        let indices = unique.mapped(|number| self.refined.map.get(number as usize).copied().unwrap_or_default())?;
        Ok(Quantized { palette: self.refined.palette, indices })
    }

    fn dithered(self, unique: &Unique, points: &[Point], width: u32) -> Result<Quantized> {
        let indices = dither(&Plain { unique, points, palette: &self.palette, map: &self.refined.map }, width)?;
        Ok(Quantized { palette: self.refined.palette, indices })
    }
}

/// Of k-means, after the first that the split begins.
const fn rounds(speed: Speed) -> u32 {
    match speed {
        Speed::Fast | Speed::Lean => 0,
        Speed::Balanced => 1,
        Speed::Small => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Image, Layout};

    fn quantized(about_bands: Bands, quality: f64, data: Vec<u8>) -> Option<Quantized> {
        let image = Image::new(256, 256, Layout::Rgb, data).unwrap();
        let unique = Unique::merged(&image, 1 << 17).unwrap().unwrap();
        quantize(&unique, 256, (Quality::new(quality).unwrap(), Speed::Balanced), about_bands).unwrap()
    }

    #[test]
    fn a_wide_gradient_is_dithered_or_refused() {
        let data: Vec<u8> = (0..=255).flat_map(|y| (0..=255).flat_map(move |x: u8| [x, y, x / 2 + y / 2])).collect();
        assert!(quantized(Bands::Refused, 75.0, data.clone()).is_none());
        let found = quantized(Bands::Dithered, 75.0, data).unwrap();
        assert_eq!(found.indices.len(), 256 * 256);
        let changes = |row: &[u8]| row.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(found.indices.chunks(256).map(changes).sum::<usize>() > 256 * 256 / 8, "plain bands");
    }

    #[test]
    fn a_high_quality_takes_no_palette_for_texture() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        let data: Vec<u8> = (0..256 * 256 * 3).map(|_| u8::try_from(80 + noise() * 3 / 8).unwrap()).collect();
        assert!(quantized(Bands::Dithered, 75.0, data.clone()).is_some());
        assert!(quantized(Bands::Dithered, 97.0, data).is_none());
    }
}
