//! Interleaved RGB rows to brightness and color, 16 pixels at a time. Twin: `color`, which also does the rest of each row.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi16, _mm_loadu_si128, _mm_maddubs_epi16, _mm_or_si128, _mm_packs_epi32,
    _mm_packus_epi16, _mm_set1_epi8, _mm_set1_epi16, _mm_setr_epi8, _mm_shuffle_epi8, _mm_storel_epi64,
    _mm_storeu_si128, _mm_unpackhi_epi16, _mm_unpacklo_epi16, _mm256_add_epi32, _mm256_castsi256_si128,
    _mm256_cvtepu8_epi16, _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_packs_epi32, _mm256_set_m128i,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_srai_epi32, _mm256_unpackhi_epi16, _mm256_unpacklo_epi16,
};

use super::super::color::{self, BLUE, LUMA, RED, chroma_of, half_chroma_of, luma_of};

/// Bytes of 16 pixels.
const GROUP: usize = 48;

pub(in super::super) fn luma(row: &[u8], luma: &mut [u8]) {
    // SAFETY: `Kernel::detect` names this kernel only where the processor has AVX2, BMI1 and BMI2.
    unsafe { luma_row(row, luma) }
}

pub(in super::super) fn chroma(row: &[u8], blue: &mut [u8], red: &mut [u8]) {
    // SAFETY: as in `luma`.
    unsafe { chroma_row(row, blue, red) }
}

pub(in super::super) fn half_chroma(upper: &[u8], lower: &[u8], blue: &mut [u8], red: &mut [u8]) {
    // SAFETY: as in `luma`.
    unsafe { half_chroma_row(upper, lower, blue, red) }
}

#[target_feature(enable = "avx2")]
fn luma_row(row: &[u8], luma: &mut [u8]) {
    let (groups, rest) = row.as_chunks::<GROUP>();
    let (to, rest_to) = luma.as_chunks_mut::<16>();
    for (group, to) in groups.iter().zip(to) {
        store(weighted(split(group), LUMA, 1 << 14), to);
    }
    luma_of(rest, rest_to);
}

#[target_feature(enable = "avx2")]
fn chroma_row(row: &[u8], blue: &mut [u8], red: &mut [u8]) {
    let (groups, rest) = row.as_chunks::<GROUP>();
    let (blue, rest_blue) = blue.as_chunks_mut::<16>();
    let (red, rest_red) = red.as_chunks_mut::<16>();
    for ((group, blue), red) in groups.iter().zip(blue).zip(red) {
        let pixels = split(group);
        store(weighted(pixels, BLUE, color::CENTER), blue);
        store(weighted(pixels, RED, color::CENTER), red);
    }
    chroma_of(rest, rest_blue, rest_red);
}

#[target_feature(enable = "avx2")]
fn half_chroma_row(upper: &[u8], lower: &[u8], blue: &mut [u8], red: &mut [u8]) {
    let count = upper.len().min(lower.len()) / GROUP;
    let Some((blue, rest_blue)) = blue.split_at_mut_checked(count * 8) else { return };
    let Some((red, rest_red)) = red.split_at_mut_checked(count * 8) else { return };
    let (upper, rest_upper) = upper.as_chunks::<GROUP>();
    let (lower, rest_lower) = lower.as_chunks::<GROUP>();
    let ((blue, _), (red, _)) = (blue.as_chunks_mut::<8>(), red.as_chunks_mut::<8>());
    for (((upper, lower), blue), red) in upper.iter().zip(lower).zip(blue).zip(red) {
        let (upper, lower) = (split(upper), split(lower));
        let ones = _mm_set1_epi8(1);
        let sum = |a, b| _mm_add_epi16(_mm_maddubs_epi16(a, ones), _mm_maddubs_epi16(b, ones));
        let sums = [sum(upper[0], lower[0]), sum(upper[1], lower[1]), sum(upper[2], lower[2])];
        store_half(weighted_sums(sums, BLUE), blue);
        store_half(weighted_sums(sums, RED), red);
    }
    half_chroma_of(rest_upper, rest_lower, rest_blue, rest_red);
}

