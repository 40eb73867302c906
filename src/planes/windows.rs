//! The Lanczos3 weights of every target sample on an axis, in fixed point. Never looks at samples.

use std::f64::consts::PI;
use std::ops::Range;

use super::axis::Axis;
use super::kernels::{GROUP, LANES, Taps, WEIGHT_BITS};
use crate::error::Result;
use crate::limits;

const LOBES: f64 = 3.0;
const ONE: f64 = (1 << WEIGHT_BITS) as f64;

/// One window of weights for each target sample; the starts ascend, and so do the ends.
pub(super) struct Windows {
    /// From the first used sample on.
    starts: Vec<u32>,
    ends: Vec<u32>,
    weights: Vec<i16>,
    /// Weights of a window, with zeros behind the last one that counts.
    span: usize,
    /// The source samples that any window touches.
    used: Range<usize>,
}

impl Windows {
    /// For sums along a row: windows of whole registers, in whole groups, filled up with zeros.
    pub(super) fn across(axis: &Axis) -> Result<Self> {
        let mut windows = Self::new(axis, LANES, GROUP)?;
        windows.group()?;
        Ok(windows)
    }

    /// For sums of rows.
    pub(super) fn down(axis: &Axis) -> Result<Self> {
        Self::new(axis, 1, 1)
    }

    fn new(axis: &Axis, lanes: usize, group: usize) -> Result<Self> {
        let span = span(axis, lanes);
        let count = (axis.target() as usize).next_multiple_of(group);
        let (starts, ends) = (limits::reserve(count as u64)?, limits::reserve(count as u64)?);
        let weights = limits::reserve(count as u64 * span as u64)?;
        let used = seen(axis, 0).start as usize..seen(axis, axis.target() - 1).end as usize;
        let mut windows = Self { starts, ends, weights, span, used };
        let mut exact = limits::reserve(span as u64)?;
        for index in 0..axis.target() {
            let seen = seen(axis, index);
            weigh(axis, index, &seen, &mut exact);
            windows.push(&seen, &exact);
        }
        windows.starts.resize(count, 0);
        windows.weights.resize(count * span, 0);
        Ok(windows)
    }

    /// From one window after the other to one register of each window of a group after the other.
    fn group(&mut self) -> Result<()> {
        let lanes = self.span / LANES;
        let mut windows = limits::reserve((self.span * GROUP) as u64)?;
        for group in self.weights.chunks_exact_mut(self.span * GROUP) {
            windows.clear();
            windows.extend_from_slice(group);
            for (index, register) in group.chunks_exact_mut(LANES).enumerate() {
                let from = (index % GROUP * lanes + index / GROUP) * LANES;
                register.copy_from_slice(windows.get(from..from + LANES).unwrap_or(&[0; LANES]));
            }
        }
        Ok(())
    }

    /// Bytes of the windows in both directions.
    pub(super) fn working_bytes(across: &Axis, down: &Axis) -> u64 {
        let bytes = |axis, lanes, count: usize| count as u64 * (span(axis, lanes) as u64 * 2 + 8);
        let count = (across.target() as usize).next_multiple_of(GROUP);
        bytes(across, LANES, count) + bytes(down, 1, down.target() as usize)
    }

    /// Rounds the running sum, not each weight: the sum is exactly one, so that flat areas stay what they are.
    fn push(&mut self, seen: &Range<u32>, exact: &[f64]) {
        let first = u32::try_from(self.used.start).unwrap_or(0);
        self.starts.push(seen.start - first);
        self.ends.push(seen.end - first);
        let total: f64 = exact.iter().sum();
        let (mut sum, mut done) = (0.0, 0);
        for weight in exact {
            sum += weight;
            let rounded = to_fixed(sum / total);
            self.weights.push(i16::try_from(rounded - done).unwrap_or(i16::MAX));
            done = rounded;
        }
        self.weights.resize(self.starts.len() * self.span, 0);
    }

    /// The source samples of a window, and their weights.
    pub(super) fn get(&self, index: usize) -> Option<(Range<usize>, &[i16])> {
        let (start, end) = (*self.starts.get(index)? as usize, *self.ends.get(index)? as usize);
        let samples = self.used.start + start..self.used.start + end;
        let weights = self.weights.get(index.checked_mul(self.span)?..)?.get(..samples.len())?;
        Some((samples, weights))
    }

