//! The AC coefficients of one block in one progressive scan (T.81 G.1.2.2 and G.1.2.3). Which coefficients are not zero
//! is kept as one mask for each block, so that those that a scale drops cost a bit each and no loop.

use super::bits::Bits;
use super::huffman::Table;
use super::scale::Scale;
use super::scan::Scan;

/// A scan's part of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refinement {
    first: usize,
    last: usize,
    band: u64,
    low: u32,
    is_later: bool,
    kept: u64,
    places: &'static [u8; 64],
}

impl Refinement {
    pub(super) const fn new(scan: &Scan, scale: Scale) -> Self {
        Self {
            first: scan.first,
            last: scan.last,
            band: scan.band(),
            low: scan.low,
            is_later: scan.is_refinement(),
            kept: scale.kept_mask(),
            places: scale.places(),
        }
    }

    /// Says that an earlier scan of the band has left bits to this one.
    #[inline(always)]
    pub(super) const fn is_later(&self) -> bool {
        self.is_later
    }

    /// Coefficients that are kept of a block.
    #[inline(always)]
    pub(super) const fn kept(&self) -> usize {
        self.kept.count_ones() as usize
    }

    /// The first scan of the band. Gives the blocks after this one that have nothing in it.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "wraps as libjpeg's does")]
    pub(super) fn read_first(
        &self,
        bits: &mut Bits<'_>,
        table: &Table,
        block: &mut [i16],
        significant: &mut u64,
    ) -> u32 {
        let mut k = self.first;
        while k <= self.last {
            bits.ensure();
            let symbol = table.symbol(bits);
            let value = symbol.value(bits.window());
            bits.consume(symbol.len());
            if symbol.is_end_of_band() {
                return run(bits, symbol.run_bits()) - 1;
            }
            k += symbol.skip();
            if k > 63 {
                break;
            }
            // Sixteen zeros are coded as a value of zero after fifteen.
            *significant |= u64::from(symbol.size() > 0) << k;
            if let Some(coefficient) = block.get_mut(usize::from(self.places[k])) {
                *coefficient = (value << self.low) as i16;
            }
            k += 1;
        }
        0
    }

    /// A later scan of the band. `run` counts the blocks, this one included, that get no new coefficients; what is left
    /// of it is given back.
    #[inline(always)]
    pub(super) fn read(
        &self,
        bits: &mut Bits<'_>,
        table: &Table,
        run_before: u32,
        block: &mut [i16],
        significant: &mut u64,
    ) -> u32 {
        let mut ahead = self.band;
        let mut blocks = run_before;
        while blocks == 0 && ahead != 0 {
            bits.ensure();
            let symbol = table.symbol(bits);
            bits.consume(symbol.len() - symbol.size());
            if symbol.is_end_of_band() {
                blocks = run(bits, symbol.run_bits());
                break;
            }
            if symbol.size() > 1 {
                // A new coefficient of a refinement is 1 or -1; libjpeg warns of others.
                bits.damage();
                return 0;
            }
            let is_new = symbol.size() > 0;
            let is_positive = is_new && bits.take(1) == 1;
            let target = lowest_after(ahead & !*significant, symbol.skip());
            // All of the band where too few zeros are left.
            let passed = ahead & target.wrapping_sub(1);
            self.correct(bits, passed & *significant, block);
            ahead &= !(passed | target);
            if is_new && target != 0 {
                *significant |= target;
                let one = 1i16 << self.low;
                if let Some(coefficient) = self.at(target, block) {
                    *coefficient = if is_positive { one } else { -one };
                }
            }
        }
        if blocks > 0 {
            self.correct(bits, ahead & *significant, block);
            blocks -= 1;
        }
        blocks
    }

    /// One more bit for each of the coefficients that are not zero, of which only those that the scale keeps are looked at.
    #[inline(always)]
    fn correct(&self, bits: &mut Bits<'_>, mut coefficients: u64, block: &mut [i16]) {
        while coefficients != 0 {
            bits.ensure();
            let rest = if coefficients.count_ones() > 32 { above_lowest_32(coefficients) } else { 0 };
            let group = coefficients ^ rest;
            let count = group.count_ones();
            let given = bits.take(count);
            let mut kept = group & self.kept;
            while kept != 0 {
                let lowest = kept & kept.wrapping_neg();
                kept ^= lowest;
                // The first of the bits is for the lowest coefficient.
                let place = count - 1 - (group & lowest.wrapping_sub(1)).count_ones();
                if given >> (place & 31) & 1 != 0 {
                    self.enlarge(lowest, block);
                }
            }
            coefficients = rest;
        }
    }

    #[inline(always)]
    fn enlarge(&self, coefficient: u64, block: &mut [i16]) {
        let one = 1i16 << self.low;
        if let Some(coefficient) = self.at(coefficient, block) {
            // A bit that is there already is a defect of the file; libjpeg lets it be.
            if *coefficient & one == 0 {
                *coefficient = coefficient.wrapping_add(if *coefficient < 0 { -one } else { one });
            }
        }
    }

    /// The coefficient of a bit of the mask, where the scale keeps it.
    #[inline(always)]
    fn at<'b>(&self, coefficient: u64, block: &'b mut [i16]) -> Option<&'b mut i16> {
        block.get_mut(usize::from(self.places[(coefficient.trailing_zeros() & 63) as usize]))
    }
}

/// The number of blocks of an end-of-band run, this one included.
#[inline(always)]
fn run(bits: &mut Bits<'_>, exponent: u32) -> u32 {
    (1 << exponent) + bits.take(exponent)
}

/// All bits that are set but the lowest 32 of them.
#[cold]
fn above_lowest_32(mask: u64) -> u64 {
    (0..32).fold(mask, |mask, _| mask & mask.wrapping_sub(1))
}

/// The lowest bit that is set after `skip` lower ones, or 0.
#[inline(always)]
fn lowest_after(mut mask: u64, skip: usize) -> u64 {
    for _ in 0..skip {
        mask &= mask.wrapping_sub(1);
    }
    mask & mask.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_zero_after_others() {
        assert_eq!(lowest_after(0b1011, 0), 1);
        assert_eq!(lowest_after(0b1011, 2), 8);
        assert_eq!(lowest_after(0b1011, 3), 0);
    }

    #[test]
    fn finds_what_is_above_32() {
        assert_eq!(above_lowest_32(u64::MAX), u64::MAX << 32);
        assert_eq!(above_lowest_32(u64::MAX << 2), u64::MAX << 34);
    }
}
