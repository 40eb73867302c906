//! What the PNG encoder promises, checked by the decoder of the crate `png`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::many_single_char_names
)] // a test fails by panicking

use pixmill::codec::{Quality, Speed, encoder};
use pixmill::format::Format;
use pixmill::image::{Image, Layout};

const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];

struct Decoded {
    color: png::ColorType,
    depth: png::BitDepth,
    pixels: Vec<[u8; 4]>,
}

fn decoded(file: &[u8]) -> Decoded {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let (color, depth) = (reader.info().color_type, reader.info().bit_depth);
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let channels = reader.next_frame(&mut data).unwrap().color_type.samples();
    Decoded { color, depth, pixels: rgba(&data, channels) }
}

fn rgba(data: &[u8], channels: usize) -> Vec<[u8; 4]> {
    let pixel = |pixel: &[u8]| match *pixel {
        [gray] => [gray, gray, gray, 255],
        [gray, a] => [gray, gray, gray, a],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, a] => [r, g, b, a],
        _ => panic!("{channels} channels"),
    };
    data.chunks_exact(channels).map(pixel).collect()
}

/// Equal as seen: what is transparent has no color.
fn assert_same(file: &[u8], image: &Image) {
    let seen =
        |pixels: Vec<[u8; 4]>| pixels.into_iter().map(|p| if p[3] == 0 { [0; 4] } else { p }).collect::<Vec<_>>();
    assert_eq!(seen(decoded(file).pixels), seen(rgba(image.data(), image.layout().channels())));
}

fn encode(image: &Image, quality: f64, speed: Speed) -> Vec<u8> {
    encoder(Format::Png).encode(image, Quality::new(quality).unwrap(), speed).unwrap()
}

/// Numerical Recipes' generator: the same pictures everywhere.
struct Seeded(u32);

impl Seeded {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn below(&mut self, max: u32) -> u32 {
        self.next() % max
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }
}

fn picture(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 4]) -> Image {
    let data = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| color(x, y)).collect();
    Image::new(width, height, Layout::Rgba, data).unwrap()
}

#[test]
fn few_colors_are_exact_at_any_quality_and_256_at_100() {
    for colors in [1, 2, 3, 4, 5, 16, 17, 255, 256] {
        let image = picture(101, 83, |x, y| {
            let n = (x * 7 + y * 13) % colors;
            [n as u8, (n * 5) as u8, 40, [255, 0, 128, 1][n as usize % 4]]
        });
        for (quality, speed) in [(1.0, Speed::Balanced), (75.0, Speed::Fast), (100.0, Speed::Small)] {
            if colors > 16 && quality < 100.0 {
                continue;
            }
            assert_same(&encode(&image, quality, speed), &image);
        }
    }
}

#[test]
fn depth_is_the_least_that_holds_the_colors() {
    for (colors, depth) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8)] {
        let image = picture(99, 99, |x, y| [((x + y) % colors) as u8 * 9, 1, 2, 255]);
        let decoded = decoded(&encode(&image, 100.0, Speed::Balanced));
        assert_eq!((decoded.color, decoded.depth as u32), (png::ColorType::Indexed, depth), "{colors}");
    }
}

#[test]
fn gray_is_exact_at_100_and_packed_where_that_is_smaller() {
    for levels in [1, 2, 16, 17, 256] {
        let data: Vec<u8> = (0..120 * 70_u32).map(|n| (n * 31 % levels) as u8).collect();
        let image = Image::new(120, 70, Layout::Gray, data).unwrap();
        let file = encode(&image, 100.0, Speed::Balanced);
        assert_same(&file, &image);
        let is_packed = decoded(&file).color == png::ColorType::Indexed;
        assert_eq!(is_packed, levels <= 16, "{levels}");
        let few = encode(&image, 75.0, Speed::Balanced);
        assert!(decoded(&few).pixels.iter().all(|[r, g, b, a]| r == g && g == b && *a == 255), "{levels}");
    }
}

