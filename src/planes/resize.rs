//! One plane made smaller by Lanczos3, row by row: a row goes in, and each target row comes out as soon as it can.
//! Keeps the rows that a window spans, never the source.

use std::sync::Arc;

use super::axis::Axis;
use super::gamma::{Light, TABLES};
use super::kernels::{GROUP, Kernels, LANES, LEVEL_BITS, TILE, WEIGHT_BITS};
use super::ring::Ring;
use super::windows::Windows;
use super::{Plane, Range};
use crate::error::{Error, Result};
use crate::limits;

/// What the samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    Luma(Light),
    /// Around 128. A difference of colors has no light of its own: always averaged as it is stored.
    Chroma,
}

/// Vertical first: its sums run over whole tiles without a shuffle, and the short row that is left is summed once.
pub struct PlaneResizer {
    across: Arc<Windows>,
    down: Arc<Windows>,
    source: (usize, usize),
    channel: Channel,
    range: Range,
    kernels: Kernels,
    ring: Ring,
    /// The weights of a target row, in the order of the ring.
    turned: Vec<[i16; 2]>,
    line: Vec<i16>,
    levels: Vec<i16>,
    pushed: usize,
    done: usize,
}

impl PlaneResizer {
    /// The target is stored in `range`; the source is of the full one.
    pub fn new(across: &Axis, down: &Axis, channel: Channel, range: Range) -> Result<Self> {
        let source = (across.samples() as usize, down.samples() as usize);
        let windows = (Arc::new(Windows::across(across)?), Arc::new(Windows::down(down)?));
        Self::with_windows(windows, source, channel, range)
    }

    /// Another one for a plane of the same size, with the same weights: Cr beside Cb.
    pub fn twin(&self) -> Result<Self> {
        Self::with_windows((self.across.clone(), self.down.clone()), self.source, self.channel, self.range)
    }

    fn with_windows(
        (across, down): (Arc<Windows>, Arc<Windows>),
        source: (usize, usize),
        channel: Channel,
        range: Range,
    ) -> Result<Self> {
        let width = across.used().len();
        let ring = Ring::new(width, slots(&down))?;
        let mut turned = limits::reserve(ring.slots() as u64)?;
        turned.resize(ring.slots(), [0; 2]);
        let line = zeroes(width.next_multiple_of(TILE) + across.span())?;
        let levels = zeroes(across.len().next_multiple_of(GROUP))?;
        let kernels = Kernels::detect();
        Ok(Self { across, down, source, channel, range, kernels, ring, turned, line, levels, pushed: 0, done: 0 })
    }

    /// Bytes of the rows that are kept and of the weights; the target is the caller's.
    pub fn working_bytes(across: &Axis, down: &Axis) -> u64 {
        Windows::working_bytes(across, down) + Self::row_bytes(across, down)
    }

    /// Bytes of a twin.
    pub(super) fn row_bytes(across: &Axis, down: &Axis) -> u64 {
        let width = u64::from(across.samples());
        let slots = u64::from(down.samples()).min(reach(down)) / 2 + 2;
        let line = width + TILE as u64 + reach(across) + LANES as u64;
        Ring::working_bytes(width, slots) + slots * 4 + (line + u64::from(across.target()) + GROUP as u64) * 2
    }

    /// The next row of the source, from the top. The target rows that it completes are written.
    pub fn push_row(&mut self, row: &[u8], target: &mut Plane) -> Result<()> {
        self.check(row, target)?;
        let y = self.pushed;
        self.pushed += 1;
        let (columns, rows) = (self.across.used(), self.down.used());
        if !rows.contains(&y) {
            return Ok(());
        }
        let row = row.get(columns).unwrap_or_default();
        let is_last = y + 1 == rows.end;
        let levels = matches!(self.channel, Channel::Luma(Light::Linear)).then(|| TABLES.levels());
        if y % 2 == 1 {
            self.ring.close(y / 2, Some(row), self.kernels, levels);
        } else {
            self.ring.keep(row);
            if !is_last {
                return Ok(());
            }
            self.ring.close(y / 2, None, self.kernels, levels);
        }
        self.emit(target);
        Ok(())
    }

    /// Says whether every row of the target is written.
    pub fn is_done(&self) -> bool {
        self.done == self.down.len()
    }

    /// The rows of the target that are written.
    pub const fn done(&self) -> usize {
        self.done
    }

    fn check(&self, row: &[u8], target: &Plane) -> Result<()> {
        let wanted = (self.across.len(), self.down.len());
        if (target.width() as usize, target.height() as usize) != wanted {
            return Err(Error::internal(format!("a target of {}x{}", target.width(), target.height())));
        }
        if row.len() != self.source.0 || self.pushed >= self.source.1 {
            return Err(Error::internal(format!("row {} of {} samples", self.pushed, row.len())));
        }
        Ok(())
    }

    fn emit(&mut self, target: &mut Plane) {
        while let Some((rows, weights)) = self.down.get(self.done) {
            if rows.end > self.pushed {
                return;
            }
            turn(rows, weights, &mut self.turned);
            self.resample();
            if let Some(row) = target.row_mut(self.done) {
                self.store(row);
            }
            self.done += 1;
        }
    }

    /// One target row of levels from the ring.
    fn resample(&mut self) {
        let shift = match self.channel {
            Channel::Luma(Light::Linear) => WEIGHT_BITS,
            Channel::Luma(Light::Gamma) | Channel::Chroma => WEIGHT_BITS - LEVEL_BITS,
        };
        self.ring.sum(&self.turned, shift, self.kernels, &mut self.line);
        self.kernels.horizontal(&self.line, self.across.taps(), &mut self.levels);
    }

    fn store(&mut self, row: &mut [u8]) {
        match self.channel {
            Channel::Chroma => self.range.store_chroma(&self.levels, row),
            Channel::Luma(light) => {
                if light == Light::Linear {
                    TABLES.darken(&mut self.levels);
                }
                self.range.store_luma(&self.levels, row);
            }
        }
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

/// The most samples that a window spans.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most three times the side, twice")]
fn reach(axis: &Axis) -> u64 {
    (6.0 * axis.step().max(1.0)).ceil() as u64
}

fn zeroes(len: usize) -> Result<Vec<i16>> {
    let mut levels = limits::reserve(len as u64)?;
    levels.resize(len, 0);
    Ok(levels)
}

#[cfg(test)]
mod tests;
