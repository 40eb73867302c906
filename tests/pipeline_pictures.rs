//! What comes out looks like what went in: orientation, alpha, color, size.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use image::{ImageFormat, Rgba, RgbaImage, imageops};
use jpeg_encoder::SamplingFactor;
use pictures::{
    Passes, cutout, difference, encoded, every_format, gray, gray_jpeg, jpeg, oriented, photo, pixels, pool, variant,
};
use pixmill::codec::{Orientation, Quality, Speed, probe};
use pixmill::error::Error;
use pixmill::format::Format;
use pixmill::limits::Limits;
use pixmill::pipeline::{Fit, Request, Target};
use pixmill::pool::{Pool, PoolConfig};

fn png(width: Option<u32>, height: Option<u32>, fit: Fit) -> Request {
    let quality = Quality::new(100.0).expect("lossless");
    Request {
        width,
        height,
        fit,
        quality,
        target: Target::Format(Format::Png),
        speed: Speed::Fast,
        ..Request::default()
    }
}

#[test]
fn every_format_in_gives_every_format_out() {
    let pool = pool();
    for (name, bytes) in every_format() {
        for format in Format::ALL {
            let request = Request { width: Some(40), target: Target::Format(format), ..png(None, None, Fit::Inside) };
            let output = variant(&pool, &bytes, &request).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((output.width, output.height, output.format), (40, 31, format), "{name}");
            assert_eq!(pixmill::format::sniff(&output.data), Some(format.source()), "{name}");
        }
    }
}

#[test]
fn decoding_keeps_the_picture() {
    let pool = pool();
    let (flat, holed) = (image::DynamicImage::from(photo(61, 47)).into_rgba8(), cutout(61, 47));
    for (name, bytes) in every_format().into_iter().filter(|(name, _)| !name.contains("gray")) {
        let output = variant(&pool, &bytes, &png(None, None, Fit::Inside)).expect(name);
        let original = if name.contains("alpha") || ["gif", "ico"].contains(&name) { &holed } else { &flat };
        let allowed =
            if name.starts_with("gif") || name.contains("lossy") || name.contains("4:1:1") { 12.0 } else { 6.0 };
        assert!(difference(&over_gray(&pixels(&output)), &over_gray(original)) < allowed, "{name}");
    }
}

/// Colors behind full transparency do not count.
fn over_gray(image: &RgbaImage) -> RgbaImage {
    let mut flat = RgbaImage::from_pixel(image.width(), image.height(), Rgba([128, 128, 128, 255]));
    imageops::overlay(&mut flat, image, 0, 0);
    flat
}

#[test]
fn auto_keeps_the_format_or_takes_the_fitting_one() {
    let pool = pool();
    for (name, bytes) in every_format() {
        let expected = match name.split(' ').next() {
            Some("jpeg" | "bmp" | "tiff") => Format::Jpeg,
            Some("webp") => Format::Webp,
            Some("gif") => Format::Gif,
            _ => Format::Png,
        };
        let output = variant(&pool, &bytes, &Request::default()).expect(name);
        assert_eq!(output.format, expected, "{name}");
    }
}

#[test]
fn all_orientations_are_the_same_upright_picture() {
    let pool = pool();
    let upright = photo(96, 64);
    let request = png(Some(48), None, Fit::Inside);
    let stored = |number: u8| match number {
        2 => imageops::flip_horizontal(&upright),
        3 => imageops::rotate180(&upright),
        4 => imageops::flip_vertical(&upright),
        5 => imageops::flip_horizontal(&imageops::rotate90(&upright)),
        6 => imageops::rotate270(&upright),
        7 => imageops::flip_horizontal(&imageops::rotate270(&upright)),
        8 => imageops::rotate90(&upright),
        _ => upright.clone(),
    };
    let file = |number| oriented(&jpeg(&stored(number), SamplingFactor::F_1_1, Passes::One), number);
    let first = pixels(&variant(&pool, &file(1), &request).expect("a variant"));
    for number in 2..=8 {
        let output = variant(&pool, &file(number), &request).expect("a variant");
        assert_eq!((output.width, output.height), (48, 32), "orientation {number}");
        assert!(difference(&first, &pixels(&output)) < 2.0, "orientation {number}");
    }
}

