//! Colors that means lose: the tip of a glow, a red dot on a gray page. Those that are farthest from all of a palette are added to it.

use super::nearest::MAX_TARGETS;
use super::point::{Point, distance, point};
use super::refine::Refined;
use super::unique::Unique;
use crate::error::Result;
use crate::limits::reserve;

/// At most so many, so that what noise scatters does not fill the palette.
const MOST: usize = 8;
/// A squared distance, in quarter levels, that is another color: 8 levels of gray.
const OTHER: i32 = 32 * 32;
/// The same where it is the 17th color, which takes a byte for each pixel instead of a half: 40 levels of gray.
const FAR: i32 = 160 * 160;
const HALF_BYTE_COLORS: usize = 16;
/// What a color must weigh: a single pixel is nothing that is seen.
const LEAST_WEIGHT: u64 = 4;

pub(super) fn rescue(unique: &Unique, points: &[Point], refined: &mut Refined) -> Result<()> {
    let room = MAX_TARGETS.saturating_sub(refined.palette.len()).min(MOST);
    if room == 0 {
        return Ok(());
    }
    let palette = super::points(&refined.palette)?;
    let mut distances = reserve(points.len() as u64)?;
    let color = |index: &u8| palette.get(usize::from(*index)).copied().unwrap_or_default();
    distances.extend(points.iter().zip(&refined.map).map(|(point, index)| distance(*point, color(index))));
    for _ in 0..room {
        let least = if refined.palette.len() == HALF_BYTE_COLORS { FAR } else { OTHER };
        let Some(lost) = farthest(unique, &distances, least) else { break };
        let Ok(index) = u8::try_from(refined.palette.len()) else { break };
        refined.palette.push(lost);
        let lost = point(lost);
        for ((point, nearest), known) in points.iter().zip(&mut distances).zip(&mut refined.map) {
            let new = distance(*point, lost);
            if new < *nearest {
                (*nearest, *known) = (new, index);
            }
        }
    }
    Ok(())
}

/// The first of equals.
fn farthest(unique: &Unique, distances: &[i32], least: i32) -> Option<[u8; 4]> {
    let colors = unique.colors().iter().zip(unique.weights()).zip(distances);
    let seen = colors.filter(|((_, weight), distance)| **weight >= LEAST_WEIGHT && **distance >= least);
    let farthest = seen.reduce(|one, other| if other.1 > one.1 { other } else { one });
    farthest.map(|((color, _), _)| *color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Image, Layout};

    #[test]
    fn a_dot_of_another_color_keeps_it_and_a_pixel_does_not() {
        let mut data = [[240_u8; 3]; 64 * 64];
        data[70] = [20, 200, 40];
        data[1000..1008].fill([220, 30, 30]);
        let image = Image::new(64, 64, Layout::Rgb, data.concat()).unwrap();
        let unique = Unique::exact(&image, 256).unwrap().unwrap();
        let points = super::super::points(unique.colors()).unwrap();
        let mut refined = Refined { palette: vec![[240, 240, 240, 255]], map: vec![0; 3], error: 0.0 };
        rescue(&unique, &points, &mut refined).unwrap();
        assert_eq!(refined.palette, [[240, 240, 240, 255], [220, 30, 30, 255]]);
        assert_eq!(unique.colors()[2], [220, 30, 30, 255]);
        assert_eq!(refined.map, [0, 0, 1]);
    }
}
