//! One plane made smaller by Lanczos3, row by row: a row goes in, and each target row comes out as soon as it can.
//! Keeps the rows that a window spans, never the source.

use std::sync::Arc;

use super::axis::Axis;
use super::gamma::{Light, TABLES};
use super::kernels::{GROUP, LANES, LEVEL_BITS, TILE, Tile, WEIGHT_BITS};
use super::vertical::VerticalPass;
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
    vertical: VerticalPass<u8>,
    line: Vec<i16>,
    levels: Vec<i16>,
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
        let vertical = VerticalPass::new(down.clone(), width)?;
        let line = zeroes(width.next_multiple_of(TILE) + across.span())?;
        let levels = zeroes(across.len().next_multiple_of(GROUP))?;
        Ok(Self { across, down, source, channel, range, vertical, line, levels })
    }

    /// Bytes of the rows that are kept and of the weights; the target is the caller's.
    pub fn working_bytes(across: &Axis, down: &Axis) -> u64 {
        Windows::working_bytes(across, down) + Self::row_bytes(across, down)
    }

    /// Bytes of a twin.
    pub(super) fn row_bytes(across: &Axis, down: &Axis) -> u64 {
        let width = u64::from(across.samples());
        let rows = VerticalPass::<u8>::working_bytes(width, down.samples().into(), reach(down));
        let line = width + TILE as u64 + reach(across) + LANES as u64;
        rows + (line + u64::from(across.target()) + GROUP as u64) * 2
    }

    /// The next row of the source, from the top. The target rows that it completes are written.
    pub fn push_row(&mut self, row: &[u8], target: &mut Plane) -> Result<()> {
        self.check(row, target)?;
        if self.vertical.skip() {
            return Ok(());
        }
        let row = row.get(self.across.used()).unwrap_or_default();
        let kernels = self.vertical.kernels();
        match self.channel {
            Channel::Luma(Light::Linear) => self.vertical.push(row, lighten),
            Channel::Luma(Light::Gamma) | Channel::Chroma => {
                self.vertical.push(row, |upper, lower, tile| kernels.interleave(&whole(upper), &whole(lower), tile));
            }
        }
        while let Some(y) = self.vertical.next(self.shift(), &mut self.line) {
            kernels.horizontal(&self.line, self.across.taps(), &mut self.levels);
            if let Some(row) = target.row_mut(y) {
                self.store(row);
            }
        }
        Ok(())
    }

    /// Says whether every row of the target is written.
    pub fn is_done(&self) -> bool {
        self.done() == self.vertical.len()
    }

    /// The rows of the target that are written.
    pub const fn done(&self) -> usize {
        self.vertical.done()
    }

    fn check(&self, row: &[u8], target: &Plane) -> Result<()> {
        let wanted = (self.across.len(), self.vertical.len());
        if (target.width() as usize, target.height() as usize) != wanted {
            return Err(Error::internal(format!("a target of {}x{}", target.width(), target.height())));
        }
        if row.len() != self.source.0 || self.vertical.pushed() >= self.source.1 {
            return Err(Error::internal(format!("row {} of {} samples", self.vertical.pushed(), row.len())));
        }
        Ok(())
    }

    const fn shift(&self) -> u32 {
        match self.channel {
            Channel::Luma(Light::Linear) => WEIGHT_BITS,
            Channel::Luma(Light::Gamma) | Channel::Chroma => WEIGHT_BITS - LEVEL_BITS,
        }
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

/// The last tile of a row is filled up with zeros.
pub(super) fn whole<S: Copy + Default>(samples: &[S]) -> [S; TILE] {
    samples.first_chunk().copied().unwrap_or_else(|| {
        let mut tile = [S::default(); TILE];
        for (target, sample) in tile.iter_mut().zip(samples) {
            *target = *sample;
        }
        tile
    })
}

fn lighten(upper: &[u8], lower: &[u8], tile: &mut Tile) {
    let levels = TABLES.levels();
    for (pair, (upper, lower)) in tile.as_chunks_mut::<2>().0.iter_mut().zip(upper.iter().zip(lower)) {
        *pair = [levels[usize::from(*upper)], levels[usize::from(*lower)]];
    }
}

/// The most samples that a window spans.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most three times the side, twice")]
pub(super) fn reach(axis: &Axis) -> u64 {
    (6.0 * axis.step().max(1.0)).ceil() as u64
}

pub(super) fn zeroes(len: usize) -> Result<Vec<i16>> {
    let mut levels = limits::reserve(len as u64)?;
    levels.resize(len, 0);
    Ok(levels)
}

#[cfg(test)]
mod tests;
