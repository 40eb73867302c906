//! One cached variant, and the only description of its file:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic |
//! | 4 | version |
//! | 4 | CRC-32 of everything that follows |
//! | 32 | key, so that a renamed file is no answer |
//! | 8 | stored at, milliseconds since 1970 |
//! | 8 | time to live, seconds |
//! | 4, 4, 4, 8 | lengths of content type, `ETag`, meta, body |
//! | | content type, `ETag`, meta (JSON text of the layers above), body |
//!
//! Numbers are little-endian. Anything that is not exactly this is damaged, and damaged means absent.

use super::key::Key;
use crate::error::{Error, Result};

const MAGIC: [u8; 8] = *b"PIXMILL\n";
const VERSION: u32 = 1;
const CHECKED_FROM: usize = 16;
const FIXED_LEN: usize = 84;

/// What is to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    pub content_type: &'a str,
    pub etag: &'a str,
    pub meta: &'a str,
    pub ttl_seconds: u64,
    pub body: &'a [u8],
}

/// Kept as the bytes of its file, so that both tiers and a client's answer share one allocation.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    file: Vec<u8>,
    stored_at_ms: u64,
    ttl_seconds: u64,
    content_type: String,
    etag: String,
    meta: String,
    body_at: usize,
}

impl Entry {
    /// Copies the body once.
    pub fn new(key: &Key, new: &NewEntry<'_>, stored_at_ms: u64) -> Result<Self> {
        let texts = [new.content_type, new.etag, new.meta];
        let body_at = texts.iter().fold(FIXED_LEN, |at, text| at.saturating_add(text.len()));
        let len = body_at.saturating_add(new.body.len());
        let mut file = Vec::new();
        file.try_reserve_exact(len)
            .map_err(|_| Error::internal(format!("a refusal of the system to give {len} bytes")))?;
        file.extend_from_slice(&MAGIC);
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&[0; 4]);
        file.extend_from_slice(key.as_bytes());
        file.extend_from_slice(&stored_at_ms.to_le_bytes());
        file.extend_from_slice(&new.ttl_seconds.to_le_bytes());
        for text in texts {
            let len = u32::try_from(text.len()).map_err(|_| Error::option("entry", "texts below 4 GiB", text.len()))?;
            file.extend_from_slice(&len.to_le_bytes());
        }
        file.extend_from_slice(&(new.body.len() as u64).to_le_bytes());
        for text in texts {
            file.extend_from_slice(text.as_bytes());
        }
        file.extend_from_slice(new.body);
        seal(&mut file);
        Ok(Self {
            file,
            stored_at_ms,
            ttl_seconds: new.ttl_seconds,
            content_type: new.content_type.to_owned(),
            etag: new.etag.to_owned(),
            meta: new.meta.to_owned(),
            body_at,
        })
    }

    /// The entry of this key in the bytes of a file; `None` when they are damaged in any way.
    pub(super) fn parse(key: &Key, file: Vec<u8>) -> Option<Self> {
        let mut cursor = Cursor { rest: &file };
        if cursor.array::<8>()? != MAGIC || cursor.number_u32()? != VERSION {
            return None;
        }
        let checksum = cursor.number_u32()?;
        if crc32fast::hash(cursor.rest) != checksum || cursor.array::<32>()? != *key.as_bytes() {
            return None;
        }
        let (stored_at_ms, ttl_seconds) = (cursor.number_u64()?, cursor.number_u64()?);
        let text_lens = [cursor.number_u32()?, cursor.number_u32()?, cursor.number_u32()?];
        let body_len = cursor.number_u64()?;
        let [content_type, etag, meta] = text_lens.map(|len| cursor.text(len));
        let (content_type, etag, meta) = (content_type?, etag?, meta?);
        if cursor.rest.len() as u64 != body_len {
            return None;
        }
        let body_at = file.len() - cursor.rest.len();
        Some(Self { file, stored_at_ms, ttl_seconds, content_type, etag, meta, body_at })
    }

    pub fn body(&self) -> &[u8] {
        self.file.get(self.body_at..).unwrap_or_default()
    }

    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    pub fn etag(&self) -> &str {
        &self.etag
    }

    pub fn meta(&self) -> &str {
        &self.meta
    }

    pub fn stored_at_ms(&self) -> u64 {
        self.stored_at_ms
    }

    pub fn ttl_seconds(&self) -> u64 {
        self.ttl_seconds
    }

    /// The instant from which it should be refreshed.
    pub fn stale_at_ms(&self) -> u64 {
        self.stored_at_ms.saturating_add(self.ttl_seconds.saturating_mul(1000))
    }

    pub fn is_fresh(&self, now_ms: u64) -> bool {
        now_ms < self.stale_at_ms()
    }

    pub(super) fn file(&self) -> &[u8] {
        &self.file
    }

    pub(super) fn len(&self) -> u64 {
        self.file.len() as u64
    }
}

