//! What error a quality allows. Figures only.

use crate::codec::encode::Quality;

pub(super) struct Bound {
    /// Mean squared errors, in quarter levels, at which boxes are split no more: the next where the one before leaves bands.
    pub(super) splits: [f64; 5],
    /// The error above which 256 colors are too few.
    pub(super) error: f64,
    /// Bands per pixel, likewise.
    pub(super) bands: f64,
}

/// At quality 75, where it brings screenshots and drawings to the SSIMULACRA2 of sharp's `png({ quality: 75 })`: of 18 the
/// mean is 2 above. At 45 it is 4 above for 8 % more bytes, at 70 equal for 8 % less.
const SPLIT_AT_75: f64 = 50.0;
/// At quality 75. Detailed photographs have 150 and 180 with 256 colors, and score 2 above sharp's. Color bars with noise,
/// where the score falls below zero, have 1140.
const ERROR_AT_75: f64 = 250.0;
/// Screenshots have up to 0.0015, gradients that are seen to be stepped 0.05, and with 256 colors 0.0005 or less.
const BANDS: f64 = 0.0016;

impl Bound {
    /// Errors double every twenty steps, and stop where the picture would: at 6 times those of 75 screenshots score 35 and more.
    pub(super) fn of(quality: Quality) -> Self {
        let factor = 2_f64.powf((75.0 - f64::from(quality.get())) / 20.0);
        let split = SPLIT_AT_75 * factor.min(6.0);
        // Twice is above what the coarsest split leaves, and below what noise does.
        let error = ERROR_AT_75 * factor.min(2.0);
        Self { splits: [split, split / 2.0, split / 4.0, split / 12.0, 0.0], error, bands: BANDS }
    }
}