/// 16 interleaved pixels to their red, green and blue.
#[inline]
#[target_feature(enable = "avx2")]
fn split(group: &[u8; GROUP]) -> [__m128i; 3] {
    let (parts, _) = group.as_chunks::<16>();
    let load = |index: usize| {
        // SAFETY: each part is the 16 bytes that are read; no alignment is asked for.
        unsafe { _mm_loadu_si128(parts[index].as_ptr().cast()) }
    };
    let (first, second, third) = (load(0), load(1), load(2));
    let join = |a, b, c| {
        let (a, b, c) = (_mm_shuffle_epi8(first, a), _mm_shuffle_epi8(second, b), _mm_shuffle_epi8(third, c));
        _mm_or_si128(_mm_or_si128(a, b), c)
    };
    [
        join(
            _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13),
        ),
        join(
            _mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14),
        ),
        join(
            _mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1),
            _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15),
        ),
    ]
}

/// The weighted sum of 16 pixels and a constant, of 2^15, as bytes.
#[inline]
#[target_feature(enable = "avx2")]
fn weighted(pixels: [__m128i; 3], weights: [i16; 3], constant: i32) -> __m128i {
    let [red, green, blue] = pixels.map(|bytes| _mm256_cvtepu8_epi16(bytes));
    let none = _mm256_set1_epi16(0);
    let (first, second) = (pair(weights[0], weights[1]), pair(weights[2], 0));
    let sum = |red_green, blue_none| {
        let sum = _mm256_add_epi32(_mm256_madd_epi16(red_green, first), _mm256_madd_epi16(blue_none, second));
        _mm256_srai_epi32::<15>(_mm256_add_epi32(sum, _mm256_set1_epi32(constant)))
    };
    let low = sum(_mm256_unpacklo_epi16(red, green), _mm256_unpacklo_epi16(blue, none));
    let high = sum(_mm256_unpackhi_epi16(red, green), _mm256_unpackhi_epi16(blue, none));
    let words = _mm256_packs_epi32(low, high);
    _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words))
}

/// The same of eight sums of four pixels, in the low half.
#[inline]
#[target_feature(enable = "avx2")]
fn weighted_sums(sums: [__m128i; 3], weights: [i16; 3]) -> __m128i {
    let [red, green, blue] = sums;
    let none = _mm_set1_epi16(0);
    let both = |a, b| _mm256_set_m128i(_mm_unpackhi_epi16(a, b), _mm_unpacklo_epi16(a, b));
    let red_green = _mm256_madd_epi16(both(red, green), pair(weights[0], weights[1]));
    let sum = _mm256_add_epi32(red_green, _mm256_madd_epi16(both(blue, none), pair(weights[2], 0)));
    let sum = _mm256_srai_epi32::<17>(_mm256_add_epi32(sum, _mm256_set1_epi32(color::HALF_CENTER)));
    let words = _mm_packs_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    _mm_packus_epi16(words, words)
}

/// Two weights, over and over.
#[inline]
#[target_feature(enable = "avx2")]
fn pair(first: i16, second: i16) -> __m256i {
    let [a, b] = first.to_le_bytes();
    let [c, d] = second.to_le_bytes();
    _mm256_set1_epi32(i32::from_le_bytes([a, b, c, d]))
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(bytes: __m128i, to: &mut [u8; 16]) {
    // SAFETY: `to` is the 16 bytes that are written; no alignment is asked for.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), bytes) };
}

#[inline]
#[target_feature(enable = "avx2")]
fn store_half(bytes: __m128i, to: &mut [u8; 8]) {
    // SAFETY: `to` is the 8 bytes that are written; no alignment is asked for.
    unsafe { _mm_storel_epi64(to.as_mut_ptr().cast(), bytes) };
}
