//! The first inputs: files of this repository, pictures made on the spot, and those of the corpus that `PIXMILL_CORPUS`
//! names. In the same order each time.

use std::path::{Path, PathBuf};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use pixmill::codec::{Quality, Speed, encoder};
use pixmill::format::{Format, SourceFormat, sniff};
use pixmill::image::{Image, Layout};

use crate::jpeg::{EOI, SOS, assemble, parse};
use crate::mutate::MAX_BYTES;
use crate::random::Random;

/// Pixels of a seed that was cut: what targets take at most.
const MAX_PIXELS: usize = 256 * 256;

/// JPEGs of every sampling and coding that is decoded, and of some that are not.
pub fn jpegs() -> Vec<Vec<u8>> {
    let files = files().into_iter().filter(|bytes| sniff(bytes) == Some(SourceFormat::Jpeg));
    made_jpegs().into_iter().chain(own(Format::Jpeg)).chain(files.map(cut_jpeg)).collect()
}

pub fn pngs() -> Vec<Vec<u8>> {
    let files = files().into_iter().filter(|bytes| sniff(bytes) == Some(SourceFormat::Png) && bytes.len() <= MAX_BYTES);
    made_pngs().into_iter().chain(own(Format::Png)).chain(files).collect()
}

/// Small ones, so that many are executed.
pub fn avifs() -> Vec<Vec<u8>> {
    let is_avif = |bytes: &Vec<u8>| bytes.get(4..8) == Some(b"ftyp".as_slice()) && bytes.len() <= MAX_BYTES;
    files().into_iter().filter(is_avif).chain(own(Format::Avif)).collect()
}

/// Files of every format.
pub fn all() -> Vec<Vec<u8>> {
    let others =
        files().into_iter().filter(|bytes| sniff(bytes) != Some(SourceFormat::Jpeg) && bytes.len() <= MAX_BYTES);
    let own = [Format::Webp, Format::Gif, Format::Png].into_iter().flat_map(own);
    jpegs().into_iter().chain(made_pngs()).chain(own).chain(others).collect()
}

/// The fixtures, and the corpus where there is one.
fn files() -> Vec<Vec<u8>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../__test__/fixtures");
    let corpus = std::env::var_os("PIXMILL_CORPUS").map(PathBuf::from);
    let mut paths = Vec::new();
    [Some(fixtures), corpus].into_iter().flatten().for_each(|folder| list(&folder, &mut paths));
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { list(&path, paths) } else { paths.push(path) }
    }
}

/// A large file with a lower frame and with what its first scans need for that.
fn cut_jpeg(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() <= MAX_BYTES {
        return bytes;
    }
    let mut segments = parse(&bytes);
    // Profiles and previews of cameras.
    segments.retain(|segment| segment.body.as_ref().is_none_or(|body| body.len() < 4096));
    for segment in segments.iter_mut().filter(|segment| segment.is_frame()) {
        if let Some([_, h1, h0, w1, w0, ..]) = segment.body.as_deref_mut() {
            let width = usize::from(u16::from_be_bytes([*w1, *w0])).max(1);
            let height = (MAX_PIXELS / width).clamp(1, 64) as u16;
            [*h1, *h0] = height.to_be_bytes();
        }
    }
    let mut cut = assemble(&segments);
    cut.truncate(MAX_BYTES - 2);
    cut.extend([0xff, EOI]);
    cut
}

/// Colored waves under some noise.
fn pixels(width: u16, height: u16, channels: usize) -> Vec<u8> {
    let mut random = Random::new(u64::from(width) << 32 | u64::from(height));
    let wave = |at: usize, length: f64| 100.0 + 90.0 * (at as f64 / length).sin();
    let value = |x: usize, y: usize, channel: usize, noise: u8| {
        let waves = wave(x * (channel + 1), 9.0) * 0.5 + wave(y + 7 * channel, 5.0) * 0.5;
        waves as u8 + noise % 16
    };
    let (width, height) = (usize::from(width), usize::from(height));
    let places = (0..height).flat_map(|y| (0..width).flat_map(move |x| (0..channels).map(move |c| (x, y, c))));
    places.map(|(x, y, c)| value(x, y, c, random.byte())).collect()
}

