//! AVIF by SVT-AV1: what it writes. Without the library beside the package there is nothing to test here;
//! how ravif takes its place is tested from JavaScript.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_kit;

use avif_kit::{has_svt, noise};
use pixmill::codec::{Quality, Speed, encoder};
use pixmill::format::Format;
use pixmill::image::{Image, Layout};

const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];

/// The bits of a byte slice, the highest first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> u32 {
        (0..count).fold(0, |value, _| {
            let bit = self.bytes[self.at / 8] >> (7 - self.at % 8) & 1;
            self.at += 1;
            value << 1 | u32::from(bit)
        })
    }
}

/// The sequence header of the stream in a file (AV1 specification, section 5.5), up to its colors.
fn assert_stream(file: &[u8], (width, height): (u32, u32)) {
    let mdat = file.windows(4).position(|window| window == b"mdat").expect("an mdat box") + 4;
    let obu = &file[mdat..];
    assert_eq!(obu[0], 0x0a, "a sequence header is the first");
    let mut bits = Bits { bytes: &obu[2..], at: 0 };
    let [profile, still, reduced] = [3, 1, 1].map(|count| bits.take(count));
    assert_eq!([profile, still, reduced], [0, 1, 1]);
    bits.take(5); // seq_level_idx[0]
    let (width_bits, height_bits) = (bits.take(4) as usize + 1, bits.take(4) as usize + 1);
    assert_eq!((bits.take(width_bits) + 1, bits.take(height_bits) + 1), (width, height));
    bits.take(3 + 3); // superblocks and intra tools; super-resolution, CDEF, restoration
    let [high_bitdepth, is_mono, is_described] = [1, 1, 1].map(|count| bits.take(count));
    assert_eq!([high_bitdepth, is_mono, is_described], [1, 0, 1]);
    assert_eq!([8, 8, 8, 1].map(|count| bits.take(count)), [1, 13, 6, 1], "CICP and the full range");
}

#[test]
fn the_stream_says_what_it_holds() {
    if !has_svt() {
        return;
    }
    for (width, height) in [(64, 64), (321, 95), (200, 131)] {
        for speed in SPEEDS {
            let file =
                encoder(Format::Avif).encode_planes(noise(width, height), Quality::DEFAULT, speed).expect("a file");
            assert_stream(&file, (width, height));
        }
    }
}

#[test]
fn quality_and_speed_are_heard() {
    if !has_svt() {
        return;
    }
    let bytes = |quality, speed| {
        let quality = Quality::new(quality).expect("a quality");
        encoder(Format::Avif).encode_planes(noise(128, 96), quality, speed).expect("a file").len()
    };
    let sizes = [1.0, 25.0, 50.0, 75.0, 90.0, 100.0].map(|quality| bytes(quality, Speed::Balanced));
    assert!(sizes.is_sorted() && sizes[0] * 4 < sizes[5], "{sizes:?}");
    assert_ne!(bytes(75.0, Speed::Balanced), bytes(75.0, Speed::Small));
}

#[test]
fn pixels_of_a_photograph_are_taken_too() {
    if !has_svt() {
        return;
    }
    let data = noise(96, 80).luma().data().iter().flat_map(|sample| [*sample, sample / 2, 255 - sample]).collect();
    let image = Image::new(96, 80, Layout::Rgb, data).expect("a picture");
    let file = encoder(Format::Avif).encode(&image, Quality::DEFAULT, Speed::Fast).expect("a file");
    assert_stream(&file, (96, 80));
}
