//! Few colors for a picture that has many, where nobody sees it. No dithering: it costs bytes and score.

mod bands;
mod bound;
mod nearest;
mod point;
mod refine;
mod smooth;
mod split;
mod unique;

use bands::{Mapped, Step, bands};
use bound::Bound;
use nearest::MAX_TARGETS;
use point::points;
use refine::{Refined, refine};
use split::{samples, split};
pub(super) use unique::Unique;

use crate::codec::encode::{Quality, Speed};
use crate::error::Result;

/// A palette and which of it each unique color becomes.
pub(super) struct Quantized {
    pub(super) palette: Vec<[u8; 4]>,
    pub(super) map: Vec<u8>,
}

/// `None` where 256 colors are too few for the quality.
pub(super) fn quantize(unique: &Unique, width: u32, quality: Quality, speed: Speed) -> Result<Option<Quantized>> {
    let bound = Bound::of(quality);
    let points = points(unique.colors())?;
    let mut samples = samples(&points, unique.weights())?;
    for split_bound in bound.splits {
        let means = split(&mut samples, MAX_TARGETS, split_bound)?;
        let Refined { palette, map, error } = refine(unique, &points, &means, rounds(speed))?;
        if error > bound.error {
            return Ok(None);
        }
        let palette_points = &point::points(&palette)?;
        let is_last = means.len() == MAX_TARGETS;
        let step = if is_last { Step::Coarse } else { Step::Fine };
        if bands(&Mapped { unique, palette: palette_points, map: &map, step }, width) <= bound.bands {
            return Ok(Some(Quantized { palette, map }));
        }
        if is_last {
            break;
        }
    }
    Ok(None)
}

/// Of k-means, after the first that the split begins.
const fn rounds(speed: Speed) -> u32 {
    match speed {
        Speed::Fast => 0,
        Speed::Balanced => 1,
        Speed::Small => 3,
    }
}
