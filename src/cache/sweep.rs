//! A walk over the entries after rules came: counts whom they hit and deletes what is absent by now. Reads what stands
//! before the bodies. A read would find the same, so a sweep may end early: it only costs room on the disk.

use std::fs::DirEntry;
use std::io::Read;

use super::disk::Disk;
use super::expiry::Expiry;
use super::head::{FIXED_LEN, Head, text};
use super::key::Key;
use super::rules::Rules;
use super::tags::Tags;
use super::until::Verdict;
use super::walk::Walk;
use crate::source::open_without_waiting;

/// Enough for the texts of almost every entry, in one read.
const FIRST_READ: u64 = 4096;
/// More than this before a body is nothing that a writer of ours left behind.
const MAX_HEAD: u64 = 1024 * 1024;

pub(super) struct Sweep {
    walk: Walk,
    /// Those in force, older ones too: an earlier sweep may have ended early.
    rules: Rules,
    expiries: Vec<Expiry>,
}

impl Sweep {
    pub(super) fn new(rules: Rules, expiries: Vec<Expiry>) -> Self {
        Self { walk: Walk::default(), rules, expiries }
    }

    /// Looks at some more files. `false`: those were the last.
    pub(super) fn step(&mut self, disk: &Disk) -> bool {
        let Self { walk, rules, expiries } = self;
        walk.step(disk.root(), |file| {
            if let Some(seen) = Seen::read(file) {
                let tags = Tags::of_text(&seen.tags);
                for expiry in expiries.iter_mut() {
                    expiry.look_at(&seen.key, &tags, seen.stored_at_ms);
                }
                if rules.verdict(&tags, seen.stored_at_ms) == Verdict::Absent {
                    disk.delete(&seen.key);
                }
            }
        })
    }
}

struct Seen {
    key: Key,
    tags: String,
    stored_at_ms: u64,
}

impl Seen {
    /// `None` for what is no entry, which a read will find out as well.
    fn read(file: &DirEntry) -> Option<Self> {
        let key = Key::parse(file.file_name().to_str()?).ok()?;
        let mut file = open_without_waiting(&file.path()).ok()?;
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut bytes = Vec::new();
        file.by_ref().take(FIRST_READ).read_to_end(&mut bytes).ok()?;
        let head = Head::read(&bytes).filter(|head| head.is_of(&key))?;
        let missing = head.tags.end.saturating_sub(bytes.len()) as u64;
        file.take(missing.min(MAX_HEAD)).read_to_end(&mut bytes).ok()?;
        let tags = text(&bytes, &head.tags)?.to_owned();
        Some(Self { key, tags, stored_at_ms: head.stored_at_ms })
    }
}

const _: () = assert!(FIXED_LEN as u64 <= FIRST_READ, "the fixed part is in the first read");