fn made_jpegs() -> Vec<Vec<u8>> {
    const SAMPLINGS: [SamplingFactor; 6] = [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_2,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_4_1,
        SamplingFactor::F_1_4,
    ];
    const COLORS: [(ColorType, usize); 4] =
        [(ColorType::Rgb, 3), (ColorType::Luma, 1), (ColorType::Cmyk, 4), (ColorType::CmykAsYcck, 4)];
    let mut files = Vec::new();
    for (width, height) in [(40, 24), (17, 9), (65, 50)] {
        for (color, channels) in COLORS {
            let samplings = if color == ColorType::Luma { &SAMPLINGS[..1] } else { &SAMPLINGS };
            for (index, &sampling) in samplings.iter().enumerate() {
                for is_progressive in [false, true] {
                    let mut file = Vec::new();
                    let mut encoder = Encoder::new(&mut file, 40 + 10 * index as u8);
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(is_progressive);
                    encoder.set_optimized_huffman_tables(index % 2 == 1);
                    if index % 3 == 2 {
                        encoder.set_restart_interval(3);
                    }
                    let pixels = pixels(width, height, channels);
                    if encoder.encode(&pixels, width, height, color).is_ok() {
                        files.push(file);
                    }
                }
            }
        }
    }
    let with_scans: Vec<Vec<u8>> = files.iter().take(4).map(|file| with_trailing_scan(file)).collect();
    files.extend(with_scans);
    files
}

/// The last scan of a file a second time.
fn with_trailing_scan(file: &[u8]) -> Vec<u8> {
    let mut segments = parse(file);
    if let Some(scan) = segments.iter().rfind(|segment| segment.marker == SOS).cloned() {
        let at = segments.len() - 1;
        segments.insert(at, scan);
    }
    assemble(&segments)
}

/// By our own encoders.
fn own(format: Format) -> Vec<Vec<u8>> {
    const LAYOUTS: [(Layout, bool); 4] =
        [(Layout::Rgb, false), (Layout::Gray, false), (Layout::Rgba, true), (Layout::GrayAlpha, true)];
    let mut files = Vec::new();
    for (width, height) in [(33, 21), (64, 16)] {
        for (layout, has_alpha) in LAYOUTS {
            if has_alpha && format == Format::Jpeg {
                continue;
            }
            let pixels = pixels(width, height, layout.channels());
            let Ok(image) = Image::new(width.into(), height.into(), layout, pixels) else { continue };
            for (quality, speed) in [(30.0, Speed::Fast), (75.0, Speed::Balanced), (100.0, Speed::Small)] {
                let encoded = Quality::new(quality).and_then(|quality| encoder(format).encode(&image, quality, speed));
                files.extend(encoded);
            }
        }
    }
    files
}

fn made_pngs() -> Vec<Vec<u8>> {
    use png::{BitDepth, ColorType, Compression};
    const COLORS: [(ColorType, usize, &[BitDepth]); 5] = [
        (ColorType::Grayscale, 1, &[BitDepth::One, BitDepth::Two, BitDepth::Four, BitDepth::Eight, BitDepth::Sixteen]),
        (ColorType::Rgb, 3, &[BitDepth::Eight, BitDepth::Sixteen]),
        (ColorType::Indexed, 1, &[BitDepth::One, BitDepth::Four, BitDepth::Eight]),
        (ColorType::GrayscaleAlpha, 2, &[BitDepth::Eight, BitDepth::Sixteen]),
        (ColorType::Rgba, 4, &[BitDepth::Eight, BitDepth::Sixteen]),
    ];
    let (width, height) = (29_u16, 13_u16);
    let mut files = Vec::new();
    for (color, channels, depths) in COLORS {
        for &depth in depths {
            // Stored, so that a changed byte of the file is a changed byte of the picture; and packed.
            for compression in [Compression::NoCompression, Compression::Balanced] {
                let mut file = Vec::new();
                let mut encoder = png::Encoder::new(&mut file, width.into(), height.into());
                encoder.set_color(color);
                encoder.set_depth(depth);
                encoder.set_compression(compression);
                if color == ColorType::Indexed {
                    encoder.set_palette(pixels(16, 16, 3));
                    encoder.set_trns((0..=255).collect::<Vec<u8>>());
                }
                let row = (usize::from(width) * channels * depth as usize).div_ceil(8);
                let data = pixels(row as u16, height, 1);
                let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
                if written.is_ok() {
                    files.push(file);
                }
            }
        }
    }
    files
}
