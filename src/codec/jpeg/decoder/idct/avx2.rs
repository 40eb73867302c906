//! The transforms with AVX2, two blocks at once: one in the lower half of each register, the other in the upper.
//! Agrees exactly with the portable ones.
#![expect(unsafe_code, reason = "SIMD kernels; the portable twin is tested against them")]

#[allow(clippy::wildcard_imports, reason = "a list of intrinsics says less than their uses")]
use std::arch::x86_64::*;

use super::super::block::Block;
use super::Kernels;
use super::portable::{EVEN, FULL_SHIFTS, HALF, HALF_1, HALF_3, HALF_SHIFTS, ODD_51, ODD_73, ODD_SUMS, Rotation, bias};
use crate::processor::has_avx2;

/// Proof that the processor has AVX2 and BMI2.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Avx2(());

impl Avx2 {
    pub(in super::super) fn detect() -> Option<Self> {
        has_avx2().then_some(Self(()))
    }
}

impl Kernels for Avx2 {
    #[inline(always)]
    fn full(self, pair: &[Block; 2], out: &mut [u8], stride: usize) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { full(pair, out, stride) }
    }

    #[inline(always)]
    fn half(self, pair: &[Block; 2], out: &mut [u8], stride: usize) {
        // SAFETY: `self` exists only where AVX2 was detected.
        unsafe { half(pair, out, stride) }
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn full(pair: &[Block; 2], out: &mut [u8], stride: usize) {
    let Some(out) = out.get_mut(..7 * stride + 16) else { return };
    let mut v = [_mm256_setzero_si256(); 8];
    for (index, v) in v.iter_mut().enumerate() {
        let [first, second] = [0, 1].map(|at: usize| {
            let column: &[i16; 8] = &pair[at].0.as_chunks::<8>().0[index];
            // SAFETY: 16 bytes of `column`; unaligned loads are allowed.
            unsafe { _mm_loadu_si128(column.as_ptr().cast()) }
        });
        *v = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(first), second);
    }
    let v = transposed(passed::<{ FULL_SHIFTS[0].cast_signed() }>(v, bias(FULL_SHIFTS[0], false)));
    let v = passed::<{ FULL_SHIFTS[1].cast_signed() }>(v, bias(FULL_SHIFTS[1], true));
    for (index, rows) in v.as_chunks::<2>().0.iter().enumerate() {
        let packed = _mm256_packus_epi16(rows[0], rows[1]);
        let rows = _mm256_permute4x64_epi64::<0b11_01_10_00>(packed);
        // SAFETY: `out` has 16 bytes from the start of each of the 8 rows on; unaligned stores are allowed.
        unsafe {
            let at = out.as_mut_ptr().add(2 * index * stride);
            _mm_storeu_si128(at.cast(), _mm256_castsi256_si128(rows));
            _mm_storeu_si128(at.add(stride).cast(), _mm256_extracti128_si256::<1>(rows));
        }
    }
}

/// One transform pass along the registers.
#[inline]
#[target_feature(enable = "avx2")]
fn passed<const SHIFT: i32>(v: [__m256i; 8], bias: i32) -> [__m256i; 8] {
    let bias = _mm256_set1_epi32(bias);
    let (t2, t3) = rotated(v[2], v[6], EVEN);
    let t0 = widened(_mm256_add_epi16(v[0], v[4]), bias);
    let t1 = widened(_mm256_sub_epi16(v[0], v[4]), bias);
    let (y0, y2) = rotated(v[7], v[3], ODD_73);
    let (y1, y3) = rotated(v[5], v[1], ODD_51);
    let (y4, y5) = rotated(_mm256_add_epi16(v[1], v[7]), _mm256_add_epi16(v[3], v[5]), ODD_SUMS);
    let (o0, o7) = butterfly::<SHIFT>(sum(t0, t3), sum(y3, y4));
    let (o1, o6) = butterfly::<SHIFT>(sum(t1, t2), sum(y2, y5));
    let (o2, o5) = butterfly::<SHIFT>(difference(t1, t2), sum(y1, y5));
    let (o3, o4) = butterfly::<SHIFT>(difference(t0, t3), sum(y0, y4));
    [o0, o1, o2, o3, o4, o5, o6, o7]
}

/// 32-bit numbers for 16 lanes: of the lower halves of the 128-bit parts, and of the upper.
type Wide = [__m256i; 2];

#[inline]
#[target_feature(enable = "avx2")]
fn factors([a, b]: [i16; 2]) -> __m256i {
    _mm256_set1_epi32((i32::from(b) << 16) | (i32::from(a) & 0xffff))
}

#[inline]
#[target_feature(enable = "avx2")]
fn rotated(x: __m256i, y: __m256i, [first, second]: Rotation) -> (Wide, Wide) {
    let pairs = [_mm256_unpacklo_epi16(x, y), _mm256_unpackhi_epi16(x, y)];
    let (first, second) = (factors(first), factors(second));
    (
        [_mm256_madd_epi16(pairs[0], first), _mm256_madd_epi16(pairs[1], first)],
        [_mm256_madd_epi16(pairs[0], second), _mm256_madd_epi16(pairs[1], second)],
    )
}

/// Times 2^13, plus the bias.
#[inline]
#[target_feature(enable = "avx2")]
fn widened(x: __m256i, bias: __m256i) -> Wide {
    let zero = _mm256_setzero_si256();
    let wide = |half| _mm256_add_epi32(_mm256_srai_epi32::<3>(half), bias);
    [wide(_mm256_unpacklo_epi16(zero, x)), wide(_mm256_unpackhi_epi16(zero, x))]
}

