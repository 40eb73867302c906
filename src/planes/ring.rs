//! The source rows that some target row still needs, two by two. Holds a few lines, never a picture.

use super::kernels::{Kernels, TILE, Tile};
use crate::error::Result;
use crate::limits;

/// Pairs of rows in tiles. All pairs of a column of tiles lie one behind the other: the sum over a window reads them in
/// the order of memory, whatever row comes first, with the weights turned instead.
pub(super) struct Ring<S> {
    tiles: Vec<Tile>,
    slots: usize,
    /// The upper row of a pair whose lower one has not come yet.
    upper: Vec<S>,
}

impl<S: Copy + Default> Ring<S> {
    pub(super) fn new(width: usize, slots: usize) -> Result<Self> {
        let columns = width.div_ceil(TILE);
        let mut tiles = limits::reserve(columns as u64 * slots as u64)?;
        tiles.resize(columns * slots, [0; 2 * TILE]);
        let mut upper = limits::reserve(width as u64)?;
        upper.resize(width, S::default());
        Ok(Self { tiles, slots, upper })
    }

    pub(super) const fn working_bytes(width: u64, slots: u64) -> u64 {
        width.next_multiple_of(TILE as u64) * slots * 4 + width * size_of::<S>() as u64
    }

    /// Keeps the upper row of a pair. A row of another length is cut, or keeps what was there before.
    pub(super) fn keep(&mut self, row: &[S]) {
        for (kept, sample) in self.upper.iter_mut().zip(row) {
            *kept = *sample;
        }
    }

    /// Writes the pair of the kept row and this one, or of the kept row twice where the source ends with it. `fill` puts at most
    /// a tile's samples of both side by side.
    pub(super) fn close(&mut self, pair: usize, lower: Option<&[S]>, fill: impl Fn(&[S], &[S], &mut Tile)) {
        let slot = pair % self.slots;
        let lower = lower.unwrap_or(&self.upper);
        let rows = self.upper.chunks(TILE).zip(lower.chunks(TILE));
        for (column, (upper, lower)) in self.tiles.chunks_exact_mut(self.slots).zip(rows) {
            if let Some(tile) = column.get_mut(slot) {
                fill(upper, lower, tile);
            }
        }
    }

    /// One row of levels by a weight for each pair that `weights` has, in the ring's own order.
    pub(super) fn sum(&self, weights: &[[i16; 2]], shift: u32, kernels: Kernels, levels: &mut [i16]) {
        if weights.len() == self.slots {
            kernels.vertical(&self.tiles, weights, shift, levels);
        }
    }

    pub(super) const fn slots(&self) -> usize {
        self.slots
    }

    #[cfg(test)]
    pub(super) const fn width(&self) -> usize {
        self.upper.len()
    }
}
