//! Our JPEG decoder against zune-jpeg: the same files are accepted, with the same samples; and at a half, a quarter and an
//! eighth the samples that averages of whole decodes have, as near as a scaled transform can be.
//! The part on a corpus runs where `PIXMILL_CORPUS` names one; elsewhere it says so and has nothing to do.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::path::{Path, PathBuf};

use jpeg_encoder::SamplingFactor;
use pictures::{Passes, gray, gray_jpeg, jpeg, photo};
use pixmill::codec::{Shrink, buffer_bytes, decode, decode_planes, probe};
use pixmill::error::{Error, Result};
use pixmill::format::{SourceFormat, sniff};
use pixmill::limits::{Limits, zeroed};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// Files of which the two say different things, and why. Of the ones that zune-jpeg alone accepts, libjpeg-turbo as Next.js
/// calls it (sharp, `failOn: 'warning'`) accepts none; it says that the others are damaged too.
const DIFFERENT: [(&str, Outcome, &str); 12] = [
    ("gen/flip/jpg_6.jpg", Outcome::ZuneOnly, CODE),
    ("gen/flip/prog_jpg_6.jpg", Outcome::ZuneOnly, CODE),
    ("gen/trunc/jpg_m1.jpg", Outcome::ZuneOnly, "half of its end marker is missing"),
    ("jpeg-decoder-crashtest/1cbb1bb37d62c44f67374cd451643dc4.jpg", Outcome::ZuneOnly, CODE),
    ("jpeg-decoder-crashtest/28c74d9284d9836017fd519f6932efd8.jpg", Outcome::OursOnly, JUNK),
    ("jpeg-decoder-crashtest/4838ece0d3900220d33528ee027289bc.jpg", Outcome::OursOnly, JUNK),
    ("jpeg-decoder-crashtest/865db3dd2d380626f16b6f9dc6d62dba.jpg", Outcome::OtherSamples, SCANS),
    ("jpeg-decoder-crashtest/b0b8914cc5f7a6eff409f16d8cc236c5.jpg", Outcome::ZuneOnly, "a scan gives bit 10 of 11"),
    ("jpeg-decoder-crashtest/dc-predictor-overflow.jpg", Outcome::ZuneOnly, CODE),
    ("zune-fuzz-jpeg/170c48e30e24bcc05a1a8730953d70fa1f48e00e.jpg", Outcome::ZuneOnly, CODE),
    ("zune-fuzz-jpeg/2c75aa604995d9c8207363d42d0826e768cd91bd.jpg", Outcome::ZuneOnly, CODE),
    ("zune-fuzz-jpeg/4ef692d2fe74460b4a0d7191671cdc36c1ce5e30.jpg", Outcome::ZuneOnly, CODE),
];
const CODE: &str = "its data ends, or has a code that is none, before all blocks are read";
const JUNK: &str = "bytes between its segments, which a strict zune-jpeg refuses; we pass over them";
const SCANS: &str = "sequential with a scan for each component: zune-jpeg 0.5.15 loses samples, jpeg-decoder has ours";

/// Inverse transforms in integers, of which the standard asks no more, differ by rounding.
const MOST_AT_FULL: u8 = 3;
const MEAN_AT_FULL: f64 = 0.3;
/// The lowest N x N frequencies of a block are not its averages: they ring at edges.
const MEAN_AT_PARTS: f64 = 6.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    OursOnly,
    ZuneOnly,
    OtherSamples,
}

/// One component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Plane {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Plane {
    /// Averages of whole boxes of `side` x `side`. What lies beyond the edge of the last block is unknown.
    fn averaged(&self, side: usize) -> Self {
        let (width, height) = (self.width / side, self.height / side);
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let rows = self.samples[y * side * self.width..].chunks(self.width).take(side);
                let sum: usize = rows.flat_map(|row| &row[x * side..][..side]).map(|&sample| usize::from(sample)).sum();
                samples.push(u8::try_from((sum + side * side / 2) / (side * side)).unwrap());
            }
        }
        Self { width, height, samples }
    }

    /// The upper left part.
    fn cropped(&self, width: usize, height: usize) -> Self {
        let rows = self.samples.chunks(self.width.max(1)).take(height);
        Self { width, height, samples: rows.flat_map(|row| &row[..width]).copied().collect() }
    }

    /// The mean difference and the largest one; `None` for planes of different sizes.
    fn difference(&self, other: &Self) -> Option<(f64, u8)> {
        if (self.width, self.height) != (other.width, other.height) {
            return None;
        }
        let differences = || self.samples.iter().zip(&other.samples).map(|(a, b)| a.abs_diff(*b));
        let sum: u64 = differences().map(u64::from).sum();
        Some((sum as f64 / self.samples.len().max(1) as f64, differences().max().unwrap_or_default()))
    }
}

