//! Coefficients that nobody needs are passed over several at a time. Keeps no values.

use super::bits::Bits;
use super::huffman::Table;
use super::symbol::Symbol;

/// Bits that find several symbols.
const SKIP_BITS: u32 = 12;
/// Further than any block.
const TOO_FAR: u16 = 127;

/// For each 12 bits: how far all symbols lead whose codes are whole in them. Bits 0-4 are the bits that they and their
/// values take, 5-11 the coefficients, plus one for an end of block, 12 the end of block.
#[derive(Debug, Clone)]
pub(super) struct Skips([u16; 1 << SKIP_BITS]);

impl Skips {
    /// Nothing to skip at once: every symbol is read by itself, which is right as well.
    pub(super) fn none() -> Box<Self> {
        Box::new(Self([TOO_FAR << 5; 1 << SKIP_BITS]))
    }

    pub(super) fn new(table: &Table) -> Box<Self> {
        let mut skips = Self::none();
        for (bits, skip) in (0u32..).zip(&mut skips.0) {
            *skip = skip_of(table, bits << (32 - SKIP_BITS));
        }
        skips
    }

    /// Bits, coefficients with the end of block counted as one, and whether the block ends. More coefficients than a
    /// block has: one symbol has to be read instead.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &Bits<'_>) -> (u32, usize, bool) {
        let entry = self.0[bits.peek::<SKIP_BITS>() & ((1 << SKIP_BITS) - 1)];
        (u32::from(entry & 31), usize::from(entry >> 5 & 127), entry >> 12 != 0)
    }
}

/// Follows the symbols from the head of 32 bits, of which 12 are known.
#[expect(clippy::cast_possible_truncation, reason = "bits, coefficients and the end take 13 bits")]
fn skip_of(table: &Table, head: u32) -> u16 {
    let (mut len, mut passed) = (0, 0);
    while len < SKIP_BITS {
        let symbol = table.short_symbol(head << len);
        if symbol == Symbol::NONE || len + symbol.code_len() > SKIP_BITS {
            break;
        }
        if symbol.is_end_of_band() {
            return (len + symbol.len()) as u16 | (passed as u16 + 1) << 5 | 1 << 12;
        }
        if passed + symbol.skip() + 1 > 62 {
            break;
        }
        passed += symbol.skip() + 1;
        len += symbol.len();
    }
    if len == 0 { TOO_FAR << 5 } else { len as u16 | (passed as u16) << 5 }
}

#[cfg(test)]
mod tests {
    use super::super::huffman::Definition;
    use super::super::symbol::Class;
    use super::*;

    /// Two codes of 2 bits, one of 3.
    fn table() -> Box<Table> {
        let mut body = vec![0u8; 16];
        (body[1], body[2]) = (2, 1);
        body.extend([0x00, 0x11, 0x23]);
        Table::new(&Definition::parse(&body, Class::Ac).unwrap().0)
    }

    #[test]
    fn skips_what_single_symbols_skip() {
        let table = table();
        let skips = Skips::new(&table);
        // 01+1, 100+3 bits, 00: a step of 2, a step of 3, the end.
        let bytes = [0b0111_0010, 0b1000_0000, 0, 0, 0, 0, 0, 0, 0];
        let mut bits = Bits::new(&bytes);
        bits.refill();
        assert_eq!(skips.skip(&bits), (11, 6, true));
    }
}
