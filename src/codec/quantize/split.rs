//! Boxes of colors, split again and again where the split saves the most error. Chooses how many; moves no color.
//! After Wu, "Efficient statistical computations for optimal color quantization" (Graphics Gems II), on unique colors.

use super::point::Point;
use crate::error::Result;
use crate::limits::reserve;

const BINS: usize = 256;

/// A color that counts `weight` times.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) point: Point,
    pub(super) weight: u64,
}

pub(super) fn samples(points: &[Point], weights: &[u64]) -> Result<Vec<Sample>> {
    let mut samples = reserve(points.len() as u64)?;
    samples.extend(points.iter().zip(weights).map(|(point, weight)| Sample { point: *point, weight: *weight }));
    Ok(samples)
}

/// A run of the samples, what they sum to, and where a cut would save the most.
struct Part {
    start: usize,
    end: usize,
    sums: Sums,
    cut: Option<Cut>,
}

#[derive(Clone, Copy)]
struct Cut {
    axis: usize,
    /// Samples below it go left.
    at: i16,
    saves: f64,
}

/// Integers, so that no order of adding makes a difference.
#[derive(Clone, Copy, Default)]
struct Sums {
    weight: i64,
    first: [i64; 4],
    second: [i64; 4],
}

impl Sums {
    fn of(samples: &[Sample]) -> Self {
        let mut sums = Self::default();
        for Sample { point, weight } in samples {
            let weight = weight.cast_signed();
            sums.weight += weight;
            for ((first, second), x) in sums.first.iter_mut().zip(&mut sums.second).zip(point) {
                let x = i64::from(*x);
                *first += weight * x;
                *second += weight * x * x;
            }
        }
        sums
    }

    /// Squared error around the mean, by axis.
    fn errors(&self) -> [f64; 4] {
        let mut errors = self.second.map(|second| second as f64);
        for (error, first) in errors.iter_mut().zip(self.first) {
            *error = (*error - share(first, self.weight)).max(0.0);
        }
        errors
    }

    fn mean(&self) -> Point {
        #[expect(clippy::cast_possible_truncation, reason = "a mean of i16")]
        self.first.map(|first| (first / self.weight.max(1)) as i16)
    }
}

/// What a sum takes off the error when its mean is used.
fn share(first: i64, weight: i64) -> f64 {
    let first = first as f64;
    first * first / (weight.max(1) as f64)
}

/// Means of as many boxes as bring the mean squared error to `bound`, at most `max`.
pub(super) fn split(samples: &mut [Sample], max: usize, bound: f64) -> Result<Vec<Point>> {
    let whole = Part::new(samples, 0, samples.len());
    let weight = whole.sums.weight.max(1) as f64;
    let mut error = whole.error();
    let mut parts = reserve(max as u64)?;
    parts.push(whole);
    while parts.len() < max && error > bound * weight {
        let Some((part, cut)) = best(&mut parts) else { break };
        error -= part.error();
        let other = part.divide(samples, cut);
        error += part.error() + other.error();
        parts.push(other);
    }
    Ok(parts.iter().map(|part| part.sums.mean()).collect())
}

/// The part whose cut saves the most; the first of equals.
fn best(parts: &mut [Part]) -> Option<(&mut Part, Cut)> {
    let cuts = parts.iter_mut().filter_map(|part| part.cut.map(|cut| (part, cut)));
    cuts.reduce(|one, other| if other.1.saves > one.1.saves { other } else { one })
}

impl Part {
    fn new(samples: &[Sample], start: usize, end: usize) -> Self {
        let own = samples.get(start..end).unwrap_or_default();
        let sums = Sums::of(own);
        Self { start, end, sums, cut: cut(own, &sums) }
    }

    fn error(&self) -> f64 {
        self.sums.errors().iter().sum()
    }

    /// Keeps the left of the cut and gives the right.
    fn divide(&mut self, samples: &mut [Sample], cut: Cut) -> Self {
        let own = samples.get_mut(self.start..self.end).unwrap_or_default();
        let middle = self.start + partition(own, |sample| axis(sample.point, cut.axis) < cut.at);
        let right = Self::new(samples, middle, self.end);
        *self = Self::new(samples, self.start, middle);
        right
    }
}

