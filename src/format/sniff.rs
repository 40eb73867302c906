//! Magic bytes to format, with the answers of Next 16.4's `detectContentType`: what Next takes for a picture, we do too.
//! File names and declared types are never looked at.

use super::SourceFormat;

/// How far into a text document its `<svg` tag may start, as in Next.
const SVG_WINDOW_BYTES: usize = 1000;

/// The format that the bytes begin like, or `None`. Cheap: looks at no more than a kilobyte.
pub fn sniff(bytes: &[u8]) -> Option<SourceFormat> {
    by_signature(bytes).or_else(|| by_structure(bytes))
}

/// Formats that a fixed signature tells, in Next's order.
fn by_signature(bytes: &[u8]) -> Option<SourceFormat> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let format = match () {
        () if starts(b"\xff\xd8\xff") => SourceFormat::Jpeg,
        () if starts(b"\x89PNG\r\n\x1a\n") => SourceFormat::Png,
        () if starts(b"GIF8") => SourceFormat::Gif,
        () if starts(b"RIFF") && has_at(bytes, 8, b"WEBP") => SourceFormat::Webp,
        () if starts(b"<?xml") || starts(b"<svg") => SourceFormat::Svg,
        () if has_brand(bytes, *b"avif") => SourceFormat::Avif,
        () if starts(b"\0\0\x01\0") => SourceFormat::Ico,
        () if starts(b"icns") => SourceFormat::Icns,
        () if starts(b"II*\0") => SourceFormat::Tiff,
        () if starts(b"BM") => SourceFormat::Bmp,
        () if starts(b"\xff\x0a") || starts(b"\0\0\0\x0cJXL \r\n\x87\n") => SourceFormat::Jxl,
        () if has_brand(bytes, *b"heic") => SourceFormat::Heic,
        () if starts(b"%PDF-") => SourceFormat::Pdf,
        () if starts(b"\0\0\0\x0cjP  \r\n\x87\n") => SourceFormat::Jp2,
        () => return None,
    };
    Some(format)
}

/// What Next finds by its second detector only.
fn by_structure(bytes: &[u8]) -> Option<SourceFormat> {
    if bytes.starts_with(b"MM\0*") {
        return Some(SourceFormat::Tiff);
    }
    if bytes.starts_with(b"\xff\xd8") {
        return Some(SourceFormat::Jpeg);
    }
    let window = bytes.get(..SVG_WINDOW_BYTES).unwrap_or(bytes);
    has_svg_tag(window).then_some(SourceFormat::Svg)
}

fn has_at(bytes: &[u8], offset: usize, wanted: &[u8]) -> bool {
    bytes.get(offset..offset + wanted.len()) == Some(wanted)
}

/// An `ftyp` box with this major brand. Its size is checked so that `<!--ftypavif-->` is no AVIF.
fn has_brand(bytes: &[u8], brand: [u8; 4]) -> bool {
    let Some(&size) = bytes.first_chunk::<4>() else { return false };
    let size = u32::from_be_bytes(size) as usize;
    (16..=bytes.len()).contains(&size) && has_at(bytes, 4, b"ftyp") && has_at(bytes, 8, &brand)
}

/// `<svg`, white space, and attributes up to a `>` that stands outside of quotes.
fn has_svg_tag(text: &[u8]) -> bool {
    text.windows(5)
        .enumerate()
        .filter(|(_, window)| window.starts_with(b"<svg") && window.last().is_some_and(u8::is_ascii_whitespace))
        .any(|(start, _)| text.get(start + 5..).is_some_and(tag_closes))
}

fn tag_closes(attributes: &[u8]) -> bool {
    let mut quote = None;
    for &byte in attributes {
        match (quote, byte) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_each_format() {
        let cases: [(&[u8], SourceFormat); 15] = [
            (b"\xff\xd8\xff\xe0", SourceFormat::Jpeg),
            (b"\x89PNG\r\n\x1a\n", SourceFormat::Png),
            (b"GIF89a", SourceFormat::Gif),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", SourceFormat::Webp),
            (b"<?xml version=\"1.0\"?>", SourceFormat::Svg),
            (b"\xef\xbb\xbf<!-- a -->\n<svg width=\"1\">", SourceFormat::Svg),
            (b"\0\0\0\x10ftypavif\0\0\0\0", SourceFormat::Avif),
            (b"\0\0\0\x10ftypheic\0\0\0\0", SourceFormat::Heic),
            (b"\0\0\x01\0\x01\0", SourceFormat::Ico),
            (b"icns", SourceFormat::Icns),
            (b"II*\0", SourceFormat::Tiff),
            (b"MM\0*", SourceFormat::Tiff),
            (b"BM", SourceFormat::Bmp),
            (b"\xff\x0a", SourceFormat::Jxl),
            (b"%PDF-1.4", SourceFormat::Pdf),
        ];
        for (bytes, format) in cases {
            assert_eq!(sniff(bytes), Some(format), "{bytes:?}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        let cases: [&[u8]; 8] = [
            b"",
            b"G",
            b"\x7fELF",
            b"<html>",
            b" <svgx >",
            b" <svg a=\">",
            b"\0\0\0\x10ftypmp42\0\0\0\0",
            b"<!--ftypavif-->",
        ];
        for bytes in cases {
            assert_eq!(sniff(bytes), None, "{bytes:?}");
        }
    }
}