fn seal(file: &mut [u8]) {
    if let Some((head, checked)) = file.split_at_mut_checked(CHECKED_FROM) {
        let checksum = crc32fast::hash(checked).to_le_bytes();
        if let Some(place) = head.last_chunk_mut::<4>() {
            *place = checksum;
        }
    }
}

/// Takes from the front, and nothing that is not there.
struct Cursor<'a> {
    rest: &'a [u8],
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

    fn text(&mut self, len: u32) -> Option<String> {
        let (text, rest) = self.rest.split_at_checked(usize::try_from(len).ok()?)?;
        self.rest = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::KeyField;

    fn key() -> Key {
        Key::of(&[KeyField::Text("/a.png")])
    }

    fn entry() -> Entry {
        let new = NewEntry {
            content_type: "image/webp",
            etag: "\"abc\"",
            meta: "{\"name\":\"ä.webp\"}",
            ttl_seconds: 60,
            body: &[1, 2, 3, 4, 5, 6, 7],
        };
        Entry::new(&key(), &new, 1_000_000).expect("memory")
    }

    #[test]
    fn a_file_gives_back_what_was_stored() {
        let stored = entry();
        let read = Entry::parse(&key(), stored.file().to_vec()).expect("undamaged");
        assert_eq!(read, stored);
        assert_eq!(read.body(), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!((read.content_type(), read.etag(), read.meta()), ("image/webp", "\"abc\"", "{\"name\":\"ä.webp\"}"));
        assert_eq!((read.stored_at_ms(), read.ttl_seconds()), (1_000_000, 60));
    }

    #[test]
    fn it_is_fresh_until_it_is_stale() {
        let entry = entry();
        assert_eq!(entry.stale_at_ms(), 1_060_000);
        assert!(entry.is_fresh(1_059_999) && !entry.is_fresh(1_060_000));
    }

    #[test]
    fn a_torn_file_is_no_entry() {
        let file = entry().file().to_vec();
        for len in 0..file.len() {
            assert_eq!(Entry::parse(&key(), file[..len].to_vec()), None, "{len}");
        }
        let longer = [file.as_slice(), &[0]].concat();
        assert_eq!(Entry::parse(&key(), longer), None);
    }

    #[test]
    fn a_flipped_bit_is_no_entry() {
        let file = entry().file().to_vec();
        for bit in 0..file.len() * 8 {
            let mut file = file.clone();
            file[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Entry::parse(&key(), file), None, "{bit}");
        }
    }

    #[test]
    fn the_file_of_another_key_is_no_entry() {
        assert_eq!(Entry::parse(&Key::of(&[KeyField::Null]), entry().file().to_vec()), None);
    }

    #[test]
    fn lengths_that_lie_under_a_right_checksum_are_no_entry() {
        for place in 64..FIXED_LEN {
            let mut file = entry().file().to_vec();
            file[place] = file[place].wrapping_add(1);
            seal(&mut file);
            assert_eq!(Entry::parse(&key(), file), None, "{place}");
        }
    }
}
