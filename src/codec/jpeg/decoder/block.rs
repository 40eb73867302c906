//! One block of a sequential scan: from bits to dequantized coefficients, of which a scaled transform gets only its
//! own. Does not transform.

use std::rc::Rc;

use super::bits::Bits;
use super::huffman::Table;
use super::scale::Scale;
use super::skips::Skips;

/// Coefficients of one block: for N/8 the first N x N, columns first. The rest is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(super) struct Block(pub(super) [i16; 64]);

impl Block {
    pub(super) const ZERO: Self = Self([0; 64]);

    /// Sets to zero what a scale below the full one reads.
    #[inline(always)]
    pub(super) fn clear_kept(&mut self) {
        if let Some(kept) = self.0.first_chunk_mut::<16>() {
            *kept = [0; 16];
        }
    }
}

/// The tables of blocks. Components with the same ones share them: two copies would not fit into a first-level cache.
#[derive(Debug)]
pub(super) struct Coding {
    pub(super) dc: Box<Table>,
    pub(super) ac: Box<Table>,
    pub(super) skips: Box<Skips>,
}

/// What the blocks of a component are read with.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) coding: Rc<Coding>,
    /// In zigzag order.
    pub(super) quantization: [i16; 64],
}

impl Reader {
    /// Reads a block into one that is zero. Damage is remembered in `bits`. Says whether the block is flat: DC alone.
    #[inline(always)]
    pub(super) fn read(&self, scale: Scale, bits: &mut Bits<'_>, prediction: &mut i32, block: &mut Block) -> bool {
        match scale {
            Scale::Full => self.read_scaled::<0>(bits, prediction, block),
            Scale::Half => self.read_scaled::<1>(bits, prediction, block),
            Scale::Quarter => self.read_scaled::<2>(bits, prediction, block),
            Scale::Eighth => self.read_scaled::<3>(bits, prediction, block),
        }
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "products wrap at 16 bits, as in libjpeg-turbo's kernels")]
    fn read_scaled<const SCALE: usize>(&self, bits: &mut Bits<'_>, prediction: &mut i32, block: &mut Block) -> bool {
        let scale = const { Scale::ALL[SCALE] };
        let (last_kept, places) = (scale.last_kept(), scale.places());
        bits.refill();
        let symbol = self.coding.dc.symbol(bits);
        *prediction = prediction.wrapping_add(symbol.value(bits.window()));
        bits.consume(symbol.len());
        block.0[0] = prediction.wrapping_mul(self.quantization[0].into()) as i16;
        let mut k = 1;
        while k <= last_kept {
            bits.ensure();
            let symbol = self.coding.ac.symbol(bits);
            let value = symbol.value(bits.window());
            bits.consume(symbol.len());
            k += symbol.skip();
            if k > 63 {
                return k == 1 + symbol.skip();
            }
            let value = value.wrapping_mul(self.quantization[k].into()) as i16;
            block.0[usize::from(places[k] & 63)] = value;
            k += 1;
        }
        if SCALE > 0 {
            self.skip_from(k, bits);
        }
        false
    }

    /// Passes over the coefficients from `k` to the end of the block.
    #[inline(always)]
    fn skip_from(&self, mut k: usize, bits: &mut Bits<'_>) {
        while k < 64 {
            bits.ensure();
            let (len, passed, is_last) = self.coding.skips.skip(bits);
            if k + passed <= 64 {
                bits.consume(len);
                if is_last {
                    return;
                }
                k += passed;
            } else {
                let symbol = self.coding.ac.symbol(bits);
                bits.consume(symbol.len());
                k += symbol.skip() + 1;
            }
        }
    }
}
