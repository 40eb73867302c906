//! What the JPEG encoder writes, read by two decoders that are not ours.

use super::noise::Noise;
use super::{Encoder, Plane, Planes, encode};
use crate::codec::encode::{Encode, Quality, Speed};
use crate::image::{Image, Layout};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];

fn quality(number: u8) -> Quality {
    Quality::new(number.into()).unwrap()
}

/// `YCbCr` or gray samples as stored, with chroma scaled up by the decoder; the size.
fn decode(file: &[u8], gray: bool) -> (Vec<u8>, usize, usize) {
    let space = if gray { ColorSpace::Luma } else { ColorSpace::RGB };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(space).set_strict_mode(true);
    let options = options.set_max_width(65_535).set_max_height(65_535);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    let pixels = decoder.decode().unwrap();
    let (width, height) = decoder.dimensions().unwrap();
    (pixels, width, height)
}

fn decode_second(file: &[u8]) -> (Vec<u8>, usize, usize) {
    let mut decoder = jpeg_decoder::Decoder::new(file);
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    (pixels, info.width.into(), info.height.into())
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let sum: f64 = a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    let mean = sum / a.len() as f64;
    if mean == 0.0 { 99.0 } else { 10.0 * (255.0 * 255.0 / mean).log10() }
}

/// A soft picture with an edge: what any quality keeps well.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small sides, and samples from 30 to 230")]
fn soft(width: usize, height: usize, layout: Layout) -> Image {
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let edge = if x * 2 > width + y { 40.0 } else { 0.0 };
            for channel in 0..layout.channels() {
                let wave = (x as f64 / 9.0 + channel as f64).sin() + (y as f64 / 7.0).cos();
                data.push((110.0 + 40.0 * wave + edge) as u8);
            }
        }
    }
    Image::new(width as u32, height as u32, layout, data).unwrap()
}

fn check(image: &Image, number: u8, speed: Speed, least: f64) {
    let file = Encoder.encode(image, quality(number), speed).unwrap();
    let case = format!("{}x{} {:?} {number} {speed:?}", image.width(), image.height(), image.layout());
    let gray = image.layout() == Layout::Gray;
    let size = (image.width() as usize, image.height() as usize);
    let (pixels, width, height) = decode(&file, gray);
    assert_eq!((width, height), size, "{case}");
    let (second, width, height) = decode_second(&file);
    assert_eq!((width, height), size, "{case}");
    let (one, two) = (psnr(&pixels, image.data()), psnr(&second, image.data()));
    assert!(one > least && two > least, "{case}: {one:.1} and {two:.1} dB");
}

#[test]
fn every_small_size_comes_back() {
    for width in 1..=33_usize {
        for height in (1..=33_usize).filter(|height| width < 3 || *height < 3 || (height * 7 + width * 3) % 5 == 0) {
            for layout in [Layout::Gray, Layout::Rgb] {
                let image = soft(width, height, layout);
                let speed = SPEEDS[(width + height) % 3];
                check(&image, 95, speed, 30.0);
                check(&image, 80, speed, if layout == Layout::Gray { 27.0 } else { 20.0 });
            }
        }
    }
}

#[test]
fn long_sides_come_back() {
    for (width, height) in [(65_535, 1), (1, 65_535), (65_535, 17), (3, 40_000)] {
        check(&soft(width, height, Layout::Gray), 90, Speed::Balanced, 30.0);
        check(&soft(width, height, Layout::Rgb), 80, Speed::Balanced, 22.0);
    }
}

