//! Where the samples of a target lie on a source, in one direction. Pure arithmetic; never looks at samples.

use crate::error::{Error, Result};

/// Chroma may be enlarged a little, from 4:1:1 to 4:4:4, while luma shrinks.
const MIN_STEP: f64 = 0.25;

/// Positions count source samples from the outer edge of the first one: its center is at 0.5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    samples: u32,
    target: u32,
    first: f64,
    step: f64,
}

impl Axis {
    /// All of the source.
    pub fn new(samples: u32, target: u32) -> Result<Self> {
        Self::cropped(samples, target, 0.0, f64::from(samples))
    }

    /// `len` samples from `start` on. What lies around them takes part in the samples at the edges.
    pub fn cropped(samples: u32, target: u32, start: f64, len: f64) -> Result<Self> {
        let step = len / f64::from(target.max(1));
        if step < 1.0 {
            return Err(Error::internal(format!("{len} samples to be enlarged to {target}")));
        }
        if !(start >= 0.0 && start + len <= f64::from(samples) + 1e-6) {
            return Err(Error::internal(format!("{len} samples from {start} on, of {samples}")));
        }
        Self::placed(samples, target, start + step / 2.0, step)
    }

    /// With the center of the first target sample at `first`, and the others each `step` further.
    pub(super) fn placed(samples: u32, target: u32, first: f64, step: f64) -> Result<Self> {
        let last = first + step * (f64::from(target) - 1.0);
        let is_inside = first >= -step && last <= f64::from(samples) + step;
        if samples == 0 || target == 0 || !(step >= MIN_STEP && is_inside) {
            let what = format!("{target} samples from {first} to {last} of {samples}");
            return Err(Error::internal(what));
        }
        Ok(Self { samples, target, first, step })
    }

    pub const fn samples(&self) -> u32 {
        self.samples
    }

    pub const fn target(&self) -> u32 {
        self.target
    }

    /// Source samples to one target sample.
    pub const fn step(&self) -> f64 {
        self.step
    }

    /// The center of a target sample on the source.
    pub(super) fn center(&self, index: u32) -> f64 {
        self.first + f64::from(index) * self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_to_enlarge_and_to_leave_the_source() {
        assert!(Axis::new(10, 10).is_ok());
        assert!(Axis::new(10, 11).is_err());
        assert!(Axis::new(0, 1).is_err());
        assert!(Axis::new(1, 0).is_err());
        assert!(Axis::cropped(10, 2, 8.0, 8.0).is_err());
        assert!(Axis::cropped(10, 2, -1.0, 8.0).is_err());
        assert!(Axis::cropped(10, 2, 0.0, f64::NAN).is_err());
        assert!(Axis::cropped(10, 2, f64::NAN, 8.0).is_err());
    }
}
