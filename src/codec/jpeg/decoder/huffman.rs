//! Huffman tables: what a DHT segment defines, and the lookups from bits to a symbol. Refuses codes that no encoder may
//! write; reads no segments.

use super::bits::Bits;
use super::fault::damaged;
use super::symbol::{Class, Symbol};
use crate::error::Result;

/// Bits that find a symbol in one step. With ten the tables of luma and chroma stay in a first-level cache of 32 KB;
/// 0.2 % of a photograph's symbols are longer with tables made for it, 10 % at quality 96 with those of T.81 K.3.
const LOOKUP_BITS: u32 = 10;
/// The long codes of all tables that encoders write lie within the last 2^11 numbers of 16 bits; others are searched
/// for.
const HIGH_BITS: u32 = 11;
const HIGH_FROM: u32 = (1 << 16) - (1 << HIGH_BITS);

/// A table as its segment defines it: codes of each length, symbols in the order of their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    counts: [u8; 16],
    symbols: [u8; 256],
    class: Class,
}

/// A table to read with.
#[derive(Debug, Clone)]
pub(super) struct Table {
    lookup: [Symbol; 1 << LOOKUP_BITS],
    /// Longer codes stand above all others: the symbols of the highest numbers of 16 bits.
    high: [Symbol; 1 << HIGH_BITS],
    /// For each length of code: the first 16 bits above its codes, and what leads from a code to its symbol.
    limits: [u32; 16],
    offsets: [i32; 16],
    symbols: [u8; 256],
    class: Class,
}

impl Definition {
    /// Takes one table off the body of a DHT segment, after its class and number.
    pub(super) fn parse(body: &[u8], class: Class) -> Result<(Self, &[u8])> {
        let cut = || damaged("a Huffman table that is cut off");
        let (counts, after) = body.split_first_chunk::<16>().ok_or_else(cut)?;
        let total = counts.iter().map(|&count| usize::from(count)).sum::<usize>();
        let (given, after) = after.split_at_checked(total).ok_or_else(cut)?;
        let mut symbols = [0; 256];
        symbols
            .get_mut(..total)
            .ok_or_else(|| damaged("a Huffman table of more than 256 symbols"))?
            .copy_from_slice(given);
        let definition = Self { counts: *counts, symbols, class };
        definition.check(given)?;
        Ok((definition, after))
    }

    /// Standard tables of T.81 K.3 are given this way.
    pub(super) fn check(&self, given: &[u8]) -> Result<()> {
        // No code may consist of ones alone.
        let mut code = 0u32;
        for (len, &count) in (1..).zip(&self.counts) {
            code += u32::from(count);
            if count > 0 && code >= 1 << len {
                return Err(damaged("a Huffman table with more codes than there are"));
            }
            code <<= 1;
        }
        if self.class == Class::Dc && given.iter().any(|&size| size > 15) {
            return Err(damaged("a Huffman table with DC values of more than 15 bits"));
        }
        Ok(())
    }

    /// Each code with its length and its symbol.
    fn codes(&self) -> impl Iterator<Item = (u32, u32, u8)> + '_ {
        let lengths = (1..).zip(&self.counts).flat_map(|(len, &count)| (0..count).map(move |_| len));
        let mut next = (0u32, 0u32);
        lengths.zip(&self.symbols).map(move |(len, &symbol)| {
            let code = next.0 << (len - next.1);
            next = (code + 1, len);
            (code, len, symbol)
        })
    }
}