    /// For the kernels: starts count from the first used sample.
    pub(super) fn taps(&self) -> Taps<'_> {
        Taps { starts: &self.starts, weights: self.weights.as_chunks().0.as_chunks().0, lanes: self.span / LANES }
    }

    /// Windows of target samples.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) const fn span(&self) -> usize {
        self.span
    }

    pub(super) fn used(&self) -> Range<usize> {
        self.used.clone()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a sum between -2 and 2")]
fn to_fixed(value: f64) -> i32 {
    (value * ONE).round() as i32
}

/// How far a window reaches from its center: the filter is stretched when it shrinks a picture.
fn reach(axis: &Axis) -> f64 {
    LOBES * axis.step().max(1.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the number of samples")]
fn span(axis: &Axis, unit: usize) -> usize {
    let most = (2.0 * reach(axis)).ceil().min(f64::from(axis.samples())) as usize;
    most.max(1).next_multiple_of(unit)
}

/// The source samples whose centers are within reach; at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and the source clamps"
)]
fn seen(axis: &Axis, index: u32) -> Range<u32> {
    let (center, reach) = (axis.center(index), reach(axis));
    let last = axis.samples() - 1;
    let start = ((center - reach + 0.5).floor().max(0.0) as u32).min(last);
    let end = ((center + reach - 0.5).ceil().max(0.0) as u32).clamp(start + 1, last + 1);
    start..end
}

/// One sine and one rotation a window instead of two sines a weight: `sin 3t` is `3 sin t - 4 sin^3 t`.
fn weigh(axis: &Axis, index: u32, seen: &Range<u32>, exact: &mut Vec<f64>) {
    let stretch = axis.step().max(1.0);
    let mut x = (f64::from(seen.start) + 0.5 - axis.center(index)) / stretch;
    let (mut sin, mut cos) = (PI * x / LOBES).sin_cos();
    let (turn_sin, turn_cos) = (PI / (LOBES * stretch)).sin_cos();
    exact.clear();
    for _ in seen.clone() {
        exact.push(lanczos(x, sin));
        (sin, cos) = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
        x += 1.0 / stretch;
    }
    if exact.iter().sum::<f64>() < 0.1 {
        exact.fill(1.0); // the window lies beyond the edge and sees nothing but lobes
    }
}

/// `sin` is that of a third of the angle.
fn lanczos(x: f64, sin: f64) -> f64 {
    if x.abs() < 1e-6 {
        return 1.0;
    }
    if x.abs() >= LOBES {
        return 0.0;
    }
    let angle = PI * x;
    LOBES * (3.0 - 4.0 * sin * sin) * sin * sin / (angle * angle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(x: f64) -> f64 {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        if x.abs() < 3.0 { sinc(x) * sinc(x / 3.0) } else { 0.0 }
    }

    #[test]
    fn rotation_gives_the_textbook_filter() {
        for (samples, target) in [(100, 100), (100, 33), (1000, 7), (65535, 3)] {
            let axis = Axis::new(samples, target).unwrap();
            let mut exact = Vec::new();
            for index in 0..target {
                let seen = seen(&axis, index);
                weigh(&axis, index, &seen, &mut exact);
                for (weight, sample) in exact.iter().zip(seen) {
                    let wanted = slow((f64::from(sample) + 0.5 - axis.center(index)) / axis.step());
                    assert!((weight - wanted).abs() < 1e-8, "{samples} {target} {index} {sample}: {weight} {wanted}");
                }
            }
        }
    }

    fn each(windows: &Windows) -> impl Iterator<Item = (Range<usize>, &[i16])> {
        (0..windows.len()).map(|index| windows.get(index).unwrap())
    }

    #[test]
    fn windows_sum_to_one_and_ascend() {
        for (samples, target) in [(1, 1), (2, 1), (7, 7), (100, 33), (101, 50), (4000, 1), (65535, 2)] {
            let windows = Windows::down(&Axis::new(samples, target).unwrap()).unwrap();
            assert_eq!(windows.used().start, 0);
            assert_eq!(windows.used().end, samples as usize);
            let mut last = 0..0;
            for (rows, weights) in each(&windows) {
                assert_eq!(weights.iter().map(|weight| i32::from(*weight)).sum::<i32>(), 1 << WEIGHT_BITS);
                assert!(rows.start >= last.start && rows.end >= last.end);
                last = rows;
            }
        }
    }

    #[test]
    fn a_window_beyond_the_edge_sees_the_edge() {
        let axis = Axis::placed(10, 6, 0.0, 2.0).unwrap();
        let windows = Windows::down(&axis).unwrap();
        assert!(each(&windows).all(|(_, weights)| weights.iter().map(|w| i32::from(*w)).sum::<i32>() == 16384));
    }
}
