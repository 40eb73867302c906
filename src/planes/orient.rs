//! Turns and mirrors planes so that a picture stands upright, by the numbers of EXIF. Moves samples, never mixes them.

use super::{Plane, Planes};
use crate::error::Result;
use crate::limits;

/// Samples of a block that is turned at once: what a row of the target gathers from 32 rows stays in the first cache.
const BLOCK: usize = 32;

/// The upright picture. 1 and what is no orientation change nothing.
pub fn orient(picture: Planes, orientation: u8) -> Result<Planes> {
    if !(2..=8).contains(&orientation) {
        return Ok(picture);
    }
    let range = picture.range();
    let (luma, chroma) = picture.into_planes();
    let luma = upright(luma, orientation)?;
    let Some((subsampling, [blue, red])) = chroma else { return Ok(Planes::gray(luma, range)) };
    let subsampling = if orientation >= 5 { subsampling.turned() } else { subsampling };
    Planes::color(luma, subsampling, [upright(blue, orientation)?, upright(red, orientation)?], range)
}

/// Mirrors are made in place; for a turn there is a second plane for a while.
fn upright(plane: Plane, orientation: u8) -> Result<Plane> {
    let mut plane = if orientation >= 5 { transposed(&plane)? } else { plane };
    if matches!(orientation, 2 | 3 | 6 | 7) {
        plane.rows_mut().for_each(<[u8]>::reverse);
    }
    if matches!(orientation, 3 | 4 | 7 | 8) {
        flip(&mut plane);
    }
    Ok(plane)
}

fn flip(plane: &mut Plane) {
    let mut rows = plane.rows_mut();
    while let (Some(upper), Some(lower)) = (rows.next(), rows.next_back()) {
        upper.swap_with_slice(lower);
    }
}

fn transposed(plane: &Plane) -> Result<Plane> {
    let mut data = limits::zeroed(plane.data().len() as u64)?;
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    for (band, rows) in data.chunks_mut(BLOCK * height).zip((0..width).step_by(BLOCK)) {
        for left in (0..height).step_by(BLOCK) {
            transpose(plane, (rows, left), band, height);
        }
    }
    Plane::new(plane.height(), plane.width(), data)
}

/// One block of a band of target rows: source columns from `column` on, source rows from `row` on.
fn transpose(plane: &Plane, (column, row): (usize, usize), band: &mut [u8], stride: usize) {
    for (x, target) in band.chunks_exact_mut(stride).enumerate() {
        let end = (row + BLOCK).min(stride);
        let samples = plane.data().get(row * plane.width() as usize + column + x..).unwrap_or_default();
        let source = samples.iter().step_by(plane.width() as usize);
        for (target, sample) in target.get_mut(row..end).unwrap_or_default().iter_mut().zip(source) {
            *target = *sample;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planes::{Range, Subsampling};

    /// What a camera stores for an upright picture of two columns and three rows: a b / c d / e f.
    #[test]
    fn each_orientation_gives_the_same_upright_picture() {
        let stored: [(u8, (u32, u32), &[u8; 6]); 8] = [
            (1, (2, 3), b"abcdef"),
            (2, (2, 3), b"badcfe"),
            (3, (2, 3), b"fedcba"),
            (4, (2, 3), b"efcdab"),
            (5, (3, 2), b"acebdf"),
            (6, (3, 2), b"bdface"),
            (7, (3, 2), b"fdbeca"),
            (8, (3, 2), b"ecafdb"),
        ];
        for (number, (width, height), samples) in stored {
            let plane = Plane::new(width, height, samples.to_vec()).unwrap();
            let upright = orient(Planes::gray(plane, Range::Full), number).unwrap();
            assert_eq!((upright.width(), upright.height()), (2, 3), "orientation {number}");
            assert_eq!(upright.luma().data(), b"abcdef", "orientation {number}");
        }
    }

    #[test]
    fn there_and_back_is_where_it_was() {
        let ramp = |width: u32, height: u32| {
            let data = (0..width * height).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]);
            Plane::new(width, height, data.collect()).unwrap()
        };
        for (width, height) in [(1, 1), (65, 33), (100, 7), (31, 64), (3, 130)] {
            for subsampling in [Subsampling::BOTH, Subsampling::ACROSS, Subsampling::NONE] {
                let (w, h) = subsampling.size((width, height));
                let chroma = [ramp(w, h), ramp(w, h)];
                let picture = Planes::color(ramp(width, height), subsampling, chroma, Range::Full).unwrap();
                for (there, back) in [(2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6), (9, 0)] {
                    let turned = orient(picture.clone(), there).unwrap();
                    assert_eq!(orient(turned, back).unwrap(), picture, "{there}, {width}x{height}");
                }
            }
        }
    }
}