#[test]
fn a_file_that_says_nothing_about_it_is_upright() {
    for (name, bytes) in every_format() {
        let header = probe(&bytes, &Limits::default()).expect(name);
        assert_eq!((header.orientation, header.orientation.number()), (Orientation::UPRIGHT, 1), "{name}");
    }
}

/// Cover is measured on the upright picture: an upright box cuts the sides of one that stands on its side in the file.
#[test]
fn fits_are_measured_upright() {
    let pool = pool();
    let file = oriented(&jpeg(&photo(96, 64), SamplingFactor::F_1_1, Passes::One), 6);
    for (fit, expected) in
        [(Fit::Inside, (32, 48)), (Fit::Cover, (48, 48)), (Fit::Contain, (48, 48)), (Fit::Fill, (48, 48))]
    {
        let output = variant(&pool, &file, &png(Some(48), Some(48), fit)).expect("a variant");
        assert_eq!((output.width, output.height), expected, "{fit:?}");
    }
}

#[test]
fn edges_of_what_is_transparent_do_not_show_hidden_colors() {
    let pool = pool();
    let original =
        RgbaImage::from_fn(300, 300, |x, _| if x < 151 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 255, 0, 0]) });
    let output =
        variant(&pool, &encoded(original, ImageFormat::Png), &png(Some(100), None, Fit::Inside)).expect("a variant");
    for pixel in pixels(&output).pixels().filter(|pixel| pixel[3] > 8) {
        assert!(pixel[0] > 235 && pixel[1] < 20, "{pixel:?} at the edge of red");
    }
}

#[test]
fn alpha_lies_on_white_where_the_format_has_none() {
    let pool = pool();
    let request = Request { target: Target::Format(Format::Jpeg), ..png(None, None, Fit::Inside) };
    let output = variant(&pool, &encoded(cutout(64, 64), ImageFormat::Png), &request).expect("a variant");
    let decoded = variant(&pool, &output.data, &png(None, None, Fit::Inside)).expect("a variant");
    let Rgba([r, g, b, _]) = *pixels(&decoded).get_pixel(1, 1);
    assert!(r > 240 && g > 240 && b > 240, "{r} {g} {b}");
}

#[test]
fn contain_pads_transparent_or_white() {
    let pool = pool();
    let file = encoded(photo(100, 50), ImageFormat::Png);
    let output = variant(&pool, &file, &png(Some(60), Some(60), Fit::Contain)).expect("a variant");
    let padded = pixels(&output);
    assert_eq!((padded.dimensions(), padded.get_pixel(30, 2)[3], padded.get_pixel(30, 30)[3]), ((60, 60), 0, 255));
    let request = Request { target: Target::Format(Format::Jpeg), ..png(Some(60), Some(60), Fit::Contain) };
    let white =
        variant(&pool, &variant(&pool, &file, &request).expect("a variant").data, &png(None, None, Fit::Inside));
    assert!(pixels(&white.expect("a variant")).get_pixel(30, 2)[0] > 245);
}

#[test]
fn a_jpeg_with_a_scan_for_each_component_keeps_its_colors() {
    let picture = photo(90, 70);
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 95);
    // Its baseline files have a scan for each component as soon as they have tables of their own.
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(picture.as_raw(), 90, 70, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
    assert_eq!(file.windows(2).filter(|pair| *pair == [0xff, 0xda]).count(), 3);
    let decoded = variant(&pool(), &file, &png(None, None, Fit::Inside)).expect("a variant");
    let found = pixels(&decoded);
    let off =
        picture.pixels().zip(found.pixels()).flat_map(|(a, b)| (0..3).map(|i| a[i].abs_diff(b[i]))).map(u64::from);
    assert!(off.sum::<u64>() < 8 * 90 * 70 * 3, "another picture");
}

