//! The quantized coefficients of one component, block after block: which are not zero, and their values.
//! Takes 11 bytes a block and 2 for each value; knows nothing of scans.

use super::transform::Levels;
use super::zigzag::COLUMNS;
use crate::error::{Error, Result};
use crate::limits::reserve;

/// The most values of a block besides the first.
const MAX_VALUES: usize = 63;

pub(super) struct Blocks {
    rows: u64,
    row_len: usize,
    dc: Vec<i16>,
    masks: Vec<u64>,
    counts: Vec<u8>,
    values: Vec<i16>,
}

/// One block as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    /// Bit `k` is place `k` in the file; never bit 0.
    pub(super) mask: u64,
    /// One for each bit of the mask, in their order. None is zero.
    pub(super) values: &'a [i16],
}

impl Blocks {
    /// Room for the blocks of a component; values get theirs row by row.
    pub(super) fn new(width: u32, height: u32) -> Result<Self> {
        let (columns, rows) = (width.div_ceil(8), u64::from(height.div_ceil(8)));
        let count = rows * u64::from(columns);
        Ok(Self {
            rows,
            row_len: columns as usize,
            dc: reserve(count)?,
            masks: reserve(count)?,
            counts: reserve(count)?,
            values: Vec::new(),
        })
    }

    /// Without blocks, but with their room.
    pub(super) fn clear(&mut self) {
        self.dc.clear();
        self.masks.clear();
        self.counts.clear();
        self.values.clear();
    }

    /// Makes room for the values of one more row of blocks, so that `push` finds it.
    ///
    /// Where it does not suffice, it grows to what the rows so far make likely for all, but by half at least.
    pub(super) fn grow(&mut self) -> Result<()> {
        let (len, capacity) = (self.values.len(), self.values.capacity());
        let row = self.row_len.saturating_mul(MAX_VALUES);
        if capacity - len >= row {
            return Ok(());
        }
        let done = (self.dc.len() / self.row_len.max(1)) as u64;
        let likely = (len as u64).saturating_mul(self.rows) / done.max(1);
        let likely = usize::try_from(likely).unwrap_or(usize::MAX).max(len.saturating_add(len / 2)).saturating_add(row);
        let most = usize::try_from(self.rows - done).unwrap_or(usize::MAX).saturating_mul(row).saturating_add(len);
        let wanted = likely.min(most);
        let refused = |_| Error::internal(format!("a refusal of the system to give room for {wanted} coefficients"));
        self.values.try_reserve_exact(wanted - len).map_err(refused)
    }

    /// Adds the next block from the transform.
    pub(super) fn push(&mut self, levels: &Levels) {
        let values = levels.values.as_flattened();
        let mut mask = levels.mask;
        let before = self.values.len();
        while mask != 0 {
            let place = COLUMNS[mask.trailing_zeros() as usize % 64];
            self.values.push(values[usize::from(place) % 64]);
            mask &= mask - 1;
        }
        self.finish(values[0], levels.mask, before);
    }

    /// Adds the next block by its values in the file's order.
    pub(super) fn push_chosen(&mut self, dc: i16, mask: u64, values: impl Iterator<Item = i16>) {
        let before = self.values.len();
        self.values.extend(values.take(MAX_VALUES));
        self.finish(dc, mask, before);
    }

    fn finish(&mut self, dc: i16, mask: u64, before: usize) {
        self.dc.push(dc);
        self.masks.push(mask);
        self.counts.push(u8::try_from(self.values.len() - before).unwrap_or_default());
    }

    /// The first coefficients, block by block.
    pub(super) fn dc(&self) -> &[i16] {
        &self.dc
    }

    pub(super) fn values(&self) -> usize {
        self.values.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Block<'_>> {
        let mut rest = self.values.as_slice();
        self.masks.iter().zip(&self.counts).map(move |(mask, count)| {
            let (values, after) = rest.split_at_checked((*count).into()).unwrap_or_default();
            rest = after;
            Block { mask: *mask, values }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_as_they_went() {
        let mut blocks = Blocks::new(24, 8).unwrap();
        blocks.grow().unwrap();
        let mut levels = Levels::ZERO;
        levels.values[0] = [5, -3, 0, 0, 0, 0, 0, 0];
        levels.values[1][0] = 7;
        levels.values[7][7] = 1;
        levels.mask = 1 << 1 | 1 << 2 | 1 << 63;
        blocks.push(&Levels::ZERO);
        blocks.push(&levels);
        blocks.push_chosen(9, 1 << 3 | 1 << 4, [-1, 2].into_iter());
        let read: Vec<_> = blocks.iter().map(|block| (block.mask, block.values.to_vec())).collect();
        assert_eq!(read, [(0, vec![]), (1 << 1 | 1 << 2 | 1 << 63, vec![7, -3, 1]), (1 << 3 | 1 << 4, vec![-1, 2])]);
        assert_eq!(blocks.dc(), [0, 5, 9]);
    }
}
