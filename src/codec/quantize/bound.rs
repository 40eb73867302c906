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

/// At quality 75. Of 33 screenshots, pages, drawings, logos and gradients at 640 pixels, beside sharp's `png({ quality: 75 })`, which scores
/// 59.5 against a reference in linear light: 86.2 at x0.955 of the bytes, 2 of them behind it. At 50 87.8 and x1.006, at 200 82.7 and x0.854,
/// 4 behind.
const SPLIT_AT_75: f64 = 100.0;
/// At quality 75. Detailed photographs have 150 and 180 with 256 colors, and score 2 above sharp's. Color bars with noise,
/// where the score falls below zero, have 1140.
const ERROR_AT_75: f64 = 250.0;
/// Screenshots have up to 0.0015, gradients that are seen to be stepped 0.05, and with 256 colors 0.0005 or less.
const BANDS: f64 = 0.0016;

impl Bound {
    /// Errors double every twenty steps, and stop where the picture would: at 3 times those of 75 screenshots score 35 and more against a reference in
    /// gamma light.
    pub(super) fn of(quality: Quality) -> Self {
        let factor = 2_f64.powf((75.0 - f64::from(quality.get())) / 20.0);
        let split = SPLIT_AT_75 * factor.min(3.0);
        // Twice is above what the coarsest split leaves, and below what noise does.
        let error = ERROR_AT_75 * factor.min(2.0);
        Self { splits: [split, split / 2.0, split / 4.0, split / 12.0, 0.0], error, bands: BANDS }
    }
}
