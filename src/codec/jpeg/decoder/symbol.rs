//! One symbol of entropy-coded data: what it says about lengths, zeros and the value after it. Finds no symbols.

/// The use of a table decides what its symbols mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Dc,
    Ac,
}

/// What a symbol says, a byte each from the lowest: the length of code and value, the length of the code, 63 less the
/// length of the value, and the coefficients to pass over before the value, or `END_OF_BAND` and the four bits of its
/// run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol(u32);

const END_OF_BAND: u32 = 64;

impl Symbol {
    /// Not a symbol.
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn new(len: u32, symbol: u8, class: Class) -> Self {
        let symbol = symbol as u32;
        let (skip, size) = match class {
            Class::Dc => (0, symbol & 15),
            Class::Ac if symbol != 0xf0 && symbol.trailing_zeros() >= 4 => (END_OF_BAND | symbol >> 4, 0),
            Class::Ac => (symbol >> 4, symbol & 15),
        };
        Self((len + size) | len << 8 | (63 - size) << 16 | skip << 24)
    }

    /// Bits of code and value. Only the lowest six are meant.
    #[inline(always)]
    pub(super) const fn len(self) -> u32 {
        self.0 & 0xff
    }

    /// Bits of the code.
    #[inline(always)]
    pub(super) const fn code_len(self) -> u32 {
        self.0 >> 8 & 63
    }

    /// Bits of the value.
    #[inline(always)]
    pub(super) const fn size(self) -> u32 {
        63 - (self.0 >> 16 & 63)
    }

    /// Coefficients to pass over; beyond every block at an end of band.
    #[inline(always)]
    pub(super) const fn skip(self) -> usize {
        (self.0 >> 24) as usize
    }

    #[inline(always)]
    pub(super) const fn is_end_of_band(self) -> bool {
        self.0 >> 24 >= END_OF_BAND
    }

    /// The exponent of an end-of-band run.
    #[inline(always)]
    pub(super) const fn run_bits(self) -> u32 {
        self.0 >> 24 & 15
    }

    /// The value after the code at the head of `window`: T.81 F.2.2.1 without a branch. A leading zero means negative.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 15 bits are left")]
    pub(super) const fn value(self, window: u64) -> i32 {
        let bits = window << self.code_len();
        let negative = !(bits.cast_signed() >> 63);
        let magnitude = ((bits ^ negative.cast_unsigned()) >> 1 >> (self.0 >> 16 & 63)) as i32;
        (magnitude ^ negative as i32).wrapping_sub(negative as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_standard() {
        for size in 0..=15u8 {
            let symbol = Symbol::new(5, size, Class::Dc);
            for raw in 0..1u64 << size {
                let half = 1i32 << size >> 1;
                let raw_value = i32::try_from(raw).unwrap();
                let expected = if raw_value < half { raw_value - (1 << size) + 1 } else { raw_value };
                let window = 0x1f << 59 | raw << (59 - u32::from(size)) | 0x155;
                assert_eq!(symbol.value(window), if size == 0 { 0 } else { expected });
            }
        }
    }
}
