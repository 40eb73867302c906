//! What one scan will write, before its Huffman table is known: symbols, the bits after them, and how often each came.
//! Makes no decisions of its own.

use crate::error::Result;
use crate::limits::reserve;

/// One symbol and up to 15 bits after it, or bits alone.
///
/// Bits 0 to 7 are the symbol, 8 to 11 the number of bits, 15 says that there is no symbol, 16 to 31 are the bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token(u32);

/// Marks a token without a symbol.
const BARE: u32 = 1 << 15;

impl Token {
    #[inline]
    const fn new(symbol: u8, count: u32, bits: u32) -> Self {
        Self(symbol as u32 | count << 8 | bits << 16)
    }

    const fn bare(count: u32, bits: u32) -> Self {
        Self(count << 8 | BARE | bits << 16)
    }

    /// 0 to 255 for a symbol; from 256 on there is none.
    #[inline]
    pub(super) const fn symbol(self) -> usize {
        (self.0 & 0xff | self.0 >> 7 & 0x100) as usize
    }

    /// How many bits follow, and which.
    #[inline]
    pub(super) const fn extra(self) -> (u32, u32) {
        (self.0 >> 8 & 15, self.0 >> 16)
    }
}

/// How often each symbol came.
pub(super) type Histogram = [u32; 256];

pub(super) struct Tokens {
    list: Vec<Token>,
    histogram: Histogram,
}

impl Tokens {
    pub(super) const fn new() -> Self {
        Self { list: Vec::new(), histogram: [0; 256] }
    }

    /// Empties it and makes room for so many tokens, so that adding them finds it.
    pub(super) fn start(&mut self, count: usize) -> Result<()> {
        self.histogram = [0; 256];
        self.list.clear();
        if self.list.capacity() < count {
            // The old room goes before the new one comes.
            self.list = Vec::new();
            self.list = reserve(count as u64)?;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn symbol(&mut self, symbol: u8, count: u32, bits: u32) {
        self.histogram[usize::from(symbol)] += 1;
        self.list.push(Token::new(symbol, count, bits));
    }

    /// Single bits, each 0 or 1.
    pub(super) fn bits(&mut self, bits: &[u8]) {
        for group in bits.chunks(15) {
            let joined = group.iter().fold(0, |joined, bit| joined << 1 | u32::from(*bit));
            #[expect(clippy::cast_possible_truncation, reason = "at most 15")]
            self.list.push(Token::bare(group.len() as u32, joined));
        }
    }

    pub(super) fn list(&self) -> &[Token] {
        &self.list
    }

    pub(super) const fn histogram(&self) -> &Histogram {
        &self.histogram
    }
}

/// The category of a value and the bits that say it within (T.81, F.1.2.1).
#[inline]
pub(super) const fn magnitude(value: i32) -> (u32, u32) {
    let size = 32 - value.unsigned_abs().leading_zeros();
    let bits = (value + (value >> 31)).cast_unsigned() & ((1 << size) - 1);
    (size, bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magnitudes_are_those_of_the_standard() {
        let known =
            [(0, 0, 0), (1, 1, 1), (-1, 1, 0), (2, 2, 2), (-2, 2, 1), (-3, 2, 0), (1023, 10, 1023), (-1023, 10, 0)];
        for (value, size, bits) in known {
            assert_eq!(magnitude(value), (size, bits), "{value}");
        }
    }

    #[test]
    fn tokens_keep_their_parts() {
        let mut tokens = Tokens::new();
        tokens.symbol(0xe3, 14, 0x3fff);
        tokens.bits(&[1; 17]);
        let parts: Vec<_> = tokens.list().iter().map(|token| (token.symbol(), token.extra())).collect();
        assert_eq!(
            parts,
            [(0xe3, (14, 0x3fff)), (256, (15, 0x7fff)), (256, (2, 3))].map(|(s, e)| (if s > 255 { 256 } else { s }, e))
        );
        assert_eq!(tokens.histogram()[0xe3], 1);
    }
}
