//! Files that the fuzzer has found: each was a panic, or a picture that is not what its header says. Made here chunk by
//! chunk, so that what is wrong with them can be read.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use image::ImageFormat;
use pictures::{encoded, gray, gray_jpeg, photo};
use pixmill::codec::{Shrink, buffer_bytes, decode, probe, probe_prefix};
use pixmill::error::{Error, Result};
use pixmill::image::{Image, Layout};
use pixmill::limits::{Limits, zeroed};

const GRAY: u8 = 0;
const INDEXED: u8 = 3;

fn decoded(bytes: &[u8]) -> Result<Image> {
    let limits = Limits::default();
    let header = probe(bytes, &limits)?;
    let buffer = zeroed(buffer_bytes(&header, Shrink::None))?;
    decode(bytes, &header, Shrink::None, &limits, buffer).map(|decoded| decoded.image)
}

/// A picture of 2 x 2 whose samples are zero, with these chunks before its pixels.
fn png(color: u8, chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8], body: &[u8]| {
        let typed = [kind, body].concat();
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        file.extend(&typed);
        file.extend(crc32fast::hash(&typed).to_be_bytes());
    };
    chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, color, 0, 0, 0]);
    for (kind, body) in chunks {
        chunk(*kind, body);
    }
    // Two rows of filter and two samples, stored; Adler-32 of six zeros.
    chunk(b"IDAT", &[0x78, 1, 1, 6, 0, 0xf9, 0xff, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1]);
    chunk(b"IEND", &[]);
    file
}

#[test]
fn a_palette_has_three_bytes_a_color_and_256_colors() {
    let with_palette = |len: usize| decoded(&png(INDEXED, &[(b"PLTE", &vec![9; len])]));
    for len in [0, 1, 47, 769, 771] {
        assert!(matches!(with_palette(len), Err(Error::Input(_))), "{len}");
    }
    for len in [3, 48, 768] {
        assert_eq!(with_palette(len).unwrap().data(), [9; 12], "{len}");
    }
}

#[test]
fn damaged_transparency_is_opaque_and_still_alpha() {
    let too_short: [(&[u8; 4], &[u8]); 1] = [(b"tRNS", &[7])];
    let too_long: [(&[u8; 4], &[u8]); 2] = [(b"PLTE", &[9; 6]), (b"tRNS", &[1, 2, 3])];
    let gray = decoded(&png(GRAY, &too_short)).unwrap();
    assert_eq!((gray.layout(), &gray.data()[..2]), (Layout::GrayAlpha, &[0, 255][..]));
    let indexed = decoded(&png(INDEXED, &too_long)).unwrap();
    assert_eq!((indexed.layout(), &indexed.data()[..4]), (Layout::Rgba, &[9, 9, 9, 255][..]));
}

/// The way by planes was lost where the first bytes of a file ended within the header of its scan.
#[test]
fn every_beginning_of_a_jpeg_leads_to_the_same_plan() {
    let file = gray_jpeg(&gray(33, 21));
    let whole = probe(&file, &Limits::default()).unwrap();
    assert!(whole.planar.is_some());
    let mut parts = (16..file.len()).filter_map(|len| probe_prefix(&file[..len], &Limits::default()).unwrap());
    assert!(parts.all(|part| part.plans_like(&whole)));
}

/// 32 MB were taken for a header of 3 KB.
#[test]
fn a_tiff_has_no_more_values_than_bytes() {
    let file = encoded(photo(61, 47), ImageFormat::Tiff);
    let limits = Limits::default();
    assert!(probe(&file, &limits).is_ok());
    let directory = u32::from_le_bytes(*file[4..].first_chunk().unwrap()) as usize;
    let count = directory + 2 + 12 * 3 + 4;
    let mut hostile = file;
    hostile[count..count + 4].copy_from_slice(&1_000_000_u32.to_le_bytes());
    assert_eq!(probe_prefix(&hostile, &limits), Ok(None));
    assert!(matches!(probe(&hostile, &limits), Err(Error::Input(_))));
}

/// The decoder of other entries was asked, which refuses what a PNG may have.
#[test]
fn an_icon_whose_best_entry_is_not_at_hand_asks_for_more() {
    let mut file = include_bytes!("../__test__/fixtures/png.ico").to_vec();
    // 4,128 bits a pixel.
    file[12..14].copy_from_slice(&[0x20, 0x10]);
    let limits = Limits::default();
    assert!(probe(&file, &limits).is_ok());
    assert_eq!(probe_prefix(&file[..30], &limits), Ok(None));
    assert!(matches!(probe(&file[..30], &limits), Err(Error::Input(_))));
}