impl Table {
    pub(super) fn new(definition: &Definition) -> Box<Self> {
        let mut table = Box::new(Self {
            lookup: [Symbol::NONE; 1 << LOOKUP_BITS],
            high: [Symbol::NONE; 1 << HIGH_BITS],
            limits: [0; 16],
            offsets: [0; 16],
            symbols: definition.symbols,
            class: definition.class,
        });
        for (index, (code, len, symbol)) in (0i32..).zip(definition.codes()) {
            if len <= LOOKUP_BITS {
                let first = (code << (LOOKUP_BITS - len)) as usize;
                let entries = table.lookup.get_mut(first..first + (1 << (LOOKUP_BITS - len))).unwrap_or_default();
                entries.fill(Symbol::new(len, symbol, definition.class));
            } else if let Some(first) = (code << (16 - len)).checked_sub(HIGH_FROM) {
                let first = first as usize;
                let entries = table.high.get_mut(first..first + (1 << (16 - len))).unwrap_or_default();
                entries.fill(Symbol::new(len, symbol, definition.class));
            }
            let at = len as usize - 1;
            if let (Some(limit), Some(offset)) = (table.limits.get_mut(at), table.offsets.get_mut(at)) {
                *limit = (code + 1) << (16 - len);
                *offset = index - code.cast_signed();
            }
        }
        table
    }

    /// The symbol at the head of 32 bits, if its code is short; else `Symbol::NONE`.
    #[inline(always)]
    pub(super) const fn short_symbol(&self, head: u32) -> Symbol {
        self.lookup[(head >> (32 - LOOKUP_BITS)) as usize]
    }

    /// The symbol at the head of the bits, of which 16 have to be there. It is not consumed.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Symbol {
        let symbol = self.lookup[bits.peek::<LOOKUP_BITS>() & ((1 << LOOKUP_BITS) - 1)];
        if symbol == Symbol::NONE { self.long_symbol(bits) } else { symbol }
    }

    #[inline(always)]
    fn long_symbol(&self, bits: &mut Bits<'_>) -> Symbol {
        let head = bits.peek::<16>();
        let high = head.checked_sub(HIGH_FROM as usize).and_then(|at| self.high.get(at));
        let symbol = high.copied().unwrap_or_else(|| self.search(head));
        if symbol == Symbol::NONE {
            bits.damage();
            // Ends the block.
            return Symbol::new(1, 0, self.class);
        }
        symbol
    }

    #[cold]
    #[inline(never)]
    #[expect(clippy::cast_possible_truncation, reason = "16 bits")]
    fn search(&self, head: usize) -> Symbol {
        let head = head as u32;
        for ((len, &limit), &offset) in (1u32..).zip(&self.limits).zip(&self.offsets) {
            if head < limit {
                let index = (head >> (16 - len)).cast_signed() + offset;
                let symbol = usize::try_from(index).ok().and_then(|index| self.symbols.get(index));
                return symbol.map_or(Symbol::NONE, |&symbol| Symbol::new(len, symbol, self.class));
            }
        }
        Symbol::NONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two codes of 2 bits, one of 3, one of 12.
    fn definition() -> Definition {
        let mut body = vec![0u8; 16];
        (body[1], body[2], body[11]) = (2, 1, 1);
        body.extend([0x00, 0x11, 0x23, 0xf0]);
        Definition::parse(&body, Class::Ac).unwrap().0
    }

    fn symbol_of(table: &Table, head: u32) -> Symbol {
        let bytes = head.to_be_bytes();
        let mut bits = Bits::new(&bytes);
        bits.refill();
        table.symbol(&mut bits)
    }

    #[test]
    fn finds_short_and_long_codes() {
        let table = Table::new(&definition());
        assert!(symbol_of(&table, 0).is_end_of_band());
        assert_eq!(symbol_of(&table, 0b01 << 30), Symbol::new(2, 0x11, Class::Ac));
        assert_eq!(symbol_of(&table, 0b100 << 29), Symbol::new(3, 0x23, Class::Ac));
        assert_eq!(symbol_of(&table, 0b1010_0000_0000 << 20), Symbol::new(12, 0xf0, Class::Ac));
    }

    #[test]
    fn refuses_impossible_tables() {
        let mut body = vec![0u8; 16];
        body[0] = 2;
        body.extend([1, 2]);
        assert!(Definition::parse(&body, Class::Ac).is_err());
        assert!(Definition::parse(&body[..15], Class::Ac).is_err());
        assert!(Definition::parse(&[255; 16 + 255 * 16], Class::Ac).is_err());
    }
}
