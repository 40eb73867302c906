//! The nearest of at most 256 points for each of many, by trying all: AVX2 where it is, and a portable twin.

use super::point::{Point, distance};

pub(super) const MAX_TARGETS: usize = 256;
const LANES: usize = 8;

/// Points to be near to, padded to whole registers with copies of the last, which come later and so never win.
pub(super) struct Targets {
    points: [Point; MAX_TARGETS],
    len: usize,
}

impl Targets {
    /// Takes no more than 256.
    pub(super) fn new(points: impl ExactSizeIterator<Item = Point>) -> Self {
        let len = points.len().clamp(1, MAX_TARGETS);
        let mut targets = Self { points: [[0; 4]; MAX_TARGETS], len: len.next_multiple_of(LANES) };
        let mut last = [0; 4];
        let mut points = points.take(MAX_TARGETS);
        for target in &mut targets.points {
            last = points.next().unwrap_or(last);
            *target = last;
        }
        targets
    }

    fn used(&self) -> &[Point] {
        self.points.get(..self.len).unwrap_or(&self.points)
    }
}

/// For each point the squared distance times 256, plus the number of the nearest target; the first of equals.
pub(super) fn nearest(points: &[Point], targets: &Targets, keys: &mut [u32]) {
    #[cfg(target_arch = "x86_64")]
    if crate::processor::has_avx2() {
        // SAFETY: AVX2 is there, as just asked.
        #[allow(unsafe_code)]
        unsafe {
            avx2::nearest(points, targets, keys);
        }
        return;
    }
    portable(points, targets, keys);
}

fn portable(points: &[Point], targets: &Targets, keys: &mut [u32]) {
    for (point, key) in points.iter().zip(keys) {
        let tried = (0..).zip(targets.used()).map(|(number, target)| distance(*point, *target) << 8 | number);
        *key = tried.min().unwrap_or_default().unsigned_abs();
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_cvtsi128_si32, _mm_min_epi32, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128,
        _mm256_extracti128_si256, _mm256_madd_epi16, _mm256_min_epi32, _mm256_or_si256, _mm256_set1_epi32,
        _mm256_setr_epi32, _mm256_setzero_si256, _mm256_slli_epi32, _mm256_sub_epi16,
    };

    use super::{LANES, MAX_TARGETS, Point, Targets};

    /// Eight targets: their luma and first difference, their second difference and alpha, their numbers.
    #[derive(Clone, Copy)]
    struct Block {
        front: __m256i,
        back: __m256i,
        numbers: __m256i,
    }

    fn pair(low: i16, high: i16) -> i32 {
        i32::from(high) << 16 | i32::from(low.cast_unsigned())
    }

    #[target_feature(enable = "avx2")]
    fn register([l0, l1, l2, l3, l4, l5, l6, l7]: [i32; LANES]) -> __m256i {
        _mm256_setr_epi32(l0, l1, l2, l3, l4, l5, l6, l7)
    }

    #[target_feature(enable = "avx2")]
    fn block(targets: &[Point; LANES], first: i32) -> Block {
        let front = register(targets.map(|[y, u, _, _]| pair(y, u)));
        let back = register(targets.map(|[_, _, v, alpha]| pair(v, alpha)));
        let steps = register([0, 1, 2, 3, 4, 5, 6, 7]);
        Block { front, back, numbers: _mm256_add_epi32(steps, _mm256_set1_epi32(first)) }
    }

    /// Safe but for the instructions that it takes: everything else is checked slices.
    #[target_feature(enable = "avx2")]
    pub(super) fn nearest(points: &[Point], targets: &Targets, keys: &mut [u32]) {
        let zero = _mm256_setzero_si256();
        let mut blocks = [Block { front: zero, back: zero, numbers: zero }; MAX_TARGETS / LANES];
        let (whole, _) = targets.used().as_chunks::<LANES>();
        for ((built, targets), first) in blocks.iter_mut().zip(whole).zip((0..).step_by(LANES)) {
            *built = block(targets, first);
        }
        let blocks = blocks.get(..whole.len()).unwrap_or(&blocks);
        for (point, key) in points.iter().zip(keys) {
            *key = one(*point, blocks).unsigned_abs();
        }
    }

    #[target_feature(enable = "avx2")]
    fn one([y, u, v, a]: Point, blocks: &[Block]) -> i32 {
        let (front, back) = (_mm256_set1_epi32(pair(y, u)), _mm256_set1_epi32(pair(v, a)));
        let mut best = _mm256_set1_epi32(i32::MAX);
        for block in blocks {
            let (front, back) = (_mm256_sub_epi16(front, block.front), _mm256_sub_epi16(back, block.back));
            let sum = _mm256_add_epi32(_mm256_madd_epi16(front, front), _mm256_madd_epi16(back, back));
            best = _mm256_min_epi32(best, _mm256_or_si256(_mm256_slli_epi32::<8>(sum), block.numbers));
        }
        let four = _mm_min_epi32(_mm256_castsi256_si128(best), _mm256_extracti128_si256::<1>(best));
        let two = _mm_min_epi32(four, _mm_shuffle_epi32::<0b01_00_11_10>(four));
        _mm_cvtsi128_si32(_mm_min_epi32(two, _mm_shuffle_epi32::<0b10_11_00_01>(two)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::point::point;
    use super::*;

    fn points(count: u32, seed: u32) -> Vec<Point> {
        let mix = |n: u32| (n ^ seed).wrapping_mul(0x9E37_79B1).rotate_left(13).wrapping_mul(0x85EB_CA6B);
        (0..count).map(|n| point(mix(n).to_le_bytes())).collect()
    }

    #[test]
    fn twins_agree() {
        for count in [1, 2, 7, 8, 9, 100, 255, 256] {
            let targets = Targets::new(points(count, 99).into_iter());
            let points = points(3000, count);
            let (mut fast, mut slow) = (vec![0; points.len()], vec![0; points.len()]);
            nearest(&points, &targets, &mut fast);
            portable(&points, &targets, &mut slow);
            assert_eq!(fast, slow, "{count}");
            assert!(fast.iter().all(|key| key & 255 < count));
        }
    }
}
