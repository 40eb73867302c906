//! The rows of a coded picture or of a grid: decodes a row of tiles when its first row is asked for and lets the one before go. Chroma is
//! brought to full size by linear interpolation, within each tile.

use super::frame::Frame;
use crate::codec::avif::container::{Coded, Still};
use crate::error::{Error, Result};
use crate::limits::reserve;

/// Samples of a row, brought to the picture's width: luma and, unless it is gray, chroma.
pub(super) struct Line {
    pub(super) planes: [Vec<f32>; 3],
    /// A row of chroma of one tile as it is coded, and its neighbor.
    halves: [Vec<f32>; 2],
}

pub(super) struct Bands<'a> {
    file: &'a [u8],
    still: &'a Still<'a>,
    coded: &'a Coded,
    frames: Vec<Frame>,
    /// Which row of tiles that is.
    row: Option<usize>,
}

impl<'a> Bands<'a> {
    pub(super) const fn new(file: &'a [u8], still: &'a Still<'a>, coded: &'a Coded) -> Self {
        Self { file, still, coded, frames: Vec::new(), row: None }
    }

    pub(super) fn line(&self) -> Result<Line> {
        let width = u64::from(self.coded.tile.0) * u64::from(self.coded.columns);
        let zeros = |len: u64| -> Result<Vec<f32>> {
            let mut line = reserve(len)?;
            line.resize(usize::try_from(len).unwrap_or_default(), 0.0);
            Ok(line)
        };
        let chroma = if self.coded.coding.is_gray { 0 } else { width };
        let half = u64::from(self.coded.tile.0);
        Ok(Line { planes: [zeros(width)?, zeros(chroma)?, zeros(chroma)?], halves: [zeros(half)?, zeros(half)?] })
    }

    pub(super) const fn bit_depth(&self) -> u8 {
        self.coded.coding.bit_depth
    }

    /// The range that the coded pictures say, of those at hand.
    pub(super) fn is_full_range(&self) -> bool {
        self.frames.first().is_none_or(|frame| frame.is_full_range)
    }

    pub(super) fn read(&mut self, row: u32, line: &mut Line) -> Result<()> {
        let (tile_width, tile_height) = (self.coded.tile.0 as usize, self.coded.tile.1.max(1));
        self.decode((row / tile_height) as usize)?;
        let inner = (row % tile_height) as usize;
        let Line { planes: [luma, blue, red], halves } = line;
        for (frame, part) in self.frames.iter().zip(luma.chunks_exact_mut(tile_width)) {
            frame.read(0, inner, part);
        }
        for (plane, chroma) in [(1, blue), (2, red)] {
            for (frame, part) in self.frames.iter().zip(chroma.chunks_exact_mut(tile_width)) {
                self.read_chroma(frame, plane, inner, part, halves);
            }
        }
        Ok(())
    }

    fn read_chroma(&self, frame: &Frame, plane: usize, row: usize, part: &mut [f32], halves: &mut [Vec<f32>; 2]) {
        let (is_narrow, is_low) = self.coded.coding.halves;
        if !is_narrow {
            frame.read(plane, row, part);
            return;
        }
        let width = part.len().div_ceil(2);
        let [near, far] = halves;
        let (Some(near), Some(far)) = (near.get_mut(..width), far.get_mut(..width)) else { return };
        if is_low {
            let last = (self.coded.tile.1 as usize).div_ceil(2).saturating_sub(1);
            let (own, other) = (row / 2, if row.is_multiple_of(2) { (row / 2).saturating_sub(1) } else { row / 2 + 1 });
            frame.read(plane, own, near);
            frame.read(plane, other.min(last), far);
            near.iter_mut().zip(far).for_each(|(near, far)| *near = *near * 0.75 + *far * 0.25);
        } else {
            frame.read(plane, row, near);
        }
        widen(near, part);
    }

    fn decode(&mut self, row: usize) -> Result<()> {
        if self.row == Some(row) {
            return Ok(());
        }
        self.frames.clear();
        let columns = self.coded.columns as usize;
        let tiles = self.coded.tiles.get(row * columns..).and_then(|tiles| tiles.get(..columns));
        for tile in tiles.ok_or_else(|| Error::internal("a row without tiles"))? {
            self.frames.push(Frame::decode(&tile.bytes(self.file, self.still)?, self.coded)?);
        }
        self.row = Some(row);
        Ok(())
    }
}

/// Two for each sample, which lies between them.
fn widen(samples: &[f32], line: &mut [f32]) {
    let at = |index: usize| samples.get(index).copied();
    for (index, pair) in line.chunks_mut(2).enumerate() {
        let own = at(index).unwrap_or_default();
        let (before, after) = (index.checked_sub(1).and_then(at).unwrap_or(own), at(index + 1).unwrap_or(own));
        let both = [own * 0.75 + before * 0.25, own * 0.75 + after * 0.25];
        pair.iter_mut().zip(both).for_each(|(value, new)| *value = new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_interpolates_and_keeps_the_ends() {
        let wide = |len| {
            let mut line = vec![0.0; len];
            widen(&[0.0, 4.0, 8.0], &mut line);
            line.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(wide(6), "0 1 3 5 7 8");
        assert_eq!(wide(5), "0 1 3 5 7");
    }
}
