//! What the encoder of GIF keeps of a picture: all of it up to 256 colors, what looks like it beyond, and which pixels are
//! transparent.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use pictures::{cutout, difference, encoded, gray, photo, pixels, pool, variant};
use pixmill::codec::{Quality, Speed, encoder, probe};
use pixmill::error::Error;
use pixmill::format::Format;
use pixmill::image::{Image, Layout};
use pixmill::limits::Limits;
use pixmill::pipeline::{Output, Request, Target};
use pixmill::pool::{Pool, PoolConfig};

fn gif(width: Option<u32>) -> Request {
    Request { width, target: Target::Format(Format::Gif), ..Request::default() }
}

fn to_gif(file: &[u8], width: Option<u32>) -> Output {
    variant(&pool(), file, &gif(width)).expect("a variant")
}

/// The file of these very pixels, without a pipeline before it.
fn file(width: u32, height: u32, layout: Layout, data: Vec<u8>) -> Vec<u8> {
    let image = Image::new(width, height, layout, data).expect("a picture");
    encoder(Format::Gif).encode(&image, Quality::DEFAULT, Speed::Balanced).expect("a file")
}

fn decoded(file: &[u8]) -> RgbaImage {
    image::load_from_memory(file).expect("a file that can be decoded").into_rgba8()
}

/// As many colors as there are columns.
fn stripes(colors: u32) -> RgbImage {
    RgbImage::from_fn(colors, 3, |x, _| {
        let [_, _, high, low] = x.to_be_bytes();
        Rgb([low, high * 90, 255 - low])
    })
}

#[test]
fn a_picture_of_up_to_256_colors_stays_as_it_is() {
    for colors in [1, 2, 3, 4, 5, 16, 17, 128, 129, 255, 256] {
        let original = stripes(colors);
        let output = to_gif(&encoded(original.clone(), ImageFormat::Png), None);
        assert_eq!(pixels(&output), image::DynamicImage::from(original).into_rgba8(), "{colors} colors");
    }
}

#[test]
fn more_than_256_colors_become_similar_ones() {
    for (name, file, original) in [
        ("stripes", encoded(stripes(257), ImageFormat::Png), stripes(257)),
        ("photo", encoded(photo(300, 200), ImageFormat::Png), photo(300, 200)),
    ] {
        let found = pixels(&to_gif(&file, None));
        let colors: std::collections::HashSet<_> = found.pixels().copied().collect();
        assert!(colors.len() <= 256, "{name}: {} colors", colors.len());
        assert!(difference(&found, &image::DynamicImage::from(original).into_rgba8()) < 4.0, "{name}");
    }
}

#[test]
fn gray_stays_gray() {
    let original = gray(200, 100);
    let found = pixels(&to_gif(&encoded(original.clone(), ImageFormat::Png), None));
    assert_eq!(found, image::DynamicImage::from(original).into_rgba8());
}

#[test]
fn alpha_below_half_is_transparent_and_the_rest_opaque() {
    let pixel = |x| match x {
        0 => [0, 0, 0, 0],
        1 => [10, 20, 30, 127],
        2 => [10, 20, 30, 128],
        _ => [0, 0, 0, 255],
    };
    let found = decoded(&file(4, 1, Layout::Rgba, (0..4).flat_map(pixel).collect()));
    let alpha: Vec<u8> = found.pixels().map(|pixel| pixel[3]).collect();
    assert_eq!(alpha, [0, 0, 255, 255]);
    assert_eq!((*found.get_pixel(2, 0), *found.get_pixel(3, 0)), (Rgba([10, 20, 30, 255]), Rgba([0, 0, 0, 255])));
}

#[test]
fn transparency_survives_among_more_than_256_colors() {
    let original = cutout(300, 200);
    let found = pixels(&to_gif(&encoded(original.clone(), ImageFormat::Png), None));
    for (x, y, pixel) in original.enumerate_pixels() {
        let ours = found.get_pixel(x, y);
        assert_eq!(ours[3] == 255, pixel[3] >= 128, "at {x}, {y}");
        let distance: u32 = (0..3).map(|channel| u32::from(ours[channel].abs_diff(pixel[channel]))).sum();
        assert!(ours[3] == 0 || distance < 60, "{pixel:?} became {ours:?}");
    }
}

/// 256 grays leave no color for what is transparent: the one picture whose palette is over by that.
#[test]
fn all_grays_and_transparency_are_one_color_too_many() {
    let data: Vec<u8> = (0..=255).flat_map(|gray| [gray, 255]).chain([0, 0]).collect();
    let found = decoded(&file(257, 1, Layout::GrayAlpha, data));
    assert_eq!(found.pixels().filter(|pixel| pixel[3] == 0).count(), 1);
    for (gray, pixel) in found.pixels().take(256).enumerate() {
        assert!(usize::from(pixel[1]).abs_diff(gray) < 6, "{gray} became {pixel:?}");
    }
}

#[test]
fn one_pixel_is_a_picture_in_every_layout() {
    for (layout, data, expected) in [
        (Layout::Gray, vec![9], [9, 9, 9, 255]),
        (Layout::GrayAlpha, vec![9, 255], [9, 9, 9, 255]),
        (Layout::Rgb, vec![1, 2, 3], [1, 2, 3, 255]),
        (Layout::Rgba, vec![1, 2, 3, 255], [1, 2, 3, 255]),
        (Layout::Rgba, vec![1, 2, 3, 0], [0, 0, 0, 0]),
    ] {
        assert_eq!(decoded(&file(1, 1, layout, data)).as_raw(), &expected, "{layout:?}");
    }
}

#[test]
fn a_file_is_one_still_picture_that_says_its_alpha() {
    for (original, has_alpha) in [(photo(90, 60).into(), false), (image::DynamicImage::from(cutout(90, 60)), true)] {
        let output = to_gif(&encoded(original, ImageFormat::Png), Some(45));
        let header = probe(&output.data, &Limits::default()).expect("a header");
        assert_eq!((header.width, header.height, header.frames), (45, 30, 1));
        assert_eq!((header.is_animated, header.has_alpha()), (false, has_alpha));
    }
}

#[test]
fn quality_and_speed_change_nothing() {
    let (pool, file) = (pool(), encoded(photo(120, 80), ImageFormat::Png));
    let first = variant(&pool, &file, &gif(None)).expect("a variant").data;
    for quality in [1.0, 100.0] {
        for speed in [Speed::Fast, Speed::Small] {
            let request = Request { quality: Quality::new(quality).unwrap(), speed, ..gif(None) };
            assert_eq!(variant(&pool, &file, &request).expect("a variant").data, first);
        }
    }
}

#[test]
fn what_the_budget_does_not_carry_is_refused() {
    let file = encoded(GrayImage::from_pixel(2000, 1500, Luma([7])), ImageFormat::Png);
    let of = |budget_bytes| Pool::new(PoolConfig { threads: 1, budget_bytes, ..PoolConfig::default() });
    let refused = variant(&of(8 << 20), &file, &gif(None));
    assert!(matches!(refused, Err(Error::Limit { what: "memory", .. })), "{refused:?}");
    let pool = of(48 << 20);
    assert!(variant(&pool, &file, &gif(None)).is_ok());
    // The picture, which may be in color as far as the plan knows, and the encoder's share.
    assert!(pool.stats().peak_lent_bytes >= 3_000_000 * (3 + 8));
}
