//! One cached variant, kept as the bytes of its file; `head` describes them. Anything that is not exactly that is
//! damaged, and damaged means absent.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::head::{CHECKED_FROM, FIXED_LEN, Head, MAGIC, VERSION, text};
use super::key::Key;
use super::tags::Tags;
use super::until::Verdict;
use crate::error::{Error, Result};

/// What is to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    pub tags: &'a Tags<'a>,
    pub content_type: &'a str,
    pub etag: &'a str,
    pub meta: &'a str,
    pub ttl_seconds: u64,
    pub body: &'a [u8],
}

/// One allocation, so that both tiers and a client's answer share it.
#[derive(Debug)]
pub struct Entry {
    file: Vec<u8>,
    head: Head,
    /// What the file says, until a rule says that it is earlier.
    stale_at_ms: AtomicU64,
    serial: u64,
}

static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);

impl Entry {
    /// Copies the body once.
    pub fn new(key: &Key, new: &NewEntry<'_>, stored_at_ms: u64) -> Result<Self> {
        let texts = [new.tags.text(), new.content_type, new.etag, new.meta];
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
        let head = Head::read(&file).ok_or_else(|| Error::internal("an entry that cannot be read back".to_owned()))?;
        Ok(Self::of(head, file))
    }

    /// The entry of this key in the bytes of a file; `None` when they are damaged in any way.
    pub(super) fn parse(key: &Key, file: Vec<u8>) -> Option<Self> {
        let head = Head::read(&file)?;
        if !head.is_of(key) || crc32fast::hash(file.get(CHECKED_FROM..)?) != head.checksum {
            return None;
        }
        for range in head.texts() {
            text(&file, range)?;
        }
        let body = file.get(head.body_at()..)?;
        (body.len() as u64 == head.body_len).then(|| Self::of(head, file))
    }

    fn of(head: Head, file: Vec<u8>) -> Self {
        let stale_at_ms = head.stored_at_ms.saturating_add(head.ttl_seconds.saturating_mul(1000));
        let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Self { file, head, stale_at_ms: AtomicU64::new(stale_at_ms), serial }
    }

    pub fn body(&self) -> &[u8] {
        self.file.get(self.head.body_at()..).unwrap_or_default()
    }

    pub fn tags(&self) -> Tags<'_> {
        Tags::of_text(self.text(&self.head.tags))
    }

    pub fn content_type(&self) -> &str {
        self.text(&self.head.content_type)
    }

    pub fn etag(&self) -> &str {
        self.text(&self.head.etag)
    }

    pub fn meta(&self) -> &str {
        self.text(&self.head.meta)
    }

    pub fn stored_at_ms(&self) -> u64 {
        self.head.stored_at_ms
    }

    pub fn ttl_seconds(&self) -> u64 {
        self.head.ttl_seconds
    }

    /// The instant from which it should be refreshed: when its time is over, or a rule was made.
    pub fn stale_at_ms(&self) -> u64 {
        self.stale_at_ms.load(Ordering::Relaxed)
    }

    pub fn is_fresh(&self, now_ms: u64) -> bool {
        now_ms < self.stale_at_ms()
    }

    /// `false`: it is absent.
    pub(super) fn submit_to(&self, verdict: Verdict) -> bool {
        if let Verdict::StaleFrom(at_ms) = verdict {
            self.stale_at_ms.fetch_min(at_ms, Ordering::Relaxed);
        }
        verdict != Verdict::Absent
    }

    /// Tells it from all others of this process, for as long as that lives.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    pub(super) fn file(&self) -> &[u8] {
        &self.file
    }

    pub(super) fn len(&self) -> u64 {
        self.file.len() as u64
    }

    fn text(&self, range: &Range<usize>) -> &str {
        text(&self.file, range).unwrap_or_default()
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.stale_at_ms() == other.stale_at_ms()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::KeyField;

    fn key() -> Key {
        Key::of(&[KeyField::Text("/a.png")])
    }

    fn entry() -> Entry {
        let new = NewEntry {
            tags: &Tags::new(&["src:/a.png", "ä"]).expect("valid"),
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
        assert_eq!(read.tags(), Tags::new(&["src:/a.png", "ä"]).expect("valid"));
        assert_eq!((read.stored_at_ms(), read.ttl_seconds()), (1_000_000, 60));
    }

    #[test]
    fn it_is_fresh_until_it_is_stale() {
        let entry = entry();
        assert_eq!(entry.stale_at_ms(), 1_060_000);
        assert!(entry.is_fresh(1_059_999) && !entry.is_fresh(1_060_000));
    }

    #[test]
    fn a_rule_makes_it_stale_earlier_never_later() {
        let entry = entry();
        assert!(entry.submit_to(Verdict::StaleFrom(1_000_500)) && entry.submit_to(Verdict::StaleFrom(1_000_700)));
        assert_eq!(entry.stale_at_ms(), 1_000_500);
        assert!(entry.submit_to(Verdict::Untouched) && !entry.submit_to(Verdict::Absent));
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
