//! The inverse transform of blocks to samples, 8, 4, 2 or 1 of eight in each direction: the N x N transform over the
//! lowest N x N coefficients. Writes to the rows that it is given and to nothing else.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

use super::block::Block;
use super::scale::Scale;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Avx2;
pub(super) use portable::Portable;

/// The transforms that are worth SIMD, two blocks side by side at once. All implementations agree exactly.
pub(super) trait Kernels: Copy {
    /// 8 rows of 16 samples from `out` on.
    fn full(self, pair: &[Block; 2], out: &mut [u8], stride: usize);
    /// 4 rows of 8 samples.
    fn half(self, pair: &[Block; 2], out: &mut [u8], stride: usize);
}

/// Transforms blocks that lie side by side, an even number. `is_flat` says of each whether it has a DC coefficient
/// alone.
#[inline(always)]
pub(super) fn transform<K: Kernels>(
    kernels: K,
    scale: Scale,
    blocks: &[Block],
    is_flat: &[bool],
    out: &mut [u8],
    stride: usize,
) {
    let width = 2 * scale.samples();
    let flat_pairs = is_flat.as_chunks::<2>().0;
    for (index, (pair, flat)) in blocks.as_chunks::<2>().0.iter().zip(flat_pairs).enumerate() {
        let out = out.get_mut(index * width..).unwrap_or_default();
        match scale {
            Scale::Full if flat == &[true, true] => flat_pair(pair, out, stride),
            Scale::Full => kernels.full(pair, out, stride),
            Scale::Half => kernels.half(pair, out, stride),
            Scale::Quarter => quarter(pair, out, stride),
            Scale::Eighth => eighth(pair, out),
        }
    }
}

/// What `full` makes of a DC coefficient alone.
#[inline(always)]
fn flat_pair([first, second]: &[Block; 2], out: &mut [u8], stride: usize) {
    let level = |block: &Block| {
        let dc = i32::from(block.0[0].saturating_mul(4));
        sample(((dc + 16) >> 5) + 128)
    };
    let (first, second) = (level(first), level(second));
    for row in out.chunks_mut(stride.max(1)).take(8) {
        if let Some(samples) = row.first_chunk_mut::<16>() {
            let (left, right) = samples.split_at_mut(8);
            left.fill(first);
            right.fill(second);
        }
    }
}

#[inline(always)]
fn quarter(pair: &[Block; 2], out: &mut [u8], stride: usize) {
    let mut rows = [[0; 4]; 2];
    for (at, block) in pair.iter().enumerate() {
        // Columns first.
        let [dc, low, right, both] = [0, 1, 2, 3].map(|place: usize| i32::from(block.0[place]));
        let (left_sum, left_difference) = (dc + right + 1028, low + both);
        let (right_sum, right_difference) = (dc - right + 1028, low - both);
        rows[0][2 * at] = sample((left_sum + left_difference) >> 3);
        rows[0][2 * at + 1] = sample((right_sum + right_difference) >> 3);
        rows[1][2 * at] = sample((left_sum - left_difference) >> 3);
        rows[1][2 * at + 1] = sample((right_sum - right_difference) >> 3);
    }
    for (row, samples) in out.chunks_mut(stride.max(1)).zip(rows) {
        if let Some(place) = row.first_chunk_mut::<4>() {
            *place = samples;
        }
    }
}

#[inline(always)]
fn eighth(pair: &[Block; 2], out: &mut [u8]) {
    if let Some(place) = out.first_chunk_mut::<2>() {
        *place = [0, 1].map(|at: usize| sample((i32::from(pair[at].0[0]) + 1028) >> 3));
    }
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped to a byte")]
fn sample(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "the numbers of a test are small")]
mod tests {
    use super::*;

    /// N x N samples of N x N coefficients, by the definition.
    fn reference(block: &Block, n: usize) -> Vec<f64> {
        let basis = |k: usize, x: usize| {
            let norm = if k == 0 { (1.0 / n as f64).sqrt() } else { (2.0 / n as f64).sqrt() };
            norm * (std::f64::consts::PI * (2 * x + 1) as f64 * k as f64 / (2 * n) as f64).cos()
        };
        let mut samples = Vec::new();
        for y in 0..n {
            for x in 0..n {
                let mut sum = 0.0;
                for u in 0..n {
                    for v in 0..n {
                        sum += f64::from(block.0[u * n + v]) * basis(u, x) * basis(v, y);
                    }
                }
                samples.push((sum * n as f64 / 8.0 + 128.0).clamp(0.0, 255.0));
            }
        }
        samples
    }

    fn random_pairs(spread: i32, count: usize) -> Vec<[Block; 2]> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 8
        };
        let mut block = || {
            let mut block = Block::ZERO;
            let nonzero = next() % 64;
            for _ in 0..nonzero {
                let at = (next() % 64) as usize;
                block.0[at] = (next().cast_signed() % (2 * spread) - spread) as i16;
            }
            block
        };
        (0..count).map(|_| [block(), block()]).collect()
    }

    fn samples_of<K: Kernels>(kernels: K, scale: Scale, pair: &[Block; 2], flat: bool) -> Vec<u8> {
        let stride = 19;
        let mut out = vec![0; stride * 8];
        transform(kernels, scale, pair, &[flat; 2], &mut out, stride);
        out
    }

    #[test]
    fn agrees_with_the_definition() {
        for (scale, tolerance) in
            [(Scale::Full, 1.02), (Scale::Half, 0.8), (Scale::Quarter, 0.51), (Scale::Eighth, 0.51)]
        {
            let n = scale.samples();
            for pair in random_pairs(200, 500) {
                let samples = samples_of(Portable, scale, &pair, false);
                for (at, block) in pair.iter().enumerate() {
                    for (index, expected) in reference(block, n).into_iter().enumerate() {
                        let got = f64::from(samples[index / n * 19 + at * n + index % n]);
                        assert!((got - expected).abs() <= tolerance, "{scale:?} {got} {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn flat_blocks_are_no_special_case() {
        for dc in (i16::MIN..=i16::MAX).step_by(37) {
            let mut pair = [Block::ZERO; 2];
            pair[0].0[0] = dc;
            pair[1].0[0] = dc.wrapping_mul(3);
            assert_eq!(
                samples_of(Portable, Scale::Full, &pair, true),
                samples_of(Portable, Scale::Full, &pair, false),
                "{dc}"
            );
        }
    }

    #[test]
    fn rows_that_are_too_short_are_left_alone() {
        for scale in Scale::ALL {
            let mut out = [0; 20];
            transform(Portable, scale, &random_pairs(9, 1)[0], &[false; 2], &mut out, 16);
            transform(Portable, scale, &random_pairs(9, 1)[0], &[true; 2], &mut out, 0);
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn avx2_agrees_with_its_twin() {
        let Some(avx2) = Avx2::detect() else { return };
        for spread in [3, 40, 300, 2000, 9000, 32767] {
            for pair in random_pairs(spread, 2000) {
                for scale in [Scale::Full, Scale::Half] {
                    assert_eq!(samples_of(avx2, scale, &pair, false), samples_of(Portable, scale, &pair, false));
                }
            }
        }
    }
}
