//! Walks a JPEG from its first scan to its end, without decoding: how many passes there are, and whether the end is there.

use super::header::{next_marker, segment};
use crate::codec::cursor::{Cursor, Fault};
use crate::codec::probe::truncated;
use crate::error::Result;
use crate::limits::Limits;

const SOS: u8 = 0xda;
const EOI: u8 = 0xd9;

/// Refuses a file with too many scans, and one that ends before its end marker: decoders paint the missing part gray.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<()> {
    let mut cursor = Cursor::big(bytes);
    cursor.skip(2);
    let mut scans = 0;
    loop {
        let marker = match next_marker(&mut cursor) {
            Ok(marker) => marker,
            Err(Fault::Short) => return Err(truncated()),
            Err(Fault::Bad(error)) => return Err(error),
        };
        match marker {
            EOI => return Ok(()),
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                scans += u32::from(marker == SOS);
                limits.check_scans(scans)?;
                skip_segment(&mut cursor)?;
            }
        }
    }
}

fn skip_segment(cursor: &mut Cursor<'_>) -> Result<()> {
    match segment(cursor) {
        Ok(_) => Ok(()),
        Err(Fault::Short) => Err(truncated()),
        Err(Fault::Bad(error)) => Err(error),
    }
}