fn ours(bytes: &[u8], shrink: Shrink) -> Result<Vec<Plane>> {
    let mut planes = vec![Plane::default(); 4];
    decode_planes(bytes, shrink, &Limits::default(), &|| false, &mut |component, row| {
        let plane = &mut planes[component];
        (plane.width, plane.height) = (row.len(), plane.height + 1);
        plane.samples.extend_from_slice(row);
        Ok(())
    })?;
    planes.retain(|plane| plane.height > 0);
    Ok(planes)
}

/// Strict, as it was asked for where it decoded pixels of ours. Components as stored, enlarged to the picture's size.
fn zune(bytes: &[u8]) -> std::result::Result<Vec<Plane>, String> {
    let limits = Limits::default();
    let side = limits.max_side as usize;
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let text = |error| format!("{error:?}");
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(text)?;
    let (width, height) = decoder.dimensions().ok_or("no size")?;
    if (width * height) as u64 > limits.max_pixels {
        return Err("too many pixels".to_owned());
    }
    let stored = decoder.input_colorspace().ok_or("no colors")?;
    let wanted = if stored == ColorSpace::Luma { ColorSpace::Luma } else { stored };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let samples = decoder.decode().map_err(text)?;
    let channels = wanted.num_components();
    let plane = |component| samples.iter().skip(component).step_by(channels).copied().collect();
    Ok((0..channels).map(|component| Plane { width, height, samples: plane(component) }).collect())
}

/// Says where the samples of a file that both accept differ.
fn compare(full: &[Plane], theirs: &[Plane]) -> Vec<String> {
    let mut wrong = Vec::new();
    if full.len() != theirs.len() {
        wrong.push(format!("{} components and {}", full.len(), theirs.len()));
    }
    for (component, (ours, theirs)) in full.iter().zip(theirs).enumerate() {
        // Enlarged color cannot be compared sample by sample.
        let Some((mean, most)) = ours.difference(theirs) else { continue };
        if most > MOST_AT_FULL || mean > MEAN_AT_FULL {
            wrong.push(format!("component {component}: {mean:.2} away, {most} at most"));
        }
    }
    wrong
}

/// Says what is wrong with the smaller scales of a file.
fn compare_parts(bytes: &[u8], full: &[Plane]) -> Vec<String> {
    let mut wrong = Vec::new();
    for shrink in [Shrink::Half, Shrink::Quarter, Shrink::Eighth] {
        let parts = ours(bytes, shrink).expect("what is accepted at full scale");
        for (component, (part, whole)) in parts.iter().zip(full).enumerate() {
            if (part.width, part.height) != shrunk_size(whole, shrink) {
                wrong.push(format!("component {component} at {shrink:?}: {}x{}", part.width, part.height));
                continue;
            }
            let averages = whole.averaged(shrink.divisor() as usize);
            let difference = part.cropped(averages.width, averages.height).difference(&averages);
            if difference.is_none_or(|(mean, _)| mean > MEAN_AT_PARTS) {
                wrong.push(format!("component {component} at {shrink:?}: {difference:?} away"));
            }
        }
    }
    wrong
}

fn shrunk_size(whole: &Plane, shrink: Shrink) -> (usize, usize) {
    let side = shrink.divisor() as usize;
    (whole.width.div_ceil(side), whole.height.div_ceil(side))
}

