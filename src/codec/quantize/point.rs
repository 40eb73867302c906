//! Colors as points whose distance is the error that is seen. Knows no palette.

use crate::error::Result;
use crate::limits::reserve;

/// Luma, two color differences, alpha; in quarters of a level, so that sums of four squares stay below 2^23.
pub(super) type Point = [i16; 4];

/// The mean of the squared errors on black and on white: with premultiplied color `p` and coverage `a` an error is `dp` on
/// black and `dp - da` on white, and the mean of the squares is that of `p - a / 2` plus that of `a / 2`. What is
/// transparent has thereby no color, and alpha weighs as much as it shows.
pub(super) fn point([r, g, b, a]: [u8; 4]) -> Point {
    let alpha = i32::from(a);
    let on_gray = |sample: u8| (i32::from(sample) * alpha * 4 + 127) / 255 + 2 * (255 - alpha);
    let (r, g, b) = (on_gray(r), on_gray(g), on_gray(b));
    let luma = (77 * r + 150 * g + 29 * b + 128) >> 8;
    // Color differences at 3/4 and 5/8. Tried by SSIMULACRA2: at 1/2 and 3/8 screenshots score 0.8 less at equal bytes.
    #[expect(clippy::cast_possible_truncation, reason = "none exceeds 1020")]
    [luma, (r - luma) * 3 / 4, (b - luma) * 5 / 8, alpha * 2].map(|coordinate| coordinate as i16)
}

pub(super) const fn is_opaque([.., alpha]: Point) -> bool {
    alpha == 2 * 255
}

pub(super) fn points(colors: &[[u8; 4]]) -> Result<Vec<Point>> {
    let mut points = reserve(colors.len() as u64)?;
    points.extend(colors.iter().map(|color| point(*color)));
    Ok(points)
}

pub(super) fn distance(one: Point, other: Point) -> i32 {
    one.iter().zip(other).map(|(one, other)| (i32::from(*one) - i32::from(other)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invisible_has_no_distance() {
        assert_eq!(distance(point([255, 0, 9, 0]), point([0, 200, 100, 0])), 0);
        assert!(distance(point([255, 0, 9, 128]), point([255, 0, 9, 255])) > 0);
    }

    #[test]
    fn distances_leave_room_for_a_number() {
        let corners = (0..16_u8).map(|n| [n & 1, n >> 1 & 1, n >> 2 & 1, n >> 3].map(|bit| bit * 255));
        let most = corners.clone().flat_map(|a| corners.clone().map(move |b| distance(point(a), point(b)))).max();
        assert!(most.unwrap() < 1 << 23);
    }
}