#[inline]
#[target_feature(enable = "avx2")]
fn sum(a: Wide, b: Wide) -> Wide {
    [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])]
}

#[inline]
#[target_feature(enable = "avx2")]
fn difference(a: Wide, b: Wide) -> Wide {
    [_mm256_sub_epi32(a[0], b[0]), _mm256_sub_epi32(a[1], b[1])]
}

#[inline]
#[target_feature(enable = "avx2")]
fn butterfly<const SHIFT: i32>(even: Wide, odd: Wide) -> (__m256i, __m256i) {
    let narrow =
        |wide: Wide| _mm256_packs_epi32(_mm256_srai_epi32::<SHIFT>(wide[0]), _mm256_srai_epi32::<SHIFT>(wide[1]));
    (narrow(sum(even, odd)), narrow(difference(even, odd)))
}

/// Transposes the 8 x 8 numbers of each half.
#[inline]
#[target_feature(enable = "avx2")]
fn transposed(v: [__m256i; 8]) -> [__m256i; 8] {
    let pairs = |a, b| (_mm256_unpacklo_epi16(a, b), _mm256_unpackhi_epi16(a, b));
    let fours = |a, b| (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let eights = |a, b| (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let ((a0, a1), (a2, a3)) = (pairs(v[0], v[1]), pairs(v[2], v[3]));
    let ((a4, a5), (a6, a7)) = (pairs(v[4], v[5]), pairs(v[6], v[7]));
    let ((b0, b1), (b2, b3)) = (fours(a0, a2), fours(a1, a3));
    let ((b4, b5), (b6, b7)) = (fours(a4, a6), fours(a5, a7));
    let ((c0, c1), (c2, c3)) = (eights(b0, b4), eights(b1, b5));
    let ((c4, c5), (c6, c7)) = (eights(b2, b6), eights(b3, b7));
    [c0, c1, c2, c3, c4, c5, c6, c7]
}

#[inline]
#[target_feature(enable = "avx2")]
fn half(pair: &[Block; 2], out: &mut [u8], stride: usize) {
    let Some(out) = out.get_mut(..3 * stride + 8) else { return };
    let [first, second] = [0, 1].map(|at: usize| {
        let columns: &[i16; 16] = &pair[at].0.as_chunks::<16>().0[0];
        // SAFETY: 32 bytes of `columns`; unaligned loads are allowed.
        unsafe { _mm256_loadu_si256(columns.as_ptr().cast()) }
    });
    let low = _mm256_permute2x128_si256::<0x20>(first, second);
    let high = _mm256_permute2x128_si256::<0x31>(first, second);
    let [low, high] = passed_half::<{ HALF_SHIFTS[0].cast_signed() }>(low, high, bias(HALF_SHIFTS[0], false));
    let (even, odd) = (_mm256_unpacklo_epi16(low, high), _mm256_unpackhi_epi16(low, high));
    let (low, high) = (_mm256_unpacklo_epi16(even, odd), _mm256_unpackhi_epi16(even, odd));
    let [low, high] = passed_half::<{ HALF_SHIFTS[1].cast_signed() }>(low, high, bias(HALF_SHIFTS[1], true));
    let packed = _mm256_packus_epi16(low, high);
    let rows = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    // SAFETY: `out` has 8 bytes from the start of each of the 4 rows on; unaligned stores are allowed.
    unsafe {
        let at = out.as_mut_ptr();
        let (top, bottom) = (_mm256_castsi256_si128(rows), _mm256_extracti128_si256::<1>(rows));
        _mm_storel_epi64(at.cast(), top);
        _mm_storel_epi64(at.add(stride).cast(), _mm_unpackhi_epi64(top, top));
        _mm_storel_epi64(at.add(2 * stride).cast(), bottom);
        _mm_storel_epi64(at.add(3 * stride).cast(), _mm_unpackhi_epi64(bottom, bottom));
    }
}

/// One pass along four vectors of four, of which each half of `low` holds the first two and of `high` the last two.
#[inline]
#[target_feature(enable = "avx2")]
fn passed_half<const SHIFT: i32>(low: __m256i, high: __m256i, bias: i32) -> [__m256i; 2] {
    let bias = _mm256_set1_epi32(bias);
    let (even, odd) = (_mm256_unpacklo_epi16(low, high), _mm256_unpackhi_epi16(low, high));
    let sum = _mm256_add_epi32(_mm256_madd_epi16(even, factors([HALF, HALF])), bias);
    let difference = _mm256_add_epi32(_mm256_madd_epi16(even, factors([HALF, -HALF])), bias);
    let outer = _mm256_madd_epi16(odd, factors([HALF_1, HALF_3]));
    let inner = _mm256_madd_epi16(odd, factors([HALF_3, -HALF_1]));
    let shifted = |x| _mm256_srai_epi32::<SHIFT>(x);
    let y0 = shifted(_mm256_add_epi32(sum, outer));
    let y1 = shifted(_mm256_add_epi32(difference, inner));
    let y2 = shifted(_mm256_sub_epi32(difference, inner));
    let y3 = shifted(_mm256_sub_epi32(sum, outer));
    [_mm256_packs_epi32(y0, y1), _mm256_packs_epi32(y2, y3)]
}