/// Moves those that belong to the left there, and says how many they are.
fn partition(samples: &mut [Sample], is_left: impl Fn(&Sample) -> bool) -> usize {
    let mut count = 0;
    for place in 0..samples.len() {
        if samples.get(place).is_some_and(&is_left) {
            samples.swap(place, count);
            count += 1;
        }
    }
    count
}

fn axis(point: Point, axis: usize) -> i16 {
    point.get(axis).copied().unwrap_or_default()
}

/// The cut across the axis with the most error.
fn cut(samples: &[Sample], sums: &Sums) -> Option<Cut> {
    let errors = sums.errors();
    let (longest, _) = errors.iter().enumerate().reduce(|one, other| if other.1 > one.1 { other } else { one })?;
    let along = || samples.iter().map(|sample| axis(sample.point, longest));
    let (low, high) = (along().min()?, along().max()?);
    if low == high {
        return None;
    }
    let shift = width_bits(low, high).saturating_sub(BINS.ilog2());
    let bins = histogram(samples, longest, low, shift);
    let total = (sums.weight, sums.first.get(longest).copied()?);
    let (bin, saves) = best_bin(&bins, total)?;
    #[expect(clippy::cast_possible_truncation, reason = "between low and high")]
    let at = (i32::from(low) + ((i32::try_from(bin).ok()? + 1) << shift)) as i16;
    Some(Cut { axis: longest, at, saves })
}

fn width_bits(low: i16, high: i16) -> u32 {
    let width = i32::from(high) - i32::from(low);
    32 - width.leading_zeros()
}

fn histogram(samples: &[Sample], along: usize, low: i16, shift: u32) -> [(i64, i64); BINS] {
    let mut bins = [(0, 0); BINS];
    for Sample { point, weight } in samples {
        let (x, weight) = (axis(*point, along), weight.cast_signed());
        let bin = (i32::from(x) - i32::from(low)).unsigned_abs() >> shift;
        if let Some((count, sum)) = bins.get_mut(bin as usize) {
            *count += weight;
            *sum += weight * i64::from(x);
        }
    }
    bins
}

/// The last bin of the best left side, and what the cut saves.
fn best_bin(bins: &[(i64, i64); BINS], (weight, first): (i64, i64)) -> Option<(usize, f64)> {
    let uncut = share(first, weight);
    let mut left = (0, 0);
    let mut best: Option<(usize, f64)> = None;
    for (number, (count, sum)) in bins.iter().enumerate() {
        left = (left.0 + count, left.1 + sum);
        if left.0 == weight {
            break;
        }
        if *count == 0 {
            continue;
        }
        let saves = share(left.1, left.0) + share(first - left.1, weight - left.0) - uncut;
        if best.is_none_or(|(_, most)| saves > most) {
            best = Some((number, saves));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(luma: i16, weight: u64) -> Sample {
        Sample { point: [luma, 0, 0, 510], weight }
    }

    #[test]
    fn clusters_part_at_the_gap() {
        let mut samples: Vec<_> = [0, 1, 2, 900, 901, 902].map(|luma| sample(luma, 5)).into();
        let mut means = split(&mut samples, 2, 0.0).unwrap();
        means.sort_unstable();
        assert_eq!(means, [[1, 0, 0, 510], [901, 0, 0, 510]]);
    }

    #[test]
    fn stops_at_the_bound_and_where_nothing_is_left() {
        let mut samples: Vec<_> = (0..100).map(|luma| sample(luma, 1)).collect();
        assert_eq!(split(&mut samples, 256, 0.0).unwrap().len(), 100);
        assert_eq!(split(&mut samples, 256, 1e9).unwrap().len(), 1);
        let some = split(&mut samples, 256, 4.0).unwrap().len();
        assert!((10..20).contains(&some), "{some}");
    }
}
