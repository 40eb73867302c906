//! What error a quality allows. Figures only.

use super::Bands;
use crate::codec::encode::Quality;

pub(super) struct Bound {
    splits: [f64; 5],
    attempts: usize,
    /// The error above which 256 colors are too few.
    pub(super) error: f64,
    /// Likewise, where passages are dithered.
    pub(super) dithered_error: f64,
    /// Bands per pixel, likewise.
    pub(super) bands: f64,
}

/// At quality 75. Of 33 screenshots, pages, drawings, logos and gradients at 640 pixels, beside sharp's `png({ quality: 75 })`, which scores
/// 59.5 against a reference in linear light: 86.2 at x0.955 of the bytes, 2 of them behind it. At 50 87.8 and x1.006, at 200 82.7 and x0.854,
/// 4 behind.
const SPLIT_AT_75: f64 = 100.0;
/// More unique colors than that are texture, which hides errors. Photographs at 640 pixels have 65,000 and more, screenshots up to 15,000.
const TEXTURE_COLORS: usize = 1 << 15;
/// Of texture, by the split of others. Thirteen photographs and drawings at 640 pixels beside sharp's: at 1 four have more bytes, up to x1.13,
/// and one scores less; at 1.5 one and three.
const TEXTURE: f64 = 1.25;
/// At quality 75. Detailed photographs have 150 and 180 with 256 colors, and score 2 above sharp's. Color bars with noise,
/// where the score falls below zero, have 1140.
const ERROR_AT_75: f64 = 250.0;
/// At quality 75: color bars with noise score 32 with patterns, 22 by sharp, and have 0.21 of the bytes of true color.
const DITHERED_ERROR_AT_75: f64 = 1200.0;
/// Screenshots have up to 0.0015, gradients that are seen to be stepped 0.05, and with 256 colors 0.0005 or less.
const BANDS: f64 = 0.0016;

impl Bound {
    /// Errors double every twenty steps, and stop where the picture would: at 3 times those of 75 screenshots score 35 and more against a reference in
    /// gamma light.
    pub(super) fn of(quality: Quality, about_bands: Bands, colors: usize) -> Self {
        let below_75 = 75.0 - f64::from(quality.get());
        let factor = 2_f64.powf(below_75 / 20.0);
        let is_texture = about_bands == Bands::Dithered && colors > TEXTURE_COLORS;
        let split = SPLIT_AT_75 * factor.min(3.0) * if is_texture { TEXTURE } else { 1.0 };
        let attempts = match about_bands {
            Bands::Refused => 5,
            Bands::Dithered if is_texture => 1,
            // Of fifteen gradients, shadows and pages at 640 pixels dithered after one split 2 score less than sharp's, after two 1, after
            // three none, at x0.67, x0.76 and x0.83 of the bytes.
            Bands::Dithered => 2,
        };
        Self {
            splits: [split, split / 2.0, split / 4.0, split / 12.0, 0.0],
            attempts,
            // Twice is above what the coarsest split leaves, and below what noise does.
            error: ERROR_AT_75 * factor.min(2.0),
            // Twice every six steps: from 90 to 95 on photographs get true color.
            dithered_error: DITHERED_ERROR_AT_75 * 2_f64.powf(below_75.min(0.0) / 6.0),
            bands: BANDS,
        }
    }

    /// Mean squared errors, in quarter levels, at which boxes are split no more: the next where the one before leaves bands.
    pub(super) fn splits(&self) -> &[f64] {
        self.splits.get(..self.attempts).unwrap_or(&self.splits)
    }
}