#[test]
fn extremes_come_back() {
    let mut noise = Noise::new(5);
    let mut checker = |x: usize, y: usize, kind: usize| match kind {
        0 => 0,
        1 => 255,
        2 => u8::from((x + y).is_multiple_of(2)) * 255,
        3 => u8::from((x / 8 + y / 8).is_multiple_of(2)) * 255,
        4 => u8::from(x.is_multiple_of(2)) * 255,
        5 => u8::from(noise.byte() > 127) * 255,
        _ => noise.byte(),
    };
    for kind in 0..7 {
        let data: Vec<u8> = (0..57 * 43).flat_map(|place| [checker(place % 57, place / 57, kind); 3]).collect();
        let gray: Vec<u8> = data.iter().copied().step_by(3).collect();
        for speed in SPEEDS {
            for number in [1, 50, 100] {
                let least = match (number, kind) {
                    (100, _) => 40.0,
                    (_, 0 | 1) => 30.0,
                    (50, _) => 10.0,
                    _ => 3.0,
                };
                check(&Image::new(57, 43, Layout::Rgb, data.clone()).unwrap(), number, speed, least);
                check(&Image::new(57, 43, Layout::Gray, gray.clone()).unwrap(), number, speed, least);
            }
        }
    }
}

#[test]
fn better_quality_is_larger_and_closer() {
    let image = soft(160, 120, Layout::Rgb);
    for speed in SPEEDS {
        let (mut best, mut largest) = (0.0_f64, 0);
        for number in 1..=100 {
            let file = Encoder.encode(&image, quality(number), speed).unwrap();
            let found = psnr(&decode(&file, false).0, image.data());
            assert!(found > best - 1.5, "{number}: {found:.1} after {best:.1} dB");
            assert!(file.len() + file.len() / 5 > largest, "{number}: {} after {largest} bytes", file.len());
            (best, largest) = (best.max(found), largest.max(file.len()));
        }
        assert!(best > 45.0, "{best:.1}");
    }
}

#[test]
fn planes_of_any_stride_give_the_same_file() {
    let mut noise = Noise::new(9);
    for (width, height, half) in [(37_u32, 21_u32, true), (37, 21, false), (1, 1, true), (16, 16, true), (50, 3, false)]
    {
        let chroma = if half { (width.div_ceil(2), height.div_ceil(2)) } else { (width, height) };
        let sizes = [(width, height), chroma, chroma];
        let tight = sizes.map(|(width, height)| (0..width * height).map(|_| noise.byte()).collect::<Vec<_>>());
        let wide: [Vec<u8>; 3] = std::array::from_fn(|index| {
            let rows = tight[index].chunks(sizes[index].0 as usize);
            rows.flat_map(|row| row.iter().copied().chain([77; 5])).collect()
        });
        let encoded = |samples: &[Vec<u8>; 3], extra: usize| {
            let plane = |index: usize| {
                let (width, height) = sizes[index];
                Plane::new(&samples[index], width, height, width as usize + extra).unwrap()
            };
            let planes = Planes::color(plane(0), plane(1), plane(2)).unwrap();
            encode(&planes, quality(80), Speed::Balanced, None).unwrap()
        };
        assert_eq!(encoded(&tight, 0), encoded(&wide, 5));
        assert_eq!(decode_second(&encoded(&tight, 0)).1, width as usize);
    }
}

/// Noise of 8 bits in planes of 4:2:0 or 4:4:4.
fn noise_planes((width, height): (u32, u32), is_half: bool) -> [(Vec<u8>, u32, u32); 3] {
    let mut noise = Noise::new(11);
    let chroma = if is_half { (width.div_ceil(2), height.div_ceil(2)) } else { (width, height) };
    [(width, height), chroma, chroma]
        .map(|(width, height)| ((0..width * height).map(|_| noise.byte()).collect(), width, height))
}

#[test]
fn the_lean_file_is_the_fast_one() {
    for (size, is_half) in [((333, 77), true), ((8, 8), true), ((1, 1), true), ((65, 130), false), ((900, 3), false)] {
        let planes = noise_planes(size, is_half);
        let [luma, blue, red] =
            planes.each_ref().map(|(data, width, height)| Plane::new(data, *width, *height, *width as usize).unwrap());
        for picture in [Planes::color(luma, blue, red).unwrap(), Planes::gray(luma)] {
            for number in [1, 40, 75, 100] {
                let [lean, fast] =
                    [Speed::Lean, Speed::Fast].map(|speed| encode(&picture, quality(number), speed, None).unwrap());
                assert_eq!(lean, fast, "{size:?} {number}");
            }
        }
    }
}

