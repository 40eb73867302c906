//! Bits to bytes, with the zero after each byte of ones (T.81, B.1.1.5). Knows no marker.

use super::huffman::Table;
use super::tokens::Token;
use crate::error::{Error, Result};

/// Tokens between two looks at the room: each takes at most 31 bits, and each of its bytes may take two.
const GROUP: usize = 1024;

/// The bits of one scan.
pub(super) struct Bits<'a> {
    file: &'a mut Vec<u8>,
    /// Tokens without a symbol have a code of no bits: one look-up for both.
    codes: [(u32, u32); 512],
    pending: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(file: &'a mut Vec<u8>, table: &Table) -> Self {
        let mut codes = [(0, 0); 512];
        for (to, code) in codes.iter_mut().zip(table.codes()) {
            *to = (code.bits.into(), code.len.into());
        }
        Self { file, codes, pending: 0, count: 0 }
    }

    /// Makes room for so many bits and what stuffing usually adds, exactly: the file does not grow by its own size then.
    pub(super) fn expect(&mut self, bits: u64) -> Result<()> {
        let bytes = usize::try_from(bits / 8 + bits / 512).unwrap_or(usize::MAX).saturating_add(GROUP * 8 + 64);
        self.file.try_reserve_exact(bytes).map_err(|_| no_room())
    }

    pub(super) fn write(&mut self, tokens: &[Token]) -> Result<()> {
        for group in tokens.chunks(GROUP) {
            self.grow()?;
            for token in group {
                let (code, len) = self.codes[token.symbol() % 512];
                let (count, extra) = token.extra();
                self.put(code << count | extra, len + count);
            }
        }
        Ok(())
    }

    /// Fills the last byte with ones.
    pub(super) fn finish(mut self) -> Result<()> {
        self.grow()?;
        let missing = (8 - self.count % 8) % 8;
        self.put((1 << missing) - 1, missing);
        let bytes = (self.pending << (32 - self.count)).to_be_bytes();
        self.stuffed(bytes.get(4..4 + self.count as usize / 8).unwrap_or_default());
        Ok(())
    }

    fn grow(&mut self) -> Result<()> {
        self.file.try_reserve(GROUP * 8 + 16).map_err(|_| no_room())
    }

    #[inline]
    fn put(&mut self, bits: u32, count: u32) {
        self.pending = self.pending << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            #[expect(clippy::cast_possible_truncation, reason = "the rest has been written")]
            self.word((self.pending >> self.count) as u32);
        }
    }

    #[inline]
    fn word(&mut self, word: u32) {
        let bytes = word.to_be_bytes();
        if has_ones(word) { self.stuffed(&bytes) } else { self.file.extend_from_slice(&bytes) }
    }

    #[cold]
    fn stuffed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.file.push(*byte);
            if *byte == 0xff {
                self.file.push(0);
            }
        }
    }
}

fn no_room() -> Error {
    Error::internal("a refusal of the system to give room for the file")
}

/// Says that a byte is 0xff: the same as that a byte of the complement is zero.
const fn has_ones(word: u32) -> bool {
    let complement = !word;
    complement.wrapping_sub(0x0101_0101) & word & 0x8080_8080 != 0
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokens;
    use super::*;

    #[test]
    fn finds_bytes_of_ones() {
        for (word, has) in
            [(0xff00_0000, true), (0x0000_00ff, true), (0x00fe_7f80, false), (u32::MAX, true), (0, false)]
        {
            assert_eq!(has_ones(word), has, "{word:x}");
        }
    }

    #[test]
    fn ends_with_ones_and_stuffs() {
        let mut tokens = Tokens::new();
        tokens.symbol(3, 0, 0);
        tokens.bits(&[1; 15]);
        tokens.bits(&[1; 3]);
        let mut file = vec![7];
        let mut bits = Bits::new(&mut file, &Table::new(tokens.histogram()));
        bits.write(tokens.list()).unwrap();
        bits.finish().unwrap();
        assert_eq!(file, [7, 0b0111_1111, 0xff, 0, 0b1111_1111, 0]);
    }
}
