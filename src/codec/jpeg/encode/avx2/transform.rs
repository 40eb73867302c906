//! The forward DCT and the quantization of a block, eight coefficients at a time. Twin: `transform`.

use std::arch::x86_64::{
    __m256, _CMP_GE_OQ, _mm_cvtsi64_si128, _mm256_add_ps, _mm256_and_ps, _mm256_castsi256_ps, _mm256_cmp_ps,
    _mm256_cvtepi32_ps, _mm256_cvtepu8_epi32, _mm256_cvtps_epi32, _mm256_loadu_ps, _mm256_movemask_ps, _mm256_mul_ps,
    _mm256_packs_epi32, _mm256_permute2f128_ps, _mm256_permute4x64_epi64, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_storeu_si256, _mm256_sub_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps,
};

use super::super::band::Samples;
use super::super::steps::Steps;
use super::super::transform::{Levels, ROTATE_HIGH, ROTATE_LOW, ROTATE_QUARTER, ROTATE_SHARED, Scaled, in_file_order};

pub(in super::super) fn quantize(samples: &Samples, steps: &Steps, levels: &mut Levels) {
    // SAFETY: `Kernel::detect` names this kernel only where the processor has AVX2, BMI1 and BMI2.
    unsafe { quantize_block(samples, steps, levels) }
}

pub(in super::super) fn scale(samples: &Samples, steps: &Steps) -> (Scaled, u64) {
    // SAFETY: as in `quantize`.
    unsafe { scale_block(samples, steps) }
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn quantize_block(samples: &Samples, steps: &Steps, levels: &mut Levels) {
    let block = transform(samples, steps);
    let (pairs, _) = block.as_chunks::<2>();
    let (halves, _) = levels.values.as_chunks_mut::<2>();
    for ([upper, lower], half) in pairs.iter().zip(halves) {
        let packed = _mm256_packs_epi32(_mm256_cvtps_epi32(*upper), _mm256_cvtps_epi32(*lower));
        let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
        // SAFETY: `half` is 16 integers of 16 bits, the 32 bytes that are written; no alignment is asked for.
        unsafe { _mm256_storeu_si256(half.as_mut_ptr().cast(), ordered) };
    }
    levels.mask = mask(&block, steps);
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn scale_block(samples: &Samples, steps: &Steps) -> (Scaled, u64) {
    let block = transform(samples, steps);
    let mut scaled = [[0.0; 8]; 8];
    for (to, from) in scaled.iter_mut().zip(&block) {
        // SAFETY: `to` is 8 floats, the 32 bytes that are written; no alignment is asked for.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), *from) };
    }
    (scaled, mask(&block, steps))
}

/// Which coefficients are at or above the threshold, in the file's order.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn mask(block: &[__m256; 8], steps: &Steps) -> u64 {
    let magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(i32::MAX));
    let threshold = _mm256_set1_ps(steps.threshold());
    let mut columns = 0_u64;
    for (index, row) in block.iter().enumerate() {
        let kept = _mm256_cmp_ps::<_CMP_GE_OQ>(_mm256_and_ps(*row, magnitude), threshold);
        columns |= u64::from(_mm256_movemask_ps(kept).cast_unsigned()) << (index * 8);
    }
    in_file_order(columns & !1)
}

#[inline]
#[target_feature(enable = "avx2")]
fn transform(samples: &Samples, steps: &Steps) -> [__m256; 8] {
    let middle = _mm256_set1_ps(128.0);
    let mut block = [middle; 8];
    for (row, line) in block.iter_mut().zip(samples) {
        let bytes = _mm_cvtsi64_si128(i64::from_le_bytes(*line));
        *row = _mm256_sub_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes)), middle);
    }
    let mut block = dct(transposed(dct(block)));
    for (row, reciprocals) in block.iter_mut().zip(steps.reciprocals()) {
        // SAFETY: `reciprocals` is 8 floats, the 32 bytes that are read; no alignment is asked for.
        *row = _mm256_mul_ps(*row, unsafe { _mm256_loadu_ps(reciprocals.as_ptr()) });
    }
    block
}

#[inline]
#[target_feature(enable = "avx2")]
fn transposed(r: [__m256; 8]) -> [__m256; 8] {
    let low = |a, b| _mm256_unpacklo_ps(a, b);
    let high = |a, b| _mm256_unpackhi_ps(a, b);
    let t = [
        low(r[0], r[1]),
        high(r[0], r[1]),
        low(r[2], r[3]),
        high(r[2], r[3]),
        low(r[4], r[5]),
        high(r[4], r[5]),
        low(r[6], r[7]),
        high(r[6], r[7]),
    ];
    let front = |a, b| _mm256_shuffle_ps::<0b01_00_01_00>(a, b);
    let back = |a, b| _mm256_shuffle_ps::<0b11_10_11_10>(a, b);
    let u = [
        front(t[0], t[2]),
        back(t[0], t[2]),
        front(t[1], t[3]),
        back(t[1], t[3]),
        front(t[4], t[6]),
        back(t[4], t[6]),
        front(t[5], t[7]),
        back(t[5], t[7]),
    ];
    let first = |a, b| _mm256_permute2f128_ps::<0x20>(a, b);
    let second = |a, b| _mm256_permute2f128_ps::<0x31>(a, b);
    [
        first(u[0], u[4]),
        first(u[1], u[5]),
        first(u[2], u[6]),
        first(u[3], u[7]),
        second(u[0], u[4]),
        second(u[1], u[5]),
        second(u[2], u[6]),
        second(u[3], u[7]),
    ]
}

/// The transform down all eight columns: `dct` of the twin, operation by operation.
#[inline]
#[target_feature(enable = "avx2")]
fn dct(x: [__m256; 8]) -> [__m256; 8] {
    let add = |a, b| _mm256_add_ps(a, b);
    let sub = |a, b| _mm256_sub_ps(a, b);
    let times = |a, factor| _mm256_mul_ps(a, _mm256_set1_ps(factor));
    let (sum0, sum1, sum2, sum3) = (add(x[0], x[7]), add(x[1], x[6]), add(x[2], x[5]), add(x[3], x[4]));
    let (diff0, diff1, diff2, diff3) = (sub(x[0], x[7]), sub(x[1], x[6]), sub(x[2], x[5]), sub(x[3], x[4]));

    let (outer, inner) = (add(sum0, sum3), add(sum1, sum2));
    let (outer_diff, inner_diff) = (sub(sum0, sum3), sub(sum1, sum2));
    let turned = times(add(inner_diff, outer_diff), ROTATE_QUARTER);

    let (odd0, odd1, odd2) = (add(diff3, diff2), add(diff2, diff1), add(diff1, diff0));
    let shared = times(sub(odd0, odd2), ROTATE_SHARED);
    let low = add(times(odd0, ROTATE_LOW), shared);
    let high = add(times(odd2, ROTATE_HIGH), shared);
    let middle = times(odd1, ROTATE_QUARTER);
    let (near, far) = (add(diff0, middle), sub(diff0, middle));

    [
        add(outer, inner),
        add(near, high),
        add(outer_diff, turned),
        sub(far, low),
        sub(outer, inner),
        add(far, low),
        sub(outer_diff, turned),
        sub(near, high),
    ]
}
