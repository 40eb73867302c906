//! What the policy refuses is refused from the header: the files here claim pictures that no machine could hold.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use jpeg_encoder::SamplingFactor;
use pictures::Passes;
use pixmill::codec::{Shrink, decode, probe};
use pixmill::error::Error;
use pixmill::limits::Limits;
use pixmill::pipeline::{Plan, Request};

fn png_claim(width: u32, height: u32) -> Vec<u8> {
    let mut file = pictures::encoded(pictures::photo(3, 3), image::ImageFormat::Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    file
}

fn jpeg_claim(width: u16, height: u16) -> Vec<u8> {
    let mut file = pictures::jpeg(&pictures::photo(8, 8), SamplingFactor::F_1_1, Passes::One);
    let frame = file.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

fn refusal(bytes: &[u8]) -> Option<&'static str> {
    let limits = Limits::default();
    let header = match probe(bytes, &limits) {
        Ok(header) => header,
        Err(Error::Limit { what, .. }) => return Some(what),
        Err(error) => panic!("{error}"),
    };
    match Plan::new(&header, &Request::default(), bytes.len() as u64, u64::MAX, &limits) {
        Err(Error::Limit { what, .. }) => Some(what),
        Err(error) => panic!("{error}"),
        Ok(_) => None,
    }
}

#[test]
fn bombs_are_refused_by_name() {
    assert_eq!(refusal(&png_claim(60_000, 60_000)), Some("pixels"));
    assert_eq!(refusal(&png_claim(1, 0x7fff_ffff)), Some("side"));
    assert_eq!(refusal(&png_claim(10_000, 10_000)), None);
    assert_eq!(refusal(&jpeg_claim(65_535, 65_535)), Some("pixels"));
    assert_eq!(refusal(&jpeg_claim(10_000, 10_001)), Some("pixels"));
}

#[test]
fn a_picture_without_pixels_is_damaged() {
    let limits = Limits::default();
    let header = probe(&jpeg_claim(8, 0), &limits).expect("a header");
    assert!(matches!(Plan::new(&header, &Request::default(), 0, u64::MAX, &limits), Err(Error::Input(_))));
}

/// Each scan walks all blocks again; nothing is decoded, and nothing allocated, before they are counted.
#[test]
fn scans_are_counted_before_decoding() {
    let file = pictures::jpeg(&pictures::photo(16, 16), SamplingFactor::F_1_1, Passes::Many);
    let limits = Limits::default();
    let header = probe(&file, &limits).expect("a header");
    let last = file.windows(2).rposition(|pair| pair == [0xff, 0xda]).expect("a scan");
    let (start, end) = (&file[..last], &file[file.len() - 2..]);
    let scan = &file[last..file.len() - 2];
    let flood = [start, &scan.repeat(120), end].concat();
    let refused = decode(&flood, &header, Shrink::None, &limits, Vec::new());
    assert!(matches!(refused, Err(Error::Limit { what: "scans", max: 100, got: 101 })));
}

/// A 1x1 PNG whose profile inflates to far more than it may.
#[test]
fn a_compressed_profile_does_not_blow_up() {
    let mut deflate = Vec::new();
    let mut encoder = png::Encoder::new(&mut deflate, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    let info_profile = vec![0_u8; 100 << 20];
    let mut info = png::Info::with_size(1, 1);
    info.icc_profile = Some(info_profile.into());
    info.color_type = png::ColorType::Grayscale;
    drop(encoder);
    deflate.clear();
    let mut writer = png::Encoder::with_info(&mut deflate, info).expect("an encoder").write_header().expect("a header");
    writer.write_image_data(&[128]).expect("pixels");
    drop(writer);
    let limits = Limits::default();
    let header = probe(&deflate, &limits).expect("a header");
    let buffer = vec![0; 16];
    match decode(&deflate, &header, Shrink::None, &limits, buffer) {
        Ok(decoded) => assert!(decoded.profile.is_none(), "a profile of 100 MB was kept"),
        Err(Error::Limit { .. } | Error::Input(_)) => {}
        Err(error) => panic!("{error}"),
    }
}
