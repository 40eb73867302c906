//! Which pixels are of a passage: like their neighbors on all four sides, so that an error shows as a band. Row by row; changes nothing.

use super::unique::Unique;
use crate::error::Result;
use crate::limits::reserve;

/// Neighbors that differ by no more than this in any sample are alike.
const ALIKE: u8 = 4;

pub(super) struct Passages<'a> {
    unique: &'a Unique,
    width: usize,
    /// Rows that were read.
    next: usize,
    row: Vec<[u8; 4]>,
    below: Vec<[u8; 4]>,
    /// By how much samples differ beyond what is alike.
    excess: Vec<u8>,
    is_like_above: Vec<bool>,
    is_like_below: Vec<bool>,
    is_calm: Vec<bool>,
}

impl<'a> Passages<'a> {
    pub(super) fn new(unique: &'a Unique, width: usize) -> Result<Self> {
        let (colors, flags) = (|| reserve(width as u64), || reserve(width as u64));
        let mut passages = Self {
            unique,
            width,
            next: 0,
            row: colors()?,
            below: colors()?,
            excess: reserve(width as u64 * 4)?,
            is_like_above: flags()?,
            is_like_below: flags()?,
            is_calm: flags()?,
        };
        passages.read();
        passages.is_like_below.resize(width, true);
        Ok(passages)
    }

    /// Of each pixel of the next row.
    pub(super) fn next_row(&mut self) -> &[bool] {
        std::mem::swap(&mut self.row, &mut self.below);
        std::mem::swap(&mut self.is_like_above, &mut self.is_like_below);
        self.read();
        compare(&self.row, &self.below, &mut self.excess, &mut self.is_like_below);
        let right = self.row.get(1..).unwrap_or_default();
        compare(&self.row, right, &mut self.excess, &mut self.is_calm);
        let mut is_like_left = true;
        let vertical = self.is_like_above.iter().zip(&self.is_like_below);
        for (is_calm, (above, below)) in self.is_calm.iter_mut().zip(vertical) {
            let is_like_right = *is_calm;
            *is_calm = is_like_left & is_like_right & above & below;
            is_like_left = is_like_right;
        }
        &self.is_calm
    }

    /// The row below, or none.
    fn read(&mut self) {
        let start = self.next * self.width;
        let numbers = self.unique.numbers().get(start..start + self.width).unwrap_or_default();
        let color = |number: &u32| self.unique.colors().get(*number as usize).copied().unwrap_or_default();
        self.below.clear();
        self.below.extend(numbers.iter().map(color));
        self.next += 1;
    }
}

/// What has no neighbor is like it. In two loops, since each of them becomes a few instructions for many pixels.
fn compare(row: &[[u8; 4]], others: &[[u8; 4]], excess: &mut Vec<u8>, is_alike: &mut Vec<bool>) {
    let pairs = row.as_flattened().iter().zip(others.as_flattened());
    excess.clear();
    excess.extend(pairs.map(|(one, other)| one.abs_diff(*other).saturating_sub(ALIKE)));
    is_alike.clear();
    is_alike.extend(excess.as_chunks::<4>().0.iter().map(|excess| u32::from_ne_bytes(*excess) == 0));
    is_alike.resize(row.len(), true);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Image, Layout};

    #[test]
    fn an_edge_is_no_passage_on_either_side() {
        let data: Vec<u8> = [10, 12, 14, 40, 42, 44].repeat(3);
        let image = Image::new(6, 3, Layout::Gray, data).unwrap();
        let unique = Unique::exact(&image, 256).unwrap().unwrap();
        let mut passages = Passages::new(&unique, 6).unwrap();
        for _ in 0..3 {
            assert_eq!(passages.next_row(), [true, true, false, false, true, true]);
        }
    }

    #[test]
    fn edges_lie_between_rows_too() {
        let image = Image::new(1, 6, Layout::Gray, vec![10, 12, 14, 40, 42, 44]).unwrap();
        let unique = Unique::exact(&image, 256).unwrap().unwrap();
        let mut passages = Passages::new(&unique, 1).unwrap();
        let found: Vec<bool> = (0..6).map(|_| passages.next_row()[0]).collect();
        assert_eq!(found, [true, true, false, false, true, true]);
    }
}
