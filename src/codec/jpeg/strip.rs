//! A JPEG without application segments and comments, but for those that say what its samples mean.

use crate::codec::cursor::{Cursor, Parsed, bad};
use crate::codec::strip::Kept;

const START: [u8; 2] = [0xff, 0xd8];
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

pub(in crate::codec) fn strip(bytes: &[u8], kept: &mut Kept) -> Parsed<()> {
    let mut cursor = Cursor::big(bytes);
    if cursor.array()? != START {
        return Err(bad("the start of a JPEG", "other bytes"));
    }
    kept.push(&START)?;
    loop {
        let marker = marker(&mut cursor)?;
        if marker == END {
            return kept.push(&[0xff, END]);
        }
        let mut segment = cursor;
        let len = usize::from(segment.u16()?);
        let body = cursor.take(len)?;
        if is_kept(marker, body.get(2..).unwrap_or_default()) {
            kept.push(&[0xff, marker])?;
            kept.push(body)?;
        }
        if marker == SCAN {
            let from = cursor.offset();
            let coded = scan_bytes(bytes.get(from..).unwrap_or_default());
            kept.push(cursor.take(coded)?)?;
        }
    }
}

/// The next marker. Any number of fill bytes may stand before it.
fn marker(cursor: &mut Cursor<'_>) -> Parsed<u8> {
    if cursor.u8()? != 0xff {
        return Err(bad("a marker of the JPEG", "another byte"));
    }
    loop {
        match cursor.u8()? {
            0xff => {}
            marker => return Ok(marker),
        }
    }
}

/// Bytes of a scan, up to the first marker that is neither a stuffed byte nor a restart.
fn scan_bytes(bytes: &[u8]) -> usize {
    let ends = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0 | 0xd0..=0xd7 | 0xff));
    bytes.windows(2).position(ends).unwrap_or(bytes.len())
}

/// JFIF, ICC profiles, and Adobe's word on the color transform; and all that is no application's.
fn is_kept(marker: u8, body: &[u8]) -> bool {
    match marker {
        0xe0 => body.starts_with(b"JFIF\0"),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        0xee => body.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::strip::stripped;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        [&[0xff, marker], u16::try_from(body.len() + 2).unwrap().to_be_bytes().as_slice(), body].concat()
    }

    #[test]
    fn cameras_go_and_colors_stay() {
        let (start, end) = (vec![0xff, 0xd8], vec![0xff, 0xd9]);
        let jfif = segment(0xe0, b"JFIF\0 and so on");
        let profile = segment(0xe2, b"ICC_PROFILE\0 of a screen");
        let adobe = segment(0xee, b"Adobe 1");
        let camera = [segment(0xe1, b"Exif\0"), segment(0xe0, b"JFXX\0"), segment(0xfe, b"a comment")].concat();
        // A stuffed byte, a restart and a fill byte are no ends.
        let scan = [segment(0xda, &[1]), vec![5, 0xff, 0, 6, 0xff, 0xd3, 7, 0xff]].concat();
        let tables = segment(0xc4, &[9; 4]);
        let file = [start.clone(), jfif.clone(), camera, profile.clone(), adobe.clone(), scan.clone(), tables.clone()];
        let file = [file.concat(), scan.clone(), end.clone(), b"a film".to_vec()].concat();
        assert_eq!(
            stripped(&file, strip).unwrap(),
            [start, jfif, profile, adobe, scan.clone(), tables, scan, end].concat()
        );
        for len in 0..file.len() - 6 {
            assert!(stripped(&file[..len], strip).is_err(), "{len}");
        }
    }
}
