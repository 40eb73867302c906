//! A WebP of only those chunks that make its pixels and their colors.

use super::header::{RIFF_HEADER_BYTES, VP8X_EXIF, padded};
use crate::codec::cursor::{Cursor, Parsed, bad};
use crate::codec::strip::Kept;

const VP8X_XMP: u8 = 0x04;
/// `RIFF` and the length, which counts what follows it.
const LENGTH_END: usize = 8;

pub(in crate::codec) fn strip(bytes: &[u8], kept: &mut Kept) -> Parsed<()> {
    let mut cursor = Cursor::little(bytes);
    kept.push(cursor.take(RIFF_HEADER_BYTES)?)?;
    let mut has_pixels = false;
    while cursor.offset() < bytes.len() && !has_pixels {
        let mut chunk = cursor;
        let (kind, len) = (chunk.array::<4>()?, chunk.u32()?);
        let whole = cursor.take(padded(len).saturating_add(8))?;
        let start = kept.data().len();
        if matches!(&kind, b"VP8X" | b"ICCP" | b"ALPH" | b"VP8 " | b"VP8L") {
            kept.push(whole)?;
        }
        if let (b"VP8X", Some(flags)) = (&kind, kept.data().get_mut(start + 8)) {
            *flags &= !(VP8X_EXIF | VP8X_XMP);
        }
        has_pixels = matches!(&kind, b"VP8 " | b"VP8L");
    }
    let len = u32::try_from(kept.data().len() - LENGTH_END).unwrap_or(u32::MAX);
    match kept.data().get_mut(4..LENGTH_END) {
        Some(slot) if has_pixels => {
            slot.copy_from_slice(&len.to_le_bytes());
            Ok(())
        }
        _ => Err(bad("the pixels of the WebP", "none")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::strip::stripped;

    fn chunk(kind: &str, body: &[u8]) -> Vec<u8> {
        let padding = vec![0; body.len() % 2];
        [kind.as_bytes(), &u32::try_from(body.len()).unwrap().to_le_bytes(), body, &padding].concat()
    }

    fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
        let body = [b"WEBP".to_vec(), chunks.concat()].concat();
        [b"RIFF".as_slice(), &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
    }

    #[test]
    fn cameras_go_and_their_flags() {
        let head = |flags: u8| chunk("VP8X", &[flags, 0, 0, 0, 9, 0, 0, 9, 0, 0]);
        let (profile, pixels) = (chunk("ICCP", &[1; 7]), chunk("VP8 ", &[2; 11]));
        let file = riff(&[head(0x2c), profile.clone(), pixels.clone(), chunk("EXIF", b"abc"), chunk("XMP ", b"d")]);
        assert_eq!(stripped(&file, strip).unwrap(), riff(&[head(0x20), profile, pixels]));
        assert!(stripped(&riff(&[head(0), chunk("EXIF", b"abc")]), strip).is_err());
        assert!(stripped(&file[..30], strip).is_err());
    }
}
