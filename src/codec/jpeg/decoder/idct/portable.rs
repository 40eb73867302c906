//! The transforms in plain Rust, with the wrapping and saturating of 16-bit SIMD, so that all machines give the same
//! samples.

use super::super::block::Block;
use super::{Kernels, sample};

/// Runs everywhere.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Portable;

/// A number in 13-bit fixed point.
#[expect(clippy::cast_possible_truncation, reason = "the constants of the transforms lie within -2 and 4")]
pub(super) const fn fixed(value: f64) -> i16 {
    let scaled = value * 8192.0;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i16
}

/// The rotations of the transform by Loeffler, Ligtenberg and Moschytz, in the form of libjpeg's `jidctint.c`:
/// the two factors of the first result, and of the second.
pub(super) type Rotation = [[i16; 2]; 2];

pub(super) const EVEN: Rotation = [
    [fixed(0.541_196_1), fixed(0.541_196_1 - 1.847_759_065)],
    [fixed(0.541_196_1 + 0.765_366_865), fixed(0.541_196_1)],
];
pub(super) const ODD_73: Rotation = [
    [fixed(0.298_631_336 - 1.961_570_56), fixed(-1.961_570_56)],
    [fixed(-1.961_570_56), fixed(3.072_711_026 - 1.961_570_56)],
];
pub(super) const ODD_51: Rotation = [
    [fixed(2.053_119_869 - 0.390_180_644), fixed(-0.390_180_644)],
    [fixed(-0.390_180_644), fixed(1.501_321_11 - 0.390_180_644)],
];
pub(super) const ODD_SUMS: Rotation = [
    [fixed(1.175_875_602 - 0.899_976_223), fixed(1.175_875_602)],
    [fixed(1.175_875_602), fixed(1.175_875_602 - 2.562_915_447)],
];

/// Half of the cosines of the transform of four.
pub(super) const HALF: i16 = fixed(0.5);
pub(super) const HALF_1: i16 = fixed(0.653_281_482);
pub(super) const HALF_3: i16 = fixed(0.270_598_05);

/// Two bits stay below the point between the passes of the full transform, three between those of the half one.
pub(super) const FULL_SHIFTS: [u32; 2] = [11, 18];
pub(super) const HALF_SHIFTS: [u32; 2] = [10, 17];

/// Rounds, and in the last pass lifts the samples around 128.
pub(super) const fn bias(shift: u32, is_last: bool) -> i32 {
    (1 << (shift - 1)) + if is_last { 128 << shift } else { 0 }
}

impl Kernels for Portable {
    #[inline(always)]
    fn full(self, pair: &[Block; 2], out: &mut [u8], stride: usize) {
        for (at, block) in pair.iter().enumerate() {
            let columns = *block.0.as_chunks::<8>().0.first_chunk::<8>().unwrap_or(&[[0; 8]; 8]);
            let [first, last] = FULL_SHIFTS;
            let rows = transposed(passed(columns, first, bias(first, false)));
            write(passed(rows, last, bias(last, true)), at, out, stride);
        }
    }

    #[inline(always)]
    fn half(self, pair: &[Block; 2], out: &mut [u8], stride: usize) {
        for (at, block) in pair.iter().enumerate() {
            let columns = *block.0.as_chunks::<4>().0.first_chunk::<4>().unwrap_or(&[[0; 4]; 4]);
            let [first, last] = HALF_SHIFTS;
            let rows = transposed(passed_half(columns, first, bias(first, false)));
            write(passed_half(rows, last, bias(last, true)), at, out, stride);
        }
    }
}

fn write<const N: usize>(rows: [[i16; N]; N], at: usize, out: &mut [u8], stride: usize) {
    for (row, samples) in out.chunks_mut(stride.max(1)).zip(rows) {
        for (place, value) in row.iter_mut().skip(at * N).zip(samples) {
            *place = sample(value.into());
        }
    }
}

fn transposed<const N: usize>(rows: [[i16; N]; N]) -> [[i16; N]; N] {
    std::array::from_fn(|y| std::array::from_fn(|x| rows[x][y]))
}

fn rotated(x: i16, y: i16, [first, second]: Rotation) -> (i32, i32) {
    let sum = |[a, b]: [i16; 2]| (i32::from(x) * i32::from(a)).wrapping_add(i32::from(y) * i32::from(b));
    (sum(first), sum(second))
}

fn shifted(value: i32, shift: u32) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
    let saturated = (value >> shift).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    saturated
}

/// One pass over eight vectors: the transform of each lane.
fn passed(v: [[i16; 8]; 8], shift: u32, bias: i32) -> [[i16; 8]; 8] {
    let mut out = [[0; 8]; 8];
    for lane in 0..8 {
        let transformed = passed_lane(v.map(|vector| vector[lane]), shift, bias);
        for (vector, value) in out.iter_mut().zip(transformed) {
            vector[lane] = value;
        }
    }
    out
}

fn passed_lane(v: [i16; 8], shift: u32, bias: i32) -> [i16; 8] {
    let widened = |value: i16| (i32::from(value) << 13).wrapping_add(bias);
    let (t2, t3) = rotated(v[2], v[6], EVEN);
    let (t0, t1) = (widened(v[0].wrapping_add(v[4])), widened(v[0].wrapping_sub(v[4])));
    let (y0, y2) = rotated(v[7], v[3], ODD_73);
    let (y1, y3) = rotated(v[5], v[1], ODD_51);
    let (y4, y5) = rotated(v[1].wrapping_add(v[7]), v[3].wrapping_add(v[5]), ODD_SUMS);
    let even = [t0.wrapping_add(t3), t1.wrapping_add(t2), t1.wrapping_sub(t2), t0.wrapping_sub(t3)];
    let odd = [y3.wrapping_add(y4), y2.wrapping_add(y5), y1.wrapping_add(y5), y0.wrapping_add(y4)];
    let sum = |at: usize| shifted(even[at].wrapping_add(odd[at]), shift);
    let difference = |at: usize| shifted(even[at].wrapping_sub(odd[at]), shift);
    [sum(0), sum(1), sum(2), sum(3), difference(3), difference(2), difference(1), difference(0)]
}

fn passed_half(v: [[i16; 4]; 4], shift: u32, bias: i32) -> [[i16; 4]; 4] {
    let mut out = [[0; 4]; 4];
    for lane in 0..4 {
        let [c0, c1, c2, c3] = v.map(|vector| i32::from(vector[lane]));
        let (half, one, three) = (i32::from(HALF), i32::from(HALF_1), i32::from(HALF_3));
        let sum = (c0 * half).wrapping_add(c2 * half).wrapping_add(bias);
        let difference = (c0 * half).wrapping_sub(c2 * half).wrapping_add(bias);
        let outer = (c1 * one).wrapping_add(c3 * three);
        let inner = (c1 * three).wrapping_sub(c3 * one);
        out[0][lane] = shifted(sum.wrapping_add(outer), shift);
        out[1][lane] = shifted(difference.wrapping_add(inner), shift);
        out[2][lane] = shifted(difference.wrapping_sub(inner), shift);
        out[3][lane] = shifted(sum.wrapping_sub(outer), shift);
    }
    out
}