#[test]
fn nothing_is_enlarged() {
    let pool = pool();
    let file = encoded(photo(60, 40), ImageFormat::Png);
    for fit in [Fit::Inside, Fit::Cover, Fit::Fill] {
        let output = variant(&pool, &file, &png(Some(6000), Some(4000), fit)).expect("a variant");
        assert_eq!((output.width, output.height), (60, 40), "{fit:?}");
    }
}

fn pool_of(budget_bytes: u64) -> Pool {
    Pool::new(PoolConfig { threads: 1, budget_bytes, ..PoolConfig::default() })
}

/// Under a small budget a large picture is shrunk while it is decoded, and looks the same.
#[test]
fn a_cheaper_plan_gives_the_same_picture() {
    let large = photo(2400, 1600);
    let files = [
        encoded(large.clone(), ImageFormat::Png),
        jpeg(&large, SamplingFactor::F_2_2, Passes::One),
        gray_jpeg(&gray(6000, 2400)),
    ];
    for file in files {
        let request = png(Some(240), None, Fit::Inside);
        let rich = variant(&pool(), &file, &request).expect("a variant");
        let poor = pool_of(10 << 20);
        let lean = variant(&poor, &file, &request).expect("a variant");
        assert!(poor.stats().peak_lent_bytes <= 10 << 20);
        assert!(difference(&pixels(&rich), &pixels(&lean)) < 2.0);
        let refused = variant(&pool_of(1 << 20), &file, &request);
        assert!(matches!(refused, Err(Error::Limit { what: "memory", .. })), "{refused:?}");
    }
}

#[test]
fn a_path_and_its_bytes_give_the_same_variant() {
    let (pool, file) = (pool(), jpeg(&photo(300, 200), SamplingFactor::F_2_2, Passes::One));
    let path = std::env::temp_dir().join(format!("pixmill-{}.jpg", std::process::id()));
    std::fs::write(&path, &file).expect("a writable temporary folder");
    let (source, request) = (pixmill::source::Source::Path(path.clone()), png(Some(100), None, Fit::Inside));
    let cancel = pixmill::pool::Cancel::new();
    let limits = pixmill::limits::Limits::default();
    let from_path = pool.run(cancel, move |job| pixmill::pipeline::optimize(&source, false, &request, &limits, job));
    let from_bytes = variant(&pool, &file, &png(Some(100), None, Fit::Inside));
    drop(std::fs::remove_file(path));
    assert_eq!(from_path.expect("a variant").data, from_bytes.expect("a variant").data);
}

#[test]
fn never_larger_than_the_same_picture_in_the_same_format() {
    let pool = pool();
    let picture = photo(120, 90);
    let best = Quality::new(100.0).expect("a quality");
    let coarse = Request { quality: Quality::new(20.0).expect("a quality"), ..Request::default() };
    for format in [Format::Jpeg, Format::Webp, Format::Png] {
        let original = encoded(picture.clone(), ImageFormat::Png);
        let source = variant(&pool, &original, &Request { target: Target::Format(format), ..coarse.clone() });
        let source = source.expect("a small file").data;
        let request = Request { target: Target::Format(format), quality: best, ..Request::default() };
        let output = variant(&pool, &source, &request).expect("a variant");
        assert!(output.data.len() <= source.len(), "{format:?}: {} of {}", output.data.len(), source.len());
        assert_eq!((output.width, output.height), (120, 90));
        // A smaller one is another picture, and may have any number of bytes.
        let smaller = variant(&pool, &source, &Request { width: Some(119), ..request }).expect("a variant");
        assert_eq!((smaller.width, smaller.height), (119, 89), "{format:?}");
    }
}

#[test]
fn what_stands_upright_only_by_its_exif_is_encoded() {
    let pool = pool();
    let small = oriented(&jpeg(&photo(80, 60), SamplingFactor::F_2_2, Passes::One), 3);
    let request = Request { quality: Quality::new(100.0).expect("a quality"), ..Request::default() };
    let output = variant(&pool, &small, &request).expect("a variant");
    assert_eq!(probe(&output.data, &Limits::default()).expect("a header").orientation, Orientation::UPRIGHT);
    assert!(output.data.len() > small.len());
}
