//! The ways by planes: which JPEGs take them, that the picture stays the same, and that damage and cancelling end them.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::cell::Cell;

use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use jpeg_encoder::{ColorType, SamplingFactor};
use pictures::{Passes, difference, encoded, gray, gray_jpeg, jpeg, oriented, photo, pixels, pool, variant};
use pixmill::codec::{Quality, Shrink, Speed, decode_planes, probe};
use pixmill::error::{Error, Result};
use pixmill::format::Format;
use pixmill::limits::Limits;
use pixmill::pipeline::{Fit, Output, Plan, Request, Target, Via};

const SAMPLINGS: [SamplingFactor; 6] = [
    SamplingFactor::F_1_1,
    SamplingFactor::F_2_1,
    SamplingFactor::F_1_2,
    SamplingFactor::F_2_2,
    SamplingFactor::F_4_1,
    SamplingFactor::F_4_2,
];

fn to(format: Format, width: Option<u32>) -> Request {
    let quality = Quality::new(95.0).expect("a quality");
    Request { width, quality, target: Target::Format(format), ..Request::default() }
}

fn plan(bytes: &[u8], request: &Request) -> Plan {
    let limits = Limits::default();
    Plan::new(&probe(bytes, &limits).expect("a header"), request, 0, 1 << 30, &limits).expect("a plan")
}

fn is_planar(bytes: &[u8]) -> bool {
    probe(bytes, &Limits::default()).expect("a header").planar.is_some()
}

/// The pixels of a variant of any format, by the decoder that is not ours.
fn shown(output: &Output) -> RgbaImage {
    pixels(&variant(&pool(), &output.data, &to(Format::Png, None)).expect("a file that can be decoded"))
}

/// The same picture as a PNG, which goes by pixels: decoded by the crate `jpeg-decoder`, turned by `image`.
fn as_png(jpeg: &[u8]) -> Vec<u8> {
    let mut decoder = jpeg_decoder::Decoder::new(jpeg);
    let (data, info) = (decoder.decode().expect("pixels"), decoder.info().expect("a size"));
    let (width, height) = (info.width.into(), info.height.into());
    let gray = || GrayImage::from_raw(width, height, data.clone()).map(DynamicImage::from);
    let color = || RgbImage::from_raw(width, height, data.clone()).map(DynamicImage::from);
    let mut picture = color().or_else(gray).expect("RGB or gray");
    let header = probe(jpeg, &Limits::default()).expect("a header");
    picture.apply_orientation(image::metadata::Orientation::from_exif(header.orientation.number()).expect("1 to 8"));
    encoded(picture, ImageFormat::Png)
}

/// The variant by planes looks as it does by pixels.
fn assert_same_picture(name: &str, bytes: &[u8], request: &Request) {
    assert_eq!(plan(bytes, request).via, Via::Planes, "{name}");
    let to_pixels = Request { target: Target::Format(Format::Png), ..request.clone() };
    assert_eq!(plan(bytes, &to_pixels).via, Via::PlanesToPixels, "{name}");
    let png = as_png(bytes);
    assert_eq!(plan(&png, &to_pixels).via, Via::Pixels, "{name}");
    let reference = pixels(&variant(&pool(), &png, &to_pixels).expect(name));
    for request in [request, &to_pixels] {
        let difference = difference(&shown(&variant(&pool(), bytes, request).expect(name)), &reference);
        assert!(difference < 3.0, "{name} to {:?}: {difference}", request.target);
    }
}

#[test]
fn every_sampling_gives_the_same_picture() {
    let picture = photo(307, 205);
    for sampling in SAMPLINGS {
        for passes in [Passes::One, Passes::Many] {
            let bytes = jpeg(&picture, sampling, passes);
            for (format, width) in [(Format::Webp, Some(75)), (Format::Jpeg, Some(75)), (Format::Webp, None)] {
                assert_same_picture(&format!("{sampling:?} to {format:?}"), &bytes, &to(format, width));
            }
        }
    }
    assert_same_picture("gray", &gray_jpeg(&gray(307, 205)), &to(Format::Webp, Some(75)));
    assert_same_picture("gray to JPEG", &gray_jpeg(&gray(307, 205)), &to(Format::Jpeg, Some(151)));
}

#[test]
fn every_orientation_and_fit_gives_the_same_picture() {
    let stored = jpeg(&photo(307, 205), SamplingFactor::F_2_2, Passes::One);
    for orientation in 1..=8 {
        let bytes = oriented(&stored, orientation);
        for fit in [Fit::Inside, Fit::Cover, Fit::Fill] {
            let request = Request { height: Some(61), fit, ..to(Format::Webp, Some(45)) };
            assert_same_picture(&format!("{orientation}, {fit:?}"), &bytes, &request);
        }
    }
}

#[test]
fn jpegs_of_high_quality_keep_all_colors() {
    let bytes = jpeg(&photo(307, 205), SamplingFactor::F_2_2, Passes::One);
    let sampling = |quality: f64| {
        let request = Request { quality: Quality::new(quality).expect("a quality"), ..to(Format::Jpeg, Some(75)) };
        let file = variant(&pool(), &bytes, &request).expect("a variant").data;
        let header = probe(&file, &Limits::default()).expect("a header");
        header.planar.and_then(|planar| planar.subsampling).map(|chroma| (chroma.across(), chroma.down()))
    };
    assert_eq!((sampling(89.0), sampling(90.0)), (Some((2, 2)), Some((1, 1))));
}

