//! Pictures made on the spot, in every format that is decoded.
#![allow(dead_code)] // each test file uses the part that it needs
#![allow(clippy::expect_used)] // a test fails by panicking
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the numbers are those of small pictures

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::{ColorType, SamplingFactor};
use pixmill::error::Result;
use pixmill::limits::Limits;
use pixmill::pipeline::{Batch, Batched, Output, Request, optimize, optimize_all};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::source::Source;

/// Soft color gradients with a little texture: as a photograph compresses, and no two corners alike.
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (x * 255 / width.max(1), y * 255 / height.max(1));
        let texture = (x * 7 + y * 13) % 11;
        Rgb([byte(across + texture), byte(down + texture), byte(255 - u32::midpoint(across, down))])
    })
}

/// A photo seen through a soft round hole; what cannot be seen is bright green.
pub(crate) fn cutout(width: u32, height: u32) -> RgbaImage {
    let photo = photo(width, height);
    RgbaImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) / f64::from(width) - 0.5, f64::from(y) / f64::from(height) - 0.5);
        let alpha = ((0.4 - dx.hypot(dy)) * 2000.0).clamp(0.0, 255.0);
        let Rgb([r, g, b]) = *photo.get_pixel(x, y);
        if alpha == 0.0 { Rgba([0, 255, 0, 0]) } else { Rgba([r, g, b, byte(alpha as u32)]) }
    })
}

pub(crate) fn gray(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([byte((x + y) * 255 / (width + height))]))
}

fn byte(value: u32) -> u8 {
    value.min(255) as u8
}

pub(crate) fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).expect("an encoder that encodes");
    file.into_inner()
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Passes {
    One,
    Many,
}

pub(crate) fn jpeg(image: &RgbImage, sampling: SamplingFactor, passes: Passes) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(passes == Passes::Many);
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder.encode(image.as_raw(), width, height, ColorType::Rgb).expect("an encoder that encodes");
    file
}

pub(crate) fn gray_jpeg(image: &GrayImage) -> Vec<u8> {
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder.encode(image.as_raw(), width, height, ColorType::Luma).expect("an encoder that encodes");
    file
}

/// Puts an EXIF segment with this orientation behind the JPEG's start.
pub(crate) fn oriented(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let exif =
        [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(), &[orientation], &[0; 6]].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// Every format that is decoded, in several of its varieties.
pub(crate) fn every_format() -> Vec<(&'static str, Vec<u8>)> {
    let (photo, cutout, gray) = (photo(61, 47), cutout(61, 47), gray(61, 47));
    let wide = DynamicImage::ImageRgb8(photo.clone()).into_rgb16();
    let wide_alpha = DynamicImage::ImageRgba8(cutout.clone()).into_rgba16();
    vec![
        ("jpeg 4:2:0", jpeg(&photo, SamplingFactor::F_2_2, Passes::One)),
        ("jpeg 4:2:2", jpeg(&photo, SamplingFactor::F_2_1, Passes::One)),
        ("jpeg 4:1:1", jpeg(&photo, SamplingFactor::F_4_1, Passes::One)),
        ("jpeg 4:4:4", jpeg(&photo, SamplingFactor::F_1_1, Passes::One)),
        ("jpeg progressive", jpeg(&photo, SamplingFactor::F_2_2, Passes::Many)),
        ("jpeg gray", gray_jpeg(&gray)),
        ("png", encoded(photo.clone(), ImageFormat::Png)),
        ("png alpha", encoded(cutout.clone(), ImageFormat::Png)),
        ("png gray", encoded(gray.clone(), ImageFormat::Png)),
        ("png 16 bits", encoded(wide.clone(), ImageFormat::Png)),
        ("png alpha 16 bits", encoded(wide_alpha, ImageFormat::Png)),
        ("webp lossless", encoded(photo.clone(), ImageFormat::WebP)),
        ("webp lossless alpha", encoded(cutout.clone(), ImageFormat::WebP)),
        ("webp lossy", webp::Encoder::from_rgb(photo.as_raw(), 61, 47).encode(80.0).to_vec()),
        ("webp lossy alpha", webp::Encoder::from_rgba(cutout.as_raw(), 61, 47).encode(80.0).to_vec()),
        ("gif", encoded(cutout.clone(), ImageFormat::Gif)),
        ("tiff", encoded(photo.clone(), ImageFormat::Tiff)),
        ("tiff 16 bits", encoded(wide, ImageFormat::Tiff)),
        ("bmp", encoded(photo, ImageFormat::Bmp)),
        ("ico", encoded(cutout, ImageFormat::Ico)),
    ]
}

pub(crate) fn pool() -> Pool {
    Pool::new(PoolConfig { threads: 1, budget_bytes: 256 << 20, ..PoolConfig::default() })
}

/// One variant of these bytes.
pub(crate) fn variant(pool: &Pool, bytes: &[u8], request: &Request) -> Result<Output> {
    let (source, request) = (Source::Bytes(std::sync::Arc::new(bytes.to_vec())), request.clone());
    pool.run(Cancel::new(), move |job| optimize(&source, false, &request, &Limits::default(), job))
}

/// Everything that is wanted of these bytes.
pub(crate) fn batched(pool: &Pool, bytes: &[u8], batch: &Batch) -> Result<Batched> {
    let (source, batch) = (Source::Bytes(std::sync::Arc::new(bytes.to_vec())), batch.clone());
    pool.run(Cancel::new(), move |job| optimize_all(&source, false, &batch, &Limits::default(), job))
}

/// The pixels of a variant that is PNG, WebP or GIF.
pub(crate) fn pixels(output: &Output) -> RgbaImage {
    image::load_from_memory(&output.data).expect("a variant that can be decoded").into_rgba8()
}

/// Mean difference of a sample, 0 to 255.
pub(crate) fn difference(one: &RgbaImage, other: &RgbaImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}
