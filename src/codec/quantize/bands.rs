//! Finds bands: two plateaus and a step between them where the picture has a smooth passage. Changes nothing.

use super::point::{Point, distance};
use super::smooth::contrast;
use super::unique::Unique;

/// Neighbors that differ by no more than this are one passage.
const SMOOTH: u8 = 3;
/// Pixels of one color on both sides of a step. Where noise dithers the passage, they are fewer, and no band is seen.
const PLATEAU: u32 = 4;
/// Every fourth row and column is looked at: bands are long.
const STRIDE: usize = 4;

/// What counts as a step: squared distances, in quarter levels. A step of 8-bit gray is 1 level.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// 3 levels of luma: what more colors would mend.
    Fine = 12 * 12,
    /// 4 levels, which show on large faces: what is not taken even from 256 colors.
    Coarse = 16 * 16,
}

/// A palette and its picture, as points.
pub(super) struct Mapped<'a> {
    pub(super) unique: &'a Unique,
    pub(super) palette: &'a [Point],
    pub(super) map: &'a [u8],
    pub(super) step: Step,
}

/// Bands per pixel that was looked at.
pub(super) fn bands(mapped: &Mapped<'_>, width: u32) -> f64 {
    let numbers = mapped.unique.numbers();
    let width = (width as usize).max(1);
    let (mut bands, mut pixels) = (0, 0);
    for row in numbers.chunks_exact(width).step_by(STRIDE) {
        bands += along(mapped, row.iter().copied());
        pixels += row.len();
    }
    for column in (0..width).step_by(STRIDE) {
        bands += along(mapped, numbers.iter().skip(column).step_by(width).copied());
        pixels += numbers.len() / width;
    }
    bands as f64 / (pixels.max(1) as f64)
}

fn along(mapped: &Mapped<'_>, mut line: impl Iterator<Item = u32>) -> usize {
    let Some(mut last) = line.next() else { return 0 };
    let (mut plateau, mut is_after_step, mut bands) = (1, false, 0);
    for next in line {
        if next == last || mapped.becomes(last) == mapped.becomes(next) && mapped.is_smooth(last, next) {
            plateau += 1;
            if is_after_step && plateau == PLATEAU {
                bands += 1;
            }
        } else {
            is_after_step = plateau >= PLATEAU && mapped.is_smooth(last, next) && mapped.is_step(last, next);
            plateau = 1;
        }
        last = next;
    }
    bands
}

impl Mapped<'_> {
    fn becomes(&self, number: u32) -> u8 {
        self.map.get(number as usize).copied().unwrap_or_default()
    }

    fn is_smooth(&self, one: u32, other: u32) -> bool {
        let color = |number: u32| self.unique.colors().get(number as usize).copied().unwrap_or_default();
        contrast(color(one), color(other)) <= SMOOTH
    }

    fn is_step(&self, one: u32, other: u32) -> bool {
        let point = |number: u32| self.palette.get(usize::from(self.becomes(number))).copied().unwrap_or_default();
        distance(point(one), point(other)) >= self.step as i32
    }
}

#[cfg(test)]
mod tests {
    use super::super::point::point;
    use super::*;
    use crate::image::{Image, Layout};

    #[test]
    fn a_coarse_gradient_has_bands_either_way() {
        let data: Vec<u8> = (0..=255).flat_map(|n| [n, n, n]).collect();
        let map: Vec<u8> = (0..=255).map(|n| n / 8).collect();
        let coarse: Vec<_> = (0..32_u8).map(|n| point([n * 8, n * 8, n * 8, 255])).collect();
        let fine: Vec<_> = (0..=255_u8).map(|n| point([n, n, n, 255])).collect();
        let exact: Vec<u8> = (0..=255).collect();
        for (width, height) in [(256, 1), (1, 256)] {
            let image = Image::new(width, height, Layout::Rgb, data.clone()).unwrap();
            let unique = &Unique::exact(&image, 256).unwrap().unwrap();
            assert!(bands(&Mapped { unique, palette: &coarse, map: &map, step: Step::Coarse }, width) > 0.05);
            assert!(bands(&Mapped { unique, palette: &fine, map: &exact, step: Step::Fine }, width) < 1e-9);
        }
    }
}
