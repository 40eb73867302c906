//! From marker to marker: where the next one stands and what its segment holds. Interprets none of them.

use super::bits::has_ff;
use super::fault::damaged;
use crate::error::Result;

pub(super) const SOI: u8 = 0xd8;
pub(super) const EOI: u8 = 0xd9;
pub(super) const SOS: u8 = 0xda;
pub(super) const DQT: u8 = 0xdb;
pub(super) const DNL: u8 = 0xdc;
pub(super) const DRI: u8 = 0xdd;
pub(super) const DHT: u8 = 0xc4;
pub(super) const DAC: u8 = 0xcc;
pub(super) const APP0: u8 = 0xe0;
pub(super) const APP2: u8 = 0xe2;
pub(super) const APP14: u8 = 0xee;

/// The next marker's code and the bytes after it, past whatever lies before it: stuffed zeros, fill bytes, junk.
pub(super) fn find(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes;
    loop {
        rest = after_ff(rest)?;
        let fill = rest.iter().take_while(|&&byte| byte == 0xff).count();
        let (&code, after) = rest.get(fill..)?.split_first()?;
        if code != 0 {
            return Some((code, after));
        }
        rest = after;
    }
}

/// What stands after the first 0xff, eight bytes at a step: most of a file is entropy-coded data without one.
fn after_ff(mut bytes: &[u8]) -> Option<&[u8]> {
    while let Some((word, after)) = bytes.split_first_chunk::<8>() {
        if has_ff(u64::from_ne_bytes(*word)) {
            break;
        }
        bytes = after;
    }
    let at = bytes.iter().position(|&byte| byte == 0xff)?;
    bytes.get(at + 1..)
}

/// A marker without a segment.
pub(super) const fn is_bare(code: u8) -> bool {
    matches!(code, 0x01 | 0xd0..=0xd8)
}

/// The body of the segment that begins here with its length, and what follows.
pub(super) fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let cut = || damaged("a segment that is cut off");
    let (len, after) = bytes.split_first_chunk::<2>().ok_or_else(cut)?;
    let len = usize::from(u16::from_be_bytes(*len));
    let len = len.checked_sub(2).ok_or_else(|| damaged("a segment shorter than its length"))?;
    after.split_at_checked(len).ok_or_else(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_markers_past_junk() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff, 0, 0xff, 0xff, 0xda, 7];
        assert_eq!(find(&bytes), Some((SOS, &[7][..])));
        assert_eq!(find(&bytes[..13]), None);
        assert_eq!(find(&[]), None);
    }

    #[test]
    fn segments_are_whole_or_refused() {
        assert_eq!(segment(&[0, 3, 9, 8]).unwrap(), (&[9][..], &[8][..]));
        assert!(segment(&[0, 1, 9]).is_err() && segment(&[0, 4, 9]).is_err() && segment(&[0]).is_err());
    }
}