/// Puts an ICC profile behind the JPEG's start.
fn with_profile(jpeg: &[u8], profile: &moxcms::ColorProfile) -> Vec<u8> {
    let profile = profile.encode().expect("a profile");
    let body = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat();
    let length = u16::try_from(body.len() + 2).expect("a small profile").to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe2], &length, &body, &jpeg[2..]].concat()
}

#[test]
fn other_colors_and_targets_go_by_pixels_as_late_as_can_be() {
    let picture = photo(60, 40);
    let color = jpeg(&picture, SamplingFactor::F_2_2, Passes::One);
    let via = |bytes: &[u8], request: &Request| plan(bytes, request).via;
    let webp = to(Format::Webp, Some(20));
    assert_eq!(via(&with_profile(&color, &moxcms::ColorProfile::new_srgb()), &webp), Via::Planes);
    for profile in [moxcms::ColorProfile::new_display_p3(), moxcms::ColorProfile::new_adobe_rgb()] {
        assert_eq!(via(&with_profile(&color, &profile), &webp), Via::PlanesToPixels);
    }
    let mut ink = Vec::new();
    let pixels = [0; 60 * 40 * 4];
    jpeg_encoder::Encoder::new(&mut ink, 90).encode(&pixels, 60, 40, ColorType::Cmyk).expect("a JPEG");
    assert!(!is_planar(&ink));
    assert!(!is_planar(&encoded(picture, ImageFormat::Png)));
    let padded = Request { height: Some(50), fit: Fit::Contain, ..webp };
    assert_eq!(via(&color, &padded), Via::PlanesToPixels);
    assert_eq!(via(&color, &to(Format::Png, None)), Via::PlanesToPixels);
}

/// The red of Display P3 is outside of sRGB, and gray is gray in both.
#[test]
fn a_profile_is_honored_on_the_way_from_planes() {
    let red = RgbImage::from_fn(64, 64, |x, _| if x < 32 { Rgb([230, 60, 60]) } else { Rgb([128; 3]) });
    let bytes = with_profile(&jpeg(&red, SamplingFactor::F_1_1, Passes::One), &moxcms::ColorProfile::new_display_p3());
    for format in [Format::Webp, Format::Jpeg, Format::Png] {
        let made = shown(&variant(&pool(), &bytes, &to(format, Some(32))).expect("a variant"));
        let (left, right) = (made.get_pixel(6, 16).0, made.get_pixel(26, 16).0);
        assert!(left[0] >= 248 && left[1] < 52, "{format:?}: {left:?}");
        assert!(right.iter().take(3).all(|sample| sample.abs_diff(128) <= 3), "{format:?}: {right:?}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_an_error_wherever_it_ends() {
    let picture = photo(120, 90);
    for passes in [Passes::One, Passes::Many] {
        let bytes = jpeg(&picture, SamplingFactor::F_2_2, passes);
        for end in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
            for width in [10, 30, 120] {
                let made = variant(&pool(), &bytes[..end], &to(Format::Webp, Some(width)));
                let is_fault = matches!(made, Err(Error::Input(_) | Error::Unsupported(_)));
                assert!(is_fault, "{end} of {}: {made:?}", bytes.len());
            }
        }
    }
}

#[test]
fn cancelling_is_noticed_between_two_bands() {
    let bytes = jpeg(&photo(64, 640), SamplingFactor::F_2_2, Passes::One);
    let (looks, rows) = (Cell::new(0), Cell::new(0));
    let is_cancelled = || looks.replace(looks.get() + 1) >= 3;
    let mut count = |component: usize, _: &[u8]| -> Result<()> {
        rows.set(rows.get() + usize::from(component == 0));
        Ok(())
    };
    let made = decode_planes(&bytes, Shrink::None, &Limits::default(), &is_cancelled, &mut count);
    assert_eq!((made, rows.get()), (Err(Error::Cancelled), 48));
}

/// At half of the size a black and white pattern is as bright as it looks: half of the light, not half of the value. The decoder's own
/// fractions average values, so this is the resizer's half.
#[test]
fn light_is_averaged_and_not_its_code() {
    let pattern = RgbImage::from_fn(256, 256, |x, y| Rgb([if (x + y) % 2 == 0 { 0 } else { 255 }; 3]));
    let bytes = jpeg(&pattern, SamplingFactor::F_1_1, Passes::One);
    let request = Request { speed: Speed::Small, ..to(Format::Webp, Some(128)) };
    let made = variant(&pool(), &bytes, &request).expect("a variant");
    let middle = pixels(&made).get_pixel(64, 64)[0];
    assert!(middle.abs_diff(188) < 8, "{middle}");
}

#[test]
fn every_speed_makes_a_picture() {
    let bytes = jpeg(&photo(307, 205), SamplingFactor::F_2_2, Passes::One);
    for speed in [Speed::Fast, Speed::Balanced, Speed::Small] {
        for format in [Format::Webp, Format::Jpeg] {
            assert_same_picture(&format!("{speed:?}"), &bytes, &Request { speed, ..to(format, Some(100)) });
        }
    }
}
