//! The pass down the columns: rows go in, and a row of levels comes out as soon as all that its window spans has come.
//! Knows neither what samples mean nor how wide the target is.

use std::sync::Arc;

use super::kernels::{Kernels, Tile};
use super::ring::Ring;
use super::windows::Windows;
use crate::error::Result;
use crate::limits;

pub(super) struct VerticalPass<S> {
    down: Arc<Windows>,
    ring: Ring<S>,
    /// The weights of a target row, in the order of the ring.
    turned: Vec<[i16; 2]>,
    kernels: Kernels,
    pushed: usize,
    done: usize,
}

impl<S: Copy + Default> VerticalPass<S> {
    /// Of rows of `width` samples.
    pub(super) fn new(down: Arc<Windows>, width: usize) -> Result<Self> {
        let ring = Ring::new(width, slots(&down))?;
        let mut turned = limits::reserve(ring.slots() as u64)?;
        turned.resize(ring.slots(), [0; 2]);
        Ok(Self { down, ring, turned, kernels: Kernels::detect(), pushed: 0, done: 0 })
    }

    /// For `width` samples, and windows that reach over at most so many of the `samples` down.
    pub(super) fn working_bytes(width: u64, samples: u64, reach: u64) -> u64 {
        let slots = samples.min(reach) / 2 + 2;
        Ring::<S>::working_bytes(width, slots) + slots * 4
    }

    /// Says whether any window wants the next row, which else goes by without having been read.
    pub(super) fn skip(&mut self) -> bool {
        let is_used = self.down.used().contains(&self.pushed);
        self.pushed += usize::from(!is_used);
        !is_used
    }

    /// The next row of the source. `fill` puts the samples of two rows side by side, at most those of a tile.
    pub(super) fn push(&mut self, row: &[S], fill: impl Fn(&[S], &[S], &mut Tile)) {
        let y = self.pushed;
        self.pushed += 1;
        if y % 2 == 1 {
            self.ring.close(y / 2, Some(row), fill);
            return;
        }
        self.ring.keep(row);
        if y + 1 == self.down.used().end {
            self.ring.close(y / 2, None, fill);
        }
    }

    /// Sums the next row of the target, if its window is there, and says which it is.
    pub(super) fn next(&mut self, shift: u32, line: &mut [i16]) -> Option<usize> {
        let (rows, weights) = self.down.get(self.done)?;
        let is_open = self.pushed % 2 == 1 && self.pushed < self.down.used().end;
        if rows.end > self.pushed - usize::from(is_open) {
            return None;
        }
        turn(rows, weights, &mut self.turned);
        self.ring.sum(&self.turned, shift, self.kernels, line);
        self.done += 1;
        Some(self.done - 1)
    }

    /// Rows of the source that have come.
    pub(super) const fn pushed(&self) -> usize {
        self.pushed
    }

    /// Rows of the target that have gone.
    pub(super) const fn done(&self) -> usize {
        self.done
    }

    pub(super) fn len(&self) -> usize {
        self.down.len()
    }

    pub(super) const fn kernels(&self) -> Kernels {
        self.kernels
    }

    #[cfg(test)]
    pub(super) fn kept_bytes(&self) -> u64 {
        Ring::<S>::working_bytes(self.ring.width() as u64, self.ring.slots() as u64) + self.turned.len() as u64 * 4
    }

    #[cfg(test)]
    pub(super) const fn set_kernels(&mut self, kernels: Kernels) {
        self.kernels = kernels;
    }
}

/// The weights of some rows in the order of the ring. Those of rows that no longer count are zero.
fn turn(rows: std::ops::Range<usize>, weights: &[i16], turned: &mut [[i16; 2]]) {
    turned.fill([0; 2]);
    let slots = turned.len().max(1);
    for (row, weight) in rows.zip(weights) {
        if let Some([upper, lower]) = turned.get_mut(row / 2 % slots) {
            *(if row % 2 == 0 { upper } else { lower }) = *weight;
        }
    }
}

/// The most pairs of rows that one window touches.
fn slots(down: &Windows) -> usize {
    let windows = (0..down.len()).filter_map(|index| down.get(index));
    windows.map(|(rows, _)| rows.end.div_ceil(2) - rows.start / 2).max().unwrap_or(1)
}
