//! What stands before the body in an entry's file, and where everything is:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic |
//! | 4 | version |
//! | 4 | CRC-32 of everything that follows |
//! | 32 | key, so that a renamed file is no answer |
//! | 8 | stored at, milliseconds since 1970 |
//! | 8 | time to live, seconds |
//! | 4, 4, 4, 4, 8 | lengths of tags, content type, `ETag`, meta, body |
//! | | tags (a line each), content type, `ETag`, meta (JSON text of the layers above), body |
//!
//! Numbers are little-endian. Reads the fixed part alone, so that a sweep need not read bodies; verifies nothing that
//! needs the rest.

use std::ops::Range;

use super::key::Key;

pub(super) const MAGIC: [u8; 8] = *b"PIXMILL\n";
pub(super) const VERSION: u32 = 2;
/// Where the checked part begins.
pub(super) const CHECKED_FROM: usize = 16;
pub(super) const FIXED_LEN: usize = 88;
pub(super) const TEXTS: usize = 4;

#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) checksum: u32,
    pub(super) key: [u8; 32],
    pub(super) stored_at_ms: u64,
    pub(super) ttl_seconds: u64,
    pub(super) tags: Range<usize>,
    pub(super) content_type: Range<usize>,
    pub(super) etag: Range<usize>,
    pub(super) meta: Range<usize>,
    pub(super) body_len: u64,
}

impl Head {
    /// `None` when this is no entry of this version. The ranges may lead beyond `file`.
    pub(super) fn read(file: &[u8]) -> Option<Self> {
        let mut cursor = Cursor { rest: file, text_at: FIXED_LEN };
        if cursor.array::<8>()? != MAGIC || cursor.number_u32()? != VERSION {
            return None;
        }
        Some(Self {
            checksum: cursor.number_u32()?,
            key: cursor.array()?,
            stored_at_ms: cursor.number_u64()?,
            ttl_seconds: cursor.number_u64()?,
            tags: cursor.range()?,
            content_type: cursor.range()?,
            etag: cursor.range()?,
            meta: cursor.range()?,
            body_len: cursor.number_u64()?,
        })
    }

    pub(super) fn is_of(&self, key: &Key) -> bool {
        self.key == *key.as_bytes()
    }

    pub(super) fn body_at(&self) -> usize {
        self.meta.end
    }

    pub(super) fn texts(&self) -> [&Range<usize>; TEXTS] {
        [&self.tags, &self.content_type, &self.etag, &self.meta]
    }
}

/// The text in this range; `None` when it leads beyond, or holds no text.
pub(super) fn text<'a>(file: &'a [u8], range: &Range<usize>) -> Option<&'a str> {
    std::str::from_utf8(file.get(range.clone())?).ok()
}

/// Takes from the front, and nothing that is not there.
struct Cursor<'a> {
    rest: &'a [u8],
    text_at: usize,
}

impl Cursor<'_> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*array)
    }

    fn number_u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn number_u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next text, which begins where the one before it ends.
    fn range(&mut self) -> Option<Range<usize>> {
        let len = usize::try_from(self.number_u32()?).ok()?;
        let start = self.text_at;
        self.text_at = start.checked_add(len)?;
        Some(start..self.text_at)
    }
}
