//! Eight rows of one component, block by block. Fills partial blocks with the picture's last column;
//! never looks at what a sample means.

use crate::error::Result;
use crate::limits::reserve;

/// The samples of one block, row by row.
pub(super) type Samples = [[u8; 8]; 8];

pub(super) struct Band {
    blocks: Vec<Samples>,
}

impl Band {
    /// Room for rows of `width` samples.
    pub(super) fn new(width: u32) -> Result<Self> {
        let count = width.div_ceil(8);
        let mut blocks = reserve(count.into())?;
        blocks.resize(count as usize, [[0; 8]; 8]);
        Ok(Self { blocks })
    }

    pub(super) fn blocks(&self) -> &[Samples] {
        &self.blocks
    }

    /// Sets row `y`, 0 to 7. A row shorter than the band repeats its last sample.
    pub(super) fn set(&mut self, y: usize, row: &[u8]) {
        let (whole, rest) = row.as_chunks::<8>();
        let mut partial = [row.last().copied().unwrap_or_default(); 8];
        for (to, from) in partial.iter_mut().zip(rest) {
            *to = *from;
        }
        let count = whole.len().min(self.blocks.len());
        let (front, back) = self.blocks.split_at_mut(count);
        for (block, piece) in front.iter_mut().zip(whole) {
            block[y % 8] = *piece;
        }
        for block in back {
            block[y % 8] = partial;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_fills_the_last_block() {
        let mut band = Band::new(10).unwrap();
        band.set(3, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(band.blocks().len(), 2);
        assert_eq!(band.blocks()[0][3], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(band.blocks()[1][3], [9, 10, 10, 10, 10, 10, 10, 10]);
        assert_eq!(band.blocks()[1][2], [0; 8]);
    }
}
