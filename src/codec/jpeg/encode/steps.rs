//! What a component's coefficients are divided by: the quantization table, ready for the transform.

use super::zigzag::NATURAL;

/// A quantization table, row by row: each figure from 1 to 255.
pub(super) type Table = [u8; 64];

/// Scale that the transform of Arai, Agui and Nakajima leaves on each row and column: sqrt(2) * cos(k * pi / 16), and 1
/// for the first.
const LEFT: [f64; 8] = [
    1.0,
    1.387_039_845_322_148,
    1.306_562_964_876_377,
    1.175_875_602_419_359,
    1.0,
    0.785_694_958_387_102,
    0.541_196_100_146_197,
    0.275_899_379_282_943,
];

pub(super) struct Steps {
    table: Table,
    reciprocals: [[f32; 8]; 8],
    /// The table, column by column.
    weights: [[f32; 8]; 8],
    threshold: f32,
}

impl Steps {
    /// Levels below `threshold` become zero; it is above a half, so that what is left rounds to at least one.
    pub(super) fn new(table: Table, threshold: f32) -> Self {
        let (mut reciprocals, mut weights) = ([[0.0; 8]; 8], [[0.0; 8]; 8]);
        for (place, step) in table.iter().enumerate() {
            let (row, column) = (place / 8, place % 8);
            #[expect(clippy::cast_possible_truncation, reason = "rounding is what is wanted")]
            let reciprocal = (1.0 / (f64::from(*step) * 8.0 * LEFT[row] * LEFT[column])) as f32;
            reciprocals[column][row] = reciprocal;
            weights[column][row] = f32::from(*step);
        }
        Self { table, reciprocals, weights, threshold }
    }

    /// In the transform's order: column by column.
    pub(super) const fn reciprocals(&self) -> &[[f32; 8]; 8] {
        &self.reciprocals
    }

    pub(super) const fn threshold(&self) -> f32 {
        self.threshold
    }

    /// The energy of a block but for its mean: the sum of squares of its coefficients, which are fractions of steps.
    pub(super) fn energy(&self, scaled: &[[f32; 8]; 8]) -> f32 {
        let mut sums = [0.0; 8];
        for (row, weights) in scaled.iter().zip(&self.weights) {
            for ((sum, value), weight) in sums.iter_mut().zip(row).zip(weights) {
                *sum += (value * weight) * (value * weight);
            }
        }
        let mean = scaled[0][0] * self.weights[0][0];
        (sums.iter().sum::<f32>() - mean * mean).max(0.0)
    }

    /// The step of place `index` in the file's order.
    pub(super) fn in_file_order(&self) -> [u8; 64] {
        NATURAL.map(|place| self.table[usize::from(place) % 64])
    }
}