#[test]
fn lossless_at_100() {
    let mut seeded = Seeded(1);
    for layout in [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba] {
        let data = (0..layout.bytes(60, 40)).map(|_| seeded.byte()).collect();
        let image = Image::new(60, 40, layout, data).unwrap();
        for speed in SPEEDS {
            assert_same(&encode(&image, 100.0, speed), &image);
        }
    }
}

#[test]
fn noise_stays_true_color() {
    let mut seeded = Seeded(2);
    let data = (0..160 * 160 * 3).map(|_| seeded.byte()).collect();
    let noise = Image::new(160, 160, Layout::Rgb, data).unwrap();
    assert_same(&encode(&noise, 75.0, Speed::Balanced), &noise);
}

/// Means of premultiplied samples over 8 x 8 pixels, row by row: from afar patterns are the colors that they stand for, and bands are steps.
fn means(pixels: &[[u8; 4]], width: usize) -> Vec<Vec<[f64; 4]>> {
    let mean = |rows: &[[u8; 4]], left: usize| {
        let block = rows.chunks_exact(width).flat_map(|row| &row[left..left + 8]);
        let seen = |[r, g, b, a]: [u8; 4]| [[r, g, b].map(|n| f64::from(n) * f64::from(a) / 255.0), [f64::from(a); 3]];
        block.fold([0.0; 4], |sums, pixel| {
            let [[r, g, b], [a, ..]] = seen(*pixel);
            std::array::from_fn(|n| sums[n] + [r, g, b, a][n] / 64.0)
        })
    };
    pixels.chunks_exact(width * 8).map(|rows| (0..width / 8).map(|block| mean(rows, block * 8)).collect()).collect()
}

/// By how much a step between neighboring means is larger or smaller than in the other picture, at most.
fn farthest_step(one: &[[u8; 4]], other: &[[u8; 4]], width: usize) -> f64 {
    let (one, other) = (means(one, width), means(other, width));
    let step = |means: &[Vec<[f64; 4]>], (y, x): (usize, usize), n: usize| {
        [means[y][x + 1][n] - means[y][x][n], means[y + 1][x][n] - means[y][x][n]]
    };
    let places = (0..one.len() - 1).flat_map(|y| (0..one[0].len() - 1).map(move |x| (y, x)));
    let differences = places.flat_map(|place| (0..4).map(move |n| (place, n))).flat_map(|(place, n)| {
        let (one, other) = (step(&one, place, n), step(&other, place, n));
        [(one[0] - other[0]).abs(), (one[1] - other[1]).abs()]
    });
    differences.fold(0.0, f64::max)
}

#[test]
fn gradients_are_hardly_larger_than_lossless_and_have_no_bands() {
    let pale = |x: u32, y: u32| [235 + (x / 40) as u8, 236 + (y / 40) as u8, 250, 255];
    let wide = |x: u32, y: u32| [(x / 2) as u8, (y / 2) as u8, ((x + y) / 4) as u8, 255];
    let glow = |x: u32, y: u32| [120, 90, 255, (x.min(511 - x).min(y.min(511 - y)) * 2).min(255) as u8];
    let radial = |x: u32, y: u32| [20 + (f64::from(x) - 256.0).hypot(f64::from(y) - 256.0) as u8 / 2, 40, 60, 255];
    let gradients: [&dyn Fn(u32, u32) -> [u8; 4]; 4] = [&pale, &wide, &glow, &radial];
    for (number, gradient) in gradients.into_iter().enumerate() {
        let image = picture(512, 512, gradient);
        let (file, lossless) = (encode(&image, 75.0, Speed::Balanced), encode(&image, 100.0, Speed::Balanced));
        assert!(file.len() * 4 <= lossless.len() * 5, "{number}: {} of {}", file.len(), lossless.len());
        let farthest = farthest_step(&decoded(&file).pixels, image.data().as_chunks::<4>().0, 512);
        assert!(farthest < 3.0, "{number}: {farthest}");
    }
}

