//! What an encoder is told for a quality, on its own scale: by points that `npm run calibrate` finds. Knows no encoder.

mod points;

pub(super) use points::{AOM, JPEG, RAVIF, SVT_AV1, WEBP};

use super::encode::{Quality, Speed};

/// A quality and the encoder's own setting for it.
type Point = (u8, f32);

/// The points of each speed, by ascending quality: from 1 to 100.
pub(super) struct Curves {
    fast: &'static [Point],
    balanced: &'static [Point],
    small: &'static [Point],
}

impl Curves {
    /// On the straight line between the two nearest points.
    pub(super) fn setting(&self, quality: Quality, speed: Speed) -> f32 {
        interpolate(self.points(speed), quality.get())
    }

    const fn points(&self, speed: Speed) -> &'static [Point] {
        match speed {
            Speed::Fast | Speed::Lean => self.fast,
            Speed::Balanced => self.balanced,
            Speed::Small => self.small,
        }
    }
}

fn interpolate(points: &[Point], quality: u8) -> f32 {
    let place = points.partition_point(|(at, _)| *at < quality);
    let above = points.get(place).or(points.last()).copied().unwrap_or_default();
    let below = points.get(place.saturating_sub(1)).copied().unwrap_or(above);
    let share = f32::from(quality.saturating_sub(below.0)) / f32::from(above.0.saturating_sub(below.0).max(1));
    below.1 + (above.1 - below.1) * share.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_run_through_their_points() {
        let points = [(1, 1.0), (50, 30.5), (100, 90.0)];
        for (quality, setting) in [(1, 1.0), (50, 30.5), (75, 60.25), (100, 90.0)] {
            assert!((interpolate(&points, quality) - setting).abs() < 0.01, "{quality}");
        }
    }

    #[test]
    fn curves_cover_all_qualities_and_never_turn() {
        for (curves, is_finer_below) in [(AOM, true), (JPEG, true), (RAVIF, false), (SVT_AV1, true), (WEBP, false)] {
            for points in [curves.fast, curves.balanced, curves.small] {
                assert_eq!(
                    (points.first().map(|point| point.0), points.last().map(|point| point.0)),
                    (Some(1), Some(100))
                );
                for pair in points.windows(2) {
                    let ((before, from), (after, to)) = (pair[0], pair[1]);
                    assert!(before < after, "{pair:?}");
                    assert!(if is_finer_below { to <= from } else { to >= from }, "{pair:?}");
                }
            }
        }
    }
}
