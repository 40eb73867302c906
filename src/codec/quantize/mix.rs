//! The pattern of palette colors that is seen as a color between them. Knows no picture.

use super::point::{Point, distance, is_opaque};
use crate::error::Result;
use crate::limits::reserve;

/// A pattern is 4 x 4 pixels: it comes again within what deflate looks through, which scattered dots do not.
const CELLS: usize = 16;
/// After Bayer: which of the pattern's colors, ordered by luma, stands where, so that the light ones are far from each other.
pub(super) const PLACES: [[usize; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
/// Colors that a pattern may be made of: those of the palette that are nearest to its main one.
const CHOICES: usize = 8;
/// What the distance of a color of the pattern counts beside the error that it leaves.
const CALMNESS: f32 = 2.0;

#[derive(Clone, Copy)]
pub(super) struct Pattern([u8; CELLS]);

impl Pattern {
    pub(super) const fn plain(index: u8) -> Self {
        Self([index; CELLS])
    }

    pub(super) fn at(&self, place: usize) -> u8 {
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// For each color of the palette its nearest, itself among them.
pub(super) struct Mixer {
    choices: Vec<Choices>,
}

/// By luma, and axis by axis, as the loops want them. In floating point, which is exact there: squares stay below 2^24.
#[derive(Clone, Copy)]
struct Choices {
    indices: [u8; CHOICES],
    points: [[f32; CHOICES]; 4],
}

impl Mixer {
    pub(super) fn new(palette: &[Point]) -> Result<Self> {
        let mut choices = reserve(palette.len() as u64)?;
        for point in palette {
            choices.push(Choices::of(*point, palette)?);
        }
        Ok(Self { choices })
    }

    /// After Knoll: each cell gets the color that leaves the least of the error that those before it have left. That alone would take
    /// far colors for the last bit of error, and be seen as dots; so being far from what is wanted counts too.
    pub(super) fn mix(&self, wanted: Point, main: u8) -> Pattern {
        let Some(choices) = self.choices.get(usize::from(main)) else { return Pattern::plain(main) };
        let offsets = choices.offsets(wanted);
        let costs = costs(&offsets, is_opaque(wanted));
        let (mut left, mut counts) = ([0.0_f32; 4], [0; CHOICES]);
        for _ in 0..CELLS {
            let chosen = cheapest(&costs, &offsets, left);
            for (left, offsets) in left.iter_mut().zip(&offsets) {
                *left -= offsets[chosen];
            }
            counts[chosen] += 1;
        }
        choices.spread(counts)
    }
}

/// An opaque face stays opaque where it can.
fn costs(offsets: &[[f32; CHOICES]; 4], is_opaque: bool) -> [f32; CHOICES] {
    let [.., alphas] = offsets;
    let is_refused = |alpha: f32| is_opaque && alpha != 0.0;
    let can_refuse = !alphas.iter().all(|alpha| is_refused(*alpha));
    std::array::from_fn(|n| match offsets.iter().map(|axis| axis[n] * axis[n]).sum::<f32>() {
        _ if can_refuse && is_refused(alphas[n]) => f32::MAX,
        square => square * (1.0 + CALMNESS),
    })
}

/// Where `|left - offset|^2 + CALMNESS * |offset|^2` is the least, but for the square of what is left, which is the same for all.
fn cheapest(costs: &[f32; CHOICES], offsets: &[[f32; CHOICES]; 4], left: [f32; 4]) -> usize {
    let mut scores = *costs;
    for (axis, left) in offsets.iter().zip(left) {
        for (score, offset) in scores.iter_mut().zip(axis) {
            *score -= 2.0 * left * offset;
        }
    }
    let mut best = 0;
    for n in 1..CHOICES {
        if scores[n] < scores[best] {
            best = n;
        }
    }
    best
}

impl Choices {
    fn of(point: Point, palette: &[Point]) -> Result<Self> {
        let mut near = reserve(palette.len() as u64)?;
        near.extend((0..=u8::MAX).zip(palette).map(|(index, other)| (distance(point, *other), index, *other)));
        if near.len() > CHOICES {
            near.select_nth_unstable(CHOICES);
            near.truncate(CHOICES);
        }
        near.sort_unstable_by_key(|(_, index, other)| (other[0], *index));
        let mut choices = Self { indices: [0; CHOICES], points: [[0.0; CHOICES]; 4] };
        // A palette of less is filled up with its lightest.
        let last = near.last().copied().unwrap_or_default();
        let filled = near.into_iter().chain(std::iter::repeat(last));
        for (n, (_, index, other)) in filled.take(CHOICES).enumerate() {
            choices.indices[n] = index;
            for (axis, x) in choices.points.iter_mut().zip(other) {
                axis[n] = f32::from(x);
            }
        }
        Ok(choices)
    }

    fn offsets(&self, wanted: Point) -> [[f32; CHOICES]; 4] {
        let mut offsets = self.points;
        for (axis, wanted) in offsets.iter_mut().zip(wanted) {
            for x in axis {
                *x -= f32::from(wanted);
            }
        }
        offsets
    }

    fn spread(&self, counts: [usize; CHOICES]) -> Pattern {
        let mut cells = [0; CELLS];
        let all = self.indices.iter().zip(counts).flat_map(|(index, count)| std::iter::repeat_n(*index, count));
        for (cell, index) in cells.iter_mut().zip(all) {
            *cell = index;
        }
        Pattern(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::super::point::point;
    use super::*;

    fn gray(level: u8) -> Point {
        point([level, level, level, 255])
    }

    #[test]
    fn a_color_between_two_is_made_of_both_in_its_proportion() {
        let palette = [gray(0), gray(100), gray(116), gray(255)];
        let mixer = Mixer::new(&palette).unwrap();
        for (level, light) in [(100, 0), (104, 4), (108, 8), (112, 12)] {
            let Pattern(cells) = mixer.mix(gray(level), 1);
            let found = CELLS - cells.partition_point(|index| *index < 2);
            assert!(found.abs_diff(light) <= 1, "{level}: {cells:?}");
            assert!(cells.iter().all(|index| [1, 2].contains(index)), "{level}: {cells:?}");
            assert!(cells.is_sorted());
        }
    }

    #[test]
    fn the_opaque_is_made_of_what_is_opaque() {
        let palette = [point([90, 40, 20, 255]), point([110, 40, 20, 240]), point([140, 40, 20, 255])];
        let mixer = Mixer::new(&palette).unwrap();
        let Pattern(opaque) = mixer.mix(point([110, 40, 20, 255]), 0);
        assert!(!opaque.contains(&1), "{opaque:?}");
        let Pattern(translucent) = mixer.mix(point([100, 40, 20, 248]), 0);
        assert!(translucent.contains(&1), "{translucent:?}");
    }

    #[test]
    fn every_place_is_taken_once() {
        let mut places = PLACES.concat();
        places.sort_unstable();
        assert!(places.into_iter().eq(0..CELLS));
    }
}
