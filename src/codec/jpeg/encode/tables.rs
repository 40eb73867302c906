//! Quality to quantization tables: jpegli's matrices, bent a little and scaled so that a number gives the score that it has
//! elsewhere. Knows no pixels.

use super::matrices::{BLUE, HALF_CHROMA, LUMA, RED};
use super::planes::Sampling;
use super::steps::Table;
use crate::codec::calibration::JPEG;
use crate::codec::encode::{Quality, Speed};

/// How much coarser the highest frequency of brightness becomes; those between by their distance from the first.
/// Against jpegli's own growth of low frequencies (`kExponent`) and no tilt: 0.95x the bytes at equal SSIMULACRA2 between 60
/// and 82, 0.90x between 25 and 60, 1.00x between 80 and 88, with `MEAN`; ten photographs at 640 pixels. Without `MEAN` and
/// with finer color, tilts of 0, 0.25, 0.6 and 1 gave 0.981x, 0.972x, 0.964x and 0.961x; above 80, more tilt costs.
const TILT: f32 = 0.8;

/// How much finer means become. 0.65 takes 0.5 % more bytes at equal score, and so, about, does 1.
const MEAN: f32 = 0.8;

/// The tables of the components in their order.
pub(super) fn tables(quality: Quality, sampling: Sampling, speed: Speed) -> [Table; 3] {
    tables_at(JPEG.setting(quality, speed), sampling)
}

fn tables_at(scale: f32, sampling: Sampling) -> [Table; 3] {
    let chroma = |matrix: &[f32; 64]| {
        table(scale, |place| matrix[place] * if sampling == Sampling::Half { HALF_CHROMA[place] } else { 1.0 })
    };
    let luma = table(scale, |place| LUMA[place] * tilt(place));
    [luma, chroma(&BLUE), chroma(&RED)]
}

fn tilt(place: usize) -> f32 {
    1.0 + TILT * (place / 8 + place % 8) as f32 / 14.0
}

fn table(scale: f32, weight: impl Fn(usize) -> f32) -> Table {
    std::array::from_fn(|place| {
        let mean = if place == 0 { MEAN } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 255")]
        let step = (scale * mean * weight(place)).round().clamp(1.0, 255.0) as u8;
        step
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_quality_never_has_larger_steps() {
        for sampling in [Sampling::Gray, Sampling::Half, Sampling::Full] {
            let mut before = [[u8::MAX; 64]; 3];
            for number in 1..=100 {
                let quality = Quality::new(number.into()).unwrap();
                let now = tables(quality, sampling, Speed::Balanced);
                for (old, new) in before.as_flattened().iter().zip(now.as_flattened()) {
                    assert!(new <= old, "quality {number}");
                }
                before = now;
            }
            assert_eq!(before, [[1; 64]; 3], "the best quality rounds only");
        }
    }
}