#[test]
fn lean_files_of_noise_fit_twice() {
    for (number, is_half) in [(75, true), (89, true), (90, false), (100, false)] {
        for (width, height) in [(1000, 1000), (60_000, 17)] {
            let planes = noise_planes((width, height), is_half);
            let [luma, blue, red] = planes
                .each_ref()
                .map(|(data, width, height)| Plane::new(data, *width, *height, *width as usize).unwrap());
            let picture = Planes::color(luma, blue, red).unwrap();
            let file = encode(&picture, quality(number), Speed::Lean, None).unwrap();
            let bound = super::lean_bytes_per_pixel(quality(number)) * u64::from(width * height);
            assert!(file.capacity() as u64 * 2 <= bound, "{width}x{height} {number}: {}", file.capacity());
        }
    }
}

#[test]
fn profiles_come_back_whole() {
    let mut noise = Noise::new(3);
    for len in [1, 3_000, 65_519, 65_520, 200_000] {
        let profile: Vec<u8> = (0..len).map(|_| noise.byte()).collect();
        let samples = [90; 64];
        let planes = Planes::gray(Plane::new(&samples, 8, 8, 8).unwrap());
        let file = encode(&planes, quality(75), Speed::Balanced, Some(&profile)).unwrap();
        let mut decoder = JpegDecoder::new(ZCursor::new(&file));
        decoder.decode_headers().unwrap();
        assert_eq!(decoder.icc_profile().unwrap(), profile);
        let mut decoder = jpeg_decoder::Decoder::new(&file[..]);
        decoder.read_info().unwrap();
        assert_eq!(decoder.icc_profile().unwrap(), profile);
    }
    let samples = [90; 64];
    let planes = Planes::gray(Plane::new(&samples, 8, 8, 8).unwrap());
    let error = encode(&planes, quality(75), Speed::Balanced, Some(&vec![0; 255 * 65_519 + 1])).unwrap_err();
    assert!(error.is_limit());
}

#[test]
fn what_has_no_place_is_refused() {
    for layout in [Layout::Rgba, Layout::GrayAlpha, Layout::Cmyk] {
        assert!(Encoder.encode(&soft(4, 4, layout), quality(75), Speed::Balanced).is_err());
    }
    let tall = Image::new(1, 65_536, Layout::Gray, vec![0; 65_536]).unwrap();
    assert!(Encoder.encode(&tall, quality(75), Speed::Balanced).unwrap_err().is_limit());
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "all of it is below 256")]
fn random_pictures_are_readable() {
    // `ROUNDS=100000 SEED=7` for a longer search.
    let rounds = std::env::var("ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(400);
    let start = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let mut noise = Noise::new(start);
    for round in 0..rounds {
        let (width, height) = (noise.below(90) + 1, noise.below(90) + 1);
        let layout = if noise.below(3) == 0 { Layout::Gray } else { Layout::Rgb };
        let (step, span) = (noise.below(40) + 1, noise.below(255) + 1);
        let mut value = 0;
        let count = layout.bytes(width as u32, height as u32);
        let data = (0..count).map(|place| {
            if place % step == 0 {
                value = noise.below(span);
            }
            value as u8
        });
        let image = Image::new(width as u32, height as u32, layout, data.collect()).unwrap();
        let number = noise.below(100) as u8 + 1;
        let speed = SPEEDS[noise.below(3) as usize];
        let file = Encoder.encode(&image, quality(number), speed).unwrap();
        assert_eq!(file, Encoder.encode(&image, quality(number), speed).unwrap(), "round {round}");
        let (first, second) = (decode(&file, layout == Layout::Gray).0, decode_second(&file).0);
        assert_eq!(first.len(), image.data().len(), "round {round}");
        if layout == Layout::Gray || number >= 90 {
            let apart = first.iter().zip(&second).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            assert!(apart <= 6, "round {round}: decoders {apart} apart");
        }
        if number == 100 && layout == Layout::Gray {
            assert!(psnr(&first, image.data()) > 45.0, "round {round}");
        }
    }
}
