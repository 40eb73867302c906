//! The resizer's loops with AVX2. Slices of known length everywhere: only the loads and stores are `unsafe`.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_cvtsi32_si128, _mm_loadu_si128, _mm_packs_epi32, _mm_storeu_si128, _mm256_add_epi32,
    _mm256_castsi256_si128, _mm256_cvtepu8_epi16, _mm256_extracti128_si256, _mm256_hadd_epi32, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_packs_epi32, _mm256_permute2x128_si256, _mm256_permute4x64_epi64, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_sra_epi32, _mm256_srai_epi32, _mm256_storeu_si256, _mm256_unpackhi_epi16,
    _mm256_unpacklo_epi16,
};

use super::{GROUP, LANES, TILE, Taps, Tile, WEIGHT_BITS};

#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned load")]
fn load(lanes: &[i16; 16]) -> __m256i {
    // SAFETY: the reference covers the 32 bytes that are read; no alignment is asked for.
    unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned store")]
fn store(lanes: &mut [i16; 16], value: __m256i) {
    // SAFETY: the reference covers the 32 bytes that are written; no alignment is asked for.
    unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), value) }
}

/// Sixteen samples, each in 16 bits.
#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned load")]
fn widen(samples: &[u8; 16]) -> __m256i {
    // SAFETY: the reference covers the 16 bytes that are read; no alignment is asked for.
    _mm256_cvtepu8_epi16(unsafe { _mm_loadu_si128(samples.as_ptr().cast()) })
}

#[target_feature(enable = "avx2")]
pub(super) fn interleave(upper: &[u8; TILE], lower: &[u8; TILE], tile: &mut Tile) {
    let rows = upper.as_chunks::<16>().0.iter().zip(lower.as_chunks::<16>().0);
    for (pairs, (upper, lower)) in tile.as_chunks_mut::<32>().0.iter_mut().zip(rows) {
        let (upper, lower) = (widen(upper), widen(lower));
        let (even, odd) = (_mm256_unpacklo_epi16(upper, lower), _mm256_unpackhi_epi16(upper, lower));
        if let [left, right] = pairs.as_chunks_mut::<16>().0 {
            store(left, _mm256_permute2x128_si256::<0x20>(even, odd));
            store(right, _mm256_permute2x128_si256::<0x31>(even, odd));
        }
    }
}

#[target_feature(enable = "avx2")]
pub(super) fn vertical(columns: &[Tile], weights: &[[i16; 2]], shift: u32, levels: &mut [i16]) {
    let half = _mm256_set1_epi32(1 << (shift - 1));
    let shift = _mm_cvtsi32_si128(i32::try_from(shift).unwrap_or(0));
    let columns = columns.chunks_exact(weights.len().max(1));
    for (column, levels) in columns.zip(levels.as_chunks_mut::<TILE>().0) {
        let mut sums = [half; 4];
        for (tile, [upper, lower]) in column.iter().zip(weights) {
            let weight = _mm256_set1_epi32(i32::from(*upper) & 0xffff | i32::from(*lower) << 16);
            for (sum, lanes) in sums.iter_mut().zip(tile.as_chunks::<16>().0) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(load(lanes), weight));
            }
        }
        let [a, b, c, d] = sums.map(|sum| _mm256_sra_epi32(sum, shift));
        if let [left, right] = levels.as_chunks_mut::<16>().0 {
            store(left, _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(a, b)));
            store(right, _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(c, d)));
        }
    }
}

/// Eight windows at a time, each with a sum of its own in a register.
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads without a check for each: that took a third of the time")]
pub(super) fn horizontal(levels: &[i16], taps: Taps<'_>, resized: &mut [i16]) {
    let lanes = taps.lanes.max(1);
    if !taps.fit(levels.len()) {
        return;
    }
    let groups = taps.starts.as_chunks::<GROUP>().0.iter().zip(taps.weights.chunks_exact(lanes));
    for (target, (starts, weights)) in resized.as_chunks_mut::<GROUP>().0.iter_mut().zip(groups) {
        let mut sums = [_mm256_setzero_si256(); GROUP];
        for (weights, offset) in weights.iter().zip((0..).step_by(LANES)) {
            for ((sum, weights), start) in sums.iter_mut().zip(weights).zip(starts) {
                // SAFETY: `fit` saw that `lanes * LANES` levels follow each start, and `offset` stays `LANES` below that.
                let seen = unsafe { _mm256_loadu_si256(levels.as_ptr().add(*start as usize + offset).cast()) };
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(seen, load(weights)));
            }
        }
        store_group(target, rounded(sums));
    }
}

/// The levels of eight windows.
#[inline]
#[target_feature(enable = "avx2")]
fn rounded(sums: [__m256i; GROUP]) -> __m128i {
    let [left, right] = [quarter(&sums, 0), quarter(&sums, 4)];
    let low = _mm256_permute2x128_si256::<0x20>(left, right);
    let high = _mm256_permute2x128_si256::<0x31>(left, right);
    let total = _mm256_add_epi32(_mm256_add_epi32(low, high), _mm256_set1_epi32(1 << (WEIGHT_BITS - 1)));
    let rounded = _mm256_srai_epi32::<{ WEIGHT_BITS.cast_signed() }>(total);
    _mm_packs_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256::<1>(rounded))
}

/// Four sums from `first` on, the lower and the upper half of each still apart.
#[inline]
#[target_feature(enable = "avx2")]
fn quarter(sums: &[__m256i; GROUP], first: usize) -> __m256i {
    let upper = _mm256_hadd_epi32(sums[first], sums[first + 1]);
    _mm256_hadd_epi32(upper, _mm256_hadd_epi32(sums[first + 2], sums[first + 3]))
}

#[inline]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "an unaligned store")]
fn store_group(levels: &mut [i16; GROUP], value: __m128i) {
    // SAFETY: the reference covers the 16 bytes that are written; no alignment is asked for.
    unsafe { _mm_storeu_si128(levels.as_mut_ptr().cast(), value) }
}