#[test]
fn a_quantized_graphic_is_near_and_smaller() {
    // Antialiased disks on a page: some thousand colors, most of them at edges.
    let image = picture(400, 300, |x, y| {
        let (dx, dy) = (f64::from(x % 80) - 40.0, f64::from(y % 75) - 37.0);
        let cover = (30.5 - dx.hypot(dy)).clamp(0.0, 1.0);
        let ink = [f64::from(x / 80 * 50), 30.0, f64::from(y / 75 * 60)];
        let [r, g, b] = ink.map(|ink| (255.0 + (ink - 255.0) * cover) as u8);
        [r, g, b, 255]
    });
    let (few, all) = (encode(&image, 75.0, Speed::Balanced), encode(&image, 100.0, Speed::Balanced));
    let decoded = decoded(&few);
    assert_eq!(decoded.color, png::ColorType::Indexed);
    assert!(few.len() * 10 < all.len() * 9, "{} of {}", few.len(), all.len());
    let pairs = decoded.pixels.iter().zip(image.data().as_chunks::<4>().0);
    let squares: u64 = pairs.flat_map(|(a, b)| a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2))).sum();
    assert!(squares / u64::from(400 * 300_u32) < 60, "{squares}");
    assert_eq!(decoded.pixels[0], [255; 4], "the page keeps its color");
}

#[test]
fn opaque_and_invisible_stay_so() {
    let image = picture(300, 300, |x, y| match (x / 100, y) {
        (0, _) => [(x * y) as u8, y as u8, x as u8, 0],
        (1, _) => [200, (y / 3) as u8, (x / 8) as u8 * 8, 255],
        _ => [20, 60, 200, (x - 200 + y / 2) as u8],
    });
    let decoded = decoded(&encode(&image, 60.0, Speed::Balanced));
    for (pixel, source) in decoded.pixels.iter().zip(image.data().as_chunks::<4>().0) {
        if source[3] == 0 || source[3] == 255 && decoded.color == png::ColorType::Indexed {
            assert!(pixel[3].abs_diff(source[3]) <= 2, "{pixel:?} for {source:?}");
        }
    }
}

#[test]
fn the_same_picture_is_the_same_file() {
    let image = picture(200, 200, |x, y| [(x ^ y) as u8, (x / 3) as u8, 90, 255]);
    for speed in SPEEDS {
        assert_eq!(encode(&image, 50.0, speed), encode(&image, 50.0, speed));
    }
}

#[test]
fn lower_quality_is_not_larger() {
    let image = picture(300, 200, |x, y| [(x / 3 + y / 9) as u8, (y / 7 * 7) as u8, 40, 255]);
    let sizes: Vec<_> = [20.0, 50.0, 75.0, 100.0].map(|q| encode(&image, q, Speed::Balanced).len()).into();
    assert!(sizes.is_sorted(), "{sizes:?}");
}

#[test]
fn seeded_pictures_of_any_shape_decode() {
    let mut seeded = Seeded(3);
    for round in 0..150 {
        let (width, height) = match round % 4 {
            0 => (1, 1 + seeded.below(300)),
            1 => (1 + seeded.below(300), 1),
            _ => (1 + seeded.below(90), 1 + seeded.below(90)),
        };
        let layout = [Layout::Gray, Layout::GrayAlpha, Layout::Rgb, Layout::Rgba][seeded.below(4) as usize];
        let (shift, step) = (seeded.below(8), 1 + seeded.below(40));
        let data = (0..layout.bytes(width, height) as u32).map(|n| (n / step) as u8 ^ seeded.byte() >> shift).collect();
        let image = Image::new(width, height, layout, data).unwrap();
        let quality = f64::from(1 + seeded.below(100));
        let file = encode(&image, quality, SPEEDS[seeded.below(3) as usize]);
        assert_eq!(decoded(&file).pixels.len() as u32, width * height);
    }
}
