//! A source's header without a job: for `probe`. Reads as little of a file as the header needs.

use crate::codec::{self, Header};
use crate::error::Result;
use crate::format::SourceFormat;
use crate::limits::Limits;
use crate::source::Source;

/// Holds the header of all but a few files.
const FIRST_LOOK_BYTES: usize = 64 << 10;

/// What the headers say. Of a file the first bytes are read, more where they do not suffice, and all where frames lie one
/// behind another and have to be counted.
pub fn inspect(source: &Source, limits: &Limits) -> Result<Header> {
    let first = source.head(FIRST_LOOK_BYTES)?;
    match codec::probe_prefix(&first, limits)? {
        Some(header) if !counts_frames_by_walking(header.format) => Ok(header),
        _ => codec::probe(&source.head(usize::MAX)?, limits),
    }
}

const fn counts_frames_by_walking(format: SourceFormat) -> bool {
    matches!(format, SourceFormat::Gif | SourceFormat::Webp)
}