/// The brightness that a third decoder finds, which gives it mixed with colors.
fn is_what_jpeg_decoder_finds(bytes: &[u8], full: &[Plane]) -> bool {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let Ok(pixels) = decoder.decode() else { return false };
    let luma = |rgb: &[u8]| 0.299 * f64::from(rgb[0]) + 0.587 * f64::from(rgb[1]) + 0.114 * f64::from(rgb[2]);
    let differences = pixels.chunks_exact(3).map(luma).zip(&full[0].samples).map(|(a, b)| (a - f64::from(*b)).abs());
    differences.sum::<f64>() / full[0].samples.len() as f64 <= MEAN_AT_FULL + 0.5
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

#[test]
fn every_jpeg_of_the_corpus_has_the_outcome_that_zune_jpeg_has() {
    let Some(root) = std::env::var_os("PIXMILL_CORPUS").map(PathBuf::from) else {
        println!("skipped: PIXMILL_CORPUS names no corpus");
        return;
    };
    let mut files = Vec::new();
    list(&root, &mut files);
    let (mut accepted, mut refused, mut different, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for file in files {
        let bytes = std::fs::read(&file).expect("a file of the corpus");
        if sniff(&bytes) != Some(SourceFormat::Jpeg) {
            continue;
        }
        let name = file.strip_prefix(&root).expect("a file of the corpus").display().to_string();
        match (ours(&bytes, Shrink::None), zune(&bytes)) {
            (Ok(full), Ok(theirs)) => {
                accepted += 1;
                wrong.extend(compare_parts(&bytes, &full).into_iter().map(|text| format!("{name}: {text}")));
                let faults = compare(&full, &theirs);
                if !faults.is_empty() && is_what_jpeg_decoder_finds(&bytes, &full) {
                    different.push((name, Outcome::OtherSamples, faults.join(", ")));
                } else {
                    wrong.extend(faults.into_iter().map(|text| format!("{name}: {text}")));
                }
            }
            (Err(_), Err(_)) => refused += 1,
            (Ok(_), Err(error)) => different.push((name, Outcome::OursOnly, error)),
            (Err(error), Ok(_)) => different.push((name, Outcome::ZuneOnly, error.to_string())),
        }
    }
    println!("{accepted} accepted by both, {refused} refused by both, {} different", different.len());
    for (name, outcome, error) in &different {
        match DIFFERENT.iter().find(|(known, expected, _)| name.ends_with(known) && expected == outcome) {
            Some((_, _, reason)) => println!("{name}: {outcome:?}: {reason}"),
            None => wrong.push(format!("{name}: {outcome:?}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn files_of_another_encoder_have_the_samples_that_zune_jpeg_finds() {
    const SAMPLINGS: [SamplingFactor; 6] = [
        SamplingFactor::F_1_1,
        SamplingFactor::F_2_1,
        SamplingFactor::F_1_2,
        SamplingFactor::F_2_2,
        SamplingFactor::F_4_1,
        SamplingFactor::F_1_4,
    ];
    let mut files = vec![("gray".to_owned(), gray_jpeg(&gray(61, 47)))];
    for sampling in SAMPLINGS {
        for (width, height) in [(61, 47), (64, 64), (17, 9), (130, 8)] {
            for passes in [Passes::One, Passes::Many] {
                let name = format!("{sampling:?} {width}x{height}, progressive: {}", passes == Passes::Many);
                files.push((name.clone(), jpeg(&photo(width, height), sampling, passes)));
                files.push((format!("{name}, restarts"), restarted(width, height, sampling, passes)));
            }
        }
    }
    for (name, bytes) in files {
        // zune-jpeg 0.5.15 mixes up the rows of sequential files with four rows of blocks to a unit.
        let is_lost_by_zune = name.starts_with("F_1_4") && !name.contains("progressive: true");
        let (full, theirs) = (ours(&bytes, Shrink::None), zune(&bytes));
        let full = full.unwrap_or_else(|error| panic!("{name}: {error}"));
        let theirs = theirs.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(compare_parts(&bytes, &full), Vec::<String>::new(), "{name}");
        let faults = compare(&full, &theirs);
        let is_right = faults.is_empty() || is_lost_by_zune && is_what_jpeg_decoder_finds(&bytes, &full);
        assert!(is_right, "{name}: {faults:?}");
    }
}

fn restarted(width: u32, height: u32, sampling: SamplingFactor, passes: Passes) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 85);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(passes == Passes::Many);
    encoder.set_restart_interval(2);
    let (width, height) = (u16::try_from(width).unwrap(), u16::try_from(height).unwrap());
    let pixels = photo(width.into(), height.into());
    encoder.encode(pixels.as_raw(), width, height, jpeg_encoder::ColorType::Rgb).expect("an encoder that encodes");
    file
}

#[test]
fn a_difference_is_told() {
    let bytes = jpeg(&photo(61, 47), SamplingFactor::F_1_1, Passes::One);
    let full = ours(&bytes, Shrink::None).unwrap();
    let mut theirs = zune(&bytes).unwrap();
    theirs[1].samples[5] ^= 8;
    assert_eq!(compare(&full, &theirs).len(), 1);
    assert!(matches!(ours(&bytes[..bytes.len() / 2], Shrink::None), Err(Error::Input(_))));
    assert!(zune(&bytes[..bytes.len() / 2]).is_err());
}

/// By pixels too, where zune-jpeg decodes most files.
#[test]
fn tall_units_have_the_pixels_of_others() {
    let limits = Limits::default();
    let [tall, even] = [SamplingFactor::F_1_4, SamplingFactor::F_1_1].map(|sampling| {
        let bytes = jpeg(&photo(61, 47), sampling, Passes::One);
        let header = probe(&bytes, &limits).unwrap();
        let buffer = zeroed(buffer_bytes(&header, Shrink::None)).unwrap();
        decode(&bytes, &header, Shrink::None, &limits, buffer).unwrap().image.into_data()
    });
    let difference: u64 = tall.iter().zip(&even).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(difference < 10 * even.len() as u64, "{difference}");
}
