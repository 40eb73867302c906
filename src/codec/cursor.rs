//! Reads numbers out of untrusted bytes, in either byte order.
//! Tells "the bytes end here" from "the bytes are wrong", and never reads outside of them.

use crate::error::Error;

/// Why a header could not be read.
#[derive(Debug)]
pub(super) enum Fault {
    /// More bytes might help.
    Short,
    /// No more bytes will.
    Bad(Error),
}

pub(super) type Parsed<T> = std::result::Result<T, Fault>;

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Bad(error)
    }
}

/// A header that contradicts its format.
#[cold]
pub(super) fn bad(expected: &str, received: impl std::fmt::Display) -> Fault {
    Fault::Bad(Error::input("the picture's header", expected, received))
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
    is_big_endian: bool,
}

impl<'a> Cursor<'a> {
    pub(super) const fn big(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, is_big_endian: true }
    }

    pub(super) const fn little(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, is_big_endian: false }
    }

    pub(super) const fn offset(&self) -> usize {
        self.offset
    }

    /// Says that the last jump went further than the bytes at hand reach.
    pub(super) const fn is_past_end(&self) -> bool {
        self.offset > self.bytes.len()
    }

    /// Moves to an absolute offset, which may lie behind the end: the next read tells.
    pub(super) const fn seek(&mut self, offset: usize) {
        self.offset = offset;
    }

    pub(super) const fn skip(&mut self, len: usize) {
        self.offset = self.offset.saturating_add(len);
    }

    pub(super) fn take(&mut self, len: usize) -> Parsed<&'a [u8]> {
        let end = self.offset.checked_add(len).ok_or(Fault::Short)?;
        let taken = self.bytes.get(self.offset..end).ok_or(Fault::Short)?;
        self.offset = end;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        self.take(N)?.first_chunk::<N>().copied().ok_or(Fault::Short)
    }

    pub(super) fn u8(&mut self) -> Parsed<u8> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Parsed<u16> {
        let bytes = self.array()?;
        Ok(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    pub(super) fn u32(&mut self) -> Parsed<u32> {
        let bytes = self.array()?;
        Ok(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    pub(super) fn u64(&mut self) -> Parsed<u64> {
        let bytes = self.array()?;
        Ok(if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    /// All that is left; nothing where a jump went past the end.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.offset..).unwrap_or_default();
        self.offset = self.offset.max(self.bytes.len());
        rest
    }

    /// Three bytes, little-endian, as WebP has them.
    pub(super) fn u24_le(&mut self) -> Parsed<u32> {
        let [low, mid, high] = self.array()?;
        Ok(u32::from_le_bytes([low, mid, high, 0]))
    }
}
