//! Samples to quantized coefficients: a forward DCT in single precision with one multiplication for scale and step.
//! The portable kernel, and the choice of the fast one; both give exactly the same.

use super::band::Samples;
use super::steps::Steps;
use super::zigzag::FROM_COLUMNS;

/// One block's coefficients as fractions of their steps, column by column.
pub(super) type Scaled = [[f32; 8]; 8];

/// One block, quantized, column by column. What `mask` does not name is to be taken for zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) values: [[i16; 8]; 8],
    /// Which coefficients but the first are not zero: bit `k` is place `k` in the file.
    pub(super) mask: u64,
}

impl Levels {
    pub(super) const ZERO: Self = Self { values: [[0; 8]; 8], mask: 0 };
}

/// Which instructions the work is done with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernel {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernel {
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if crate::processor::has_avx2() {
            return Self::Avx2;
        }
        Self::Portable
    }

    /// The transform and the quantization of a block.
    pub(super) fn quantize(self, samples: &Samples, steps: &Steps, levels: &mut Levels) {
        match self {
            Self::Portable => quantize(samples, steps, levels),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::transform::quantize(samples, steps, levels),
        }
    }

    /// The transform alone, and the mask that `Levels` would have.
    pub(super) fn scale(self, samples: &Samples, steps: &Steps) -> (Scaled, u64) {
        match self {
            Self::Portable => scale(samples, steps),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::transform::scale(samples, steps),
        }
    }
}

fn quantize(samples: &Samples, steps: &Steps, levels: &mut Levels) {
    let (scaled, mask) = scale(samples, steps);
    for (to, from) in levels.values.as_flattened_mut().iter_mut().zip(scaled.as_flattened()) {
        *to = rounded(*from);
    }
    levels.mask = mask;
}

/// The nearest integer, the even one of two. Coefficients are below 1,025, their levels too.
pub(super) fn rounded(value: f32) -> i16 {
    /// 1.5 * 2^23: floats around it have no fraction.
    const WHOLE: f32 = 12_582_912.0;
    #[expect(clippy::cast_possible_truncation, reason = "below 1,025")]
    let level = ((value + WHOLE) - WHOLE) as i16;
    level
}

/// A mask of places column by column to one of places in the file.
#[inline]
pub(super) fn in_file_order(mut columns: u64) -> u64 {
    let mut mask = 0;
    while columns != 0 {
        mask |= 1 << FROM_COLUMNS[columns.trailing_zeros() as usize % 64];
        columns &= columns - 1;
    }
    mask
}

fn scale(samples: &Samples, steps: &Steps) -> (Scaled, u64) {
    let mut block = samples.map(|row| row.map(|sample| f32::from(sample) - 128.0));
    pass(&mut block);
    let mut block = transposed(&block);
    pass(&mut block);
    for (row, reciprocals) in block.iter_mut().zip(steps.reciprocals()) {
        for (value, reciprocal) in row.iter_mut().zip(reciprocals) {
            *value *= reciprocal;
        }
    }
    let mut columns = 0;
    for (index, value) in block.as_flattened().iter().enumerate() {
        columns |= u64::from(value.abs() >= steps.threshold()) << index;
    }
    (block, in_file_order(columns & !1))
}

fn transposed(block: &Scaled) -> Scaled {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

/// The one-dimensional transform of Arai, Agui and Nakajima down all eight columns.
fn pass(rows: &mut Scaled) {
    for lane in 0..8 {
        let column = dct(rows.map(|row| row[lane]));
        for (row, value) in rows.iter_mut().zip(column) {
            row[lane] = value;
        }
    }
}

/// The same operations in the same order as the AVX2 kernel, so that results are equal to the bit.
fn dct(x: [f32; 8]) -> [f32; 8] {
    let (sum0, sum1, sum2, sum3) = (x[0] + x[7], x[1] + x[6], x[2] + x[5], x[3] + x[4]);
    let (diff0, diff1, diff2, diff3) = (x[0] - x[7], x[1] - x[6], x[2] - x[5], x[3] - x[4]);

    let (outer, inner) = (sum0 + sum3, sum1 + sum2);
    let (outer_diff, inner_diff) = (sum0 - sum3, sum1 - sum2);
    let turned = (inner_diff + outer_diff) * ROTATE_QUARTER;

    let (odd0, odd1, odd2) = (diff3 + diff2, diff2 + diff1, diff1 + diff0);
    let shared = (odd0 - odd2) * ROTATE_SHARED;
    let low = odd0 * ROTATE_LOW + shared;
    let high = odd2 * ROTATE_HIGH + shared;
    let middle = odd1 * ROTATE_QUARTER;
    let (near, far) = (diff0 + middle, diff0 - middle);

    [
        outer + inner,
        near + high,
        outer_diff + turned,
        far - low,
        outer - inner,
        far + low,
        outer_diff - turned,
        near - high,
    ]
}

/// cos(pi / 4).
pub(super) const ROTATE_QUARTER: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// cos(3 pi / 8).
pub(super) const ROTATE_SHARED: f32 = 0.382_683_43;
/// cos(pi / 8) - cos(3 pi / 8).
pub(super) const ROTATE_LOW: f32 = 0.541_196_1;
/// cos(pi / 8) + cos(3 pi / 8).
pub(super) const ROTATE_HIGH: f32 = 1.306_563;

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    fn blocks() -> impl Iterator<Item = Samples> {
        let mut noise = Noise::new(7);
        let mut random: Vec<Samples> = (0..500).map(|_| [[0; 8]; 8].map(|row| row.map(|_: u8| noise.byte()))).collect();
        random
            .extend((0..500).map(|_| [[0; 8]; 8].map(|row| row.map(|_: u8| if noise.byte() < 128 { 0 } else { 255 }))));
        random.extend([[[0; 8]; 8], [[255; 8]; 8], [[128; 8]; 8]]);
        random.into_iter()
    }

    /// The definition (T.81, A.3.3), in double precision.
    fn definition(samples: &Samples, row: usize, column: usize) -> f64 {
        let factor = |k: usize| if k == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        let wave = |x: usize, k: usize| ((2 * x + 1) as f64 * k as f64 * std::f64::consts::PI / 16.0).cos();
        let mut sum = 0.0;
        for (y, line) in samples.iter().enumerate() {
            for (x, sample) in line.iter().enumerate() {
                sum += (f64::from(*sample) - 128.0) * wave(y, row) * wave(x, column);
            }
        }
        sum * factor(row) * factor(column) / 4.0
    }

    #[test]
    fn the_transform_is_the_definition() {
        let steps = Steps::new([1; 64], 0.6);
        for samples in blocks().step_by(50) {
            let (scaled, _) = scale(&samples, &steps);
            for (place, ours) in scaled.as_flattened().iter().enumerate() {
                let (ours, right) = (f64::from(*ours), definition(&samples, place % 8, place / 8));
                assert!((ours - right).abs() < 0.001, "{place}: {ours} for {right}");
            }
        }
    }

    #[test]
    fn kernels_agree_to_the_bit() {
        let tables = [[1; 64], std::array::from_fn(|place| u8::try_from(place * 3 + 2).unwrap()), [255; 64]];
        for table in tables {
            let steps = Steps::new(table, 0.6);
            for samples in blocks() {
                assert_eq!(scale(&samples, &steps), Kernel::detect().scale(&samples, &steps));
                let (mut ours, mut fast) = (Levels::ZERO, Levels::ZERO);
                quantize(&samples, &steps, &mut ours);
                Kernel::detect().quantize(&samples, &steps, &mut fast);
                assert_eq!(ours, fast);
            }
        }
    }
}
