//! What an encode by SVT-AV1 takes, against the formula. C has an allocator of its own, so resident bytes are measured, which belong to the
//! process: one test in this file. Without the library there is nothing to measure.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_kit;

use std::fs;
use std::time::Instant;

use avif_kit::{has_svt, noise};
use pixmill::codec::{Effort, Quality, Speed, encoder};
use pixmill::format::Format;

const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];

/// A number of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("the status of this process");
    let line = text.lines().find(|line| line.starts_with(name)).expect("a line of the status");
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).expect("a number") << 10
}

/// What the encode before has freed would hide what this one takes.
#[allow(unsafe_code)]
fn give_back() {
    #[cfg(target_env = "gnu")]
    // SAFETY: takes and returns an integer.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[test]
fn an_encode_takes_no_more_than_the_formula_says() {
    if !has_svt() {
        return;
    }
    let mut exceeded = Vec::new();
    for (width, height) in [(200, 150), (640, 480), (1600, 1200)] {
        for (speed, quality) in SPEEDS.into_iter().flat_map(|speed| [75.0, 100.0].map(|quality| (speed, quality))) {
            let quality = Quality::new(quality).expect("a quality");
            let picture = noise(width, height);
            give_back();
            let before = status("VmRSS");
            fs::write("/proc/self/clear_refs", "5").expect("a new peak");
            let started = Instant::now();
            let file = encoder(Format::Avif).encode_planes(picture, quality, speed).expect("a file");
            let seconds = started.elapsed().as_secs_f64();
            let peak = status("VmHWM").saturating_sub(before);
            let effort = Effort { pixels: u64::from(width) * u64::from(height), has_alpha: false, quality, speed };
            let planned = encoder(Format::Avif).planes_working_bytes(effort);
            let line = format!(
                "{width}x{height} {speed:?} q{}: {} KiB of {} planned, {} KiB file, {seconds:.2} s",
                quality.get(),
                peak >> 10,
                planned >> 10,
                file.len() >> 10
            );
            println!("{line}");
            if peak > planned {
                exceeded.push(line);
            }
        }
    }
    assert!(exceeded.is_empty(), "{}", exceeded.join("\n"));
}
