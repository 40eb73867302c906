//! A PNG of only those chunks that make its pixels and their colors.

use crate::codec::cursor::{Cursor, Parsed};
use crate::codec::strip::Kept;

const SIGNATURE_BYTES: usize = 8;
/// Length and kind before a chunk's body, the checksum behind it.
const FRAME_BYTES: usize = 12;

pub(in crate::codec) fn strip(bytes: &[u8], kept: &mut Kept) -> Parsed<()> {
    let mut cursor = Cursor::big(bytes);
    kept.push(cursor.take(SIGNATURE_BYTES)?)?;
    loop {
        let mut chunk = cursor;
        let len = chunk.u32()? as usize;
        let kind = chunk.array::<4>()?;
        let whole = cursor.take(len.saturating_add(FRAME_BYTES))?;
        if is_kept(kind) {
            kept.push(whole)?;
        }
        if &kind == b"IEND" {
            return Ok(());
        }
    }
}

/// All that a decoder must know, and of the others those that say what the samples mean.
fn is_kept(kind: [u8; 4]) -> bool {
    let is_critical = kind[0].is_ascii_uppercase();
    is_critical || matches!(&kind, b"tRNS" | b"gAMA" | b"cHRM" | b"sRGB" | b"iCCP" | b"cICP" | b"sBIT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::strip::stripped;

    fn chunk(kind: &str, body: &[u8]) -> Vec<u8> {
        [&u32::try_from(body.len()).unwrap().to_be_bytes(), kind.as_bytes(), body, &[0; 4]].concat()
    }

    #[test]
    fn texts_go_and_colors_stay() {
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        let (head, color) = (chunk("IHDR", &[1; 13]), chunk("gAMA", &[2; 4]));
        let (data, end) = (chunk("IDAT", &[3; 9]), chunk("IEND", &[]));
        let texts = [chunk("tEXt", b"a"), chunk("eXIf", b"b"), chunk("iTXt", b"")].concat();
        let file =
            [signature.clone(), head.clone(), texts, color.clone(), data.clone(), end.clone(), vec![7; 5]].concat();
        assert_eq!(stripped(&file, strip).unwrap(), [signature, head, color, data, end].concat());
        for len in 0..file.len() - 5 {
            assert!(stripped(&file[..len], strip).is_err(), "{len}");
        }
    }
}
