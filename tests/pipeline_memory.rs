//! The peak that a plan promises, against what is allocated. Counts this process's own allocations: libwebp has its own
//! allocator, so the encoder's part for WebP was measured by resident size and is written beside its formula.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use image::{DynamicImage, ImageFormat};
use jpeg_encoder::SamplingFactor;
use pictures::{Passes, batched, cutout, encoded, gray, gray_jpeg, jpeg, oriented, photo, variant};
use pixmill::codec::{Effort, Quality, Shrink, Speed, encoder, probe};
use pixmill::error::Error;
use pixmill::format::Format;
use pixmill::image::Image;
use pixmill::limits::Limits;
use pixmill::pipeline::{Batch, Fit, Plan, Request, Target};
use pixmill::pool::{Pool, PoolConfig};

struct Counting;

static LIVE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: hands every call on to the system's allocator, and only counts.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size() as u64, Ordering::Relaxed) + layout.size() as u64;
        PEAK.fetch_max(live, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size() as u64, Ordering::Relaxed) + layout.size() as u64;
        PEAK.fetch_max(live, Ordering::Relaxed);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Threads, channels, and the pool's own books.
const SLACK_BYTES: u64 = 256 << 10;

/// Bytes allocated at the peak of one job, and the plan's promise.
fn measure(bytes: &[u8], request: &Request, budget_bytes: u64) -> (u64, u64) {
    let limits = Limits::default();
    let header = probe(bytes, &limits).expect("a header");
    let plan = Plan::new(&header, request, bytes.len() as u64, budget_bytes, &limits).expect("a plan");
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes, ..PoolConfig::default() });
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let output = variant(&pool, bytes, request).expect("a variant");
    pool.close();
    pool.join();
    let peak = PEAK.load(Ordering::Relaxed) - before;
    assert_eq!((output.width, output.height), (plan.width, plan.height));
    (peak, plan.peak_bytes)
}

/// The least budget that the job is not refused in.
fn least(bytes: &[u8], request: &Request) -> u64 {
    let limits = Limits::default();
    let header = probe(bytes, &limits).expect("a header");
    match Plan::new(&header, request, bytes.len() as u64, 1, &limits) {
        Err(Error::Limit { what: "memory", got, .. }) => got,
        other => panic!("{other:?}"),
    }
}

fn sources() -> Vec<(&'static str, Vec<u8>)> {
    let (width, height) = (1800, 1200);
    let (photo, cutout) = (photo(width, height), cutout(width, height));
    let wide = DynamicImage::ImageRgba8(cutout.clone()).into_rgba16();
    let lossy = webp::Encoder::from_rgba(cutout.as_raw(), width, height).encode(80.0).to_vec();
    let icon = image::imageops::thumbnail(&cutout, 256, 256);
    vec![
        ("jpeg 4:2:0", jpeg(&photo, SamplingFactor::F_2_2, Passes::One)),
        ("jpeg 4:4:4", jpeg(&photo, SamplingFactor::F_1_1, Passes::One)),
        ("jpeg progressive", jpeg(&photo, SamplingFactor::F_2_2, Passes::Many)),
        ("jpeg turned", oriented(&jpeg(&photo, SamplingFactor::F_2_2, Passes::One), 6)),
        ("jpeg gray", gray_jpeg(&gray(width, height))),
        ("png", encoded(photo.clone(), ImageFormat::Png)),
        ("png alpha", encoded(cutout.clone(), ImageFormat::Png)),
        ("png 16 bits", encoded(wide.clone(), ImageFormat::Png)),
        ("webp lossless", encoded(photo.clone(), ImageFormat::WebP)),
        ("webp lossless alpha", encoded(cutout.clone(), ImageFormat::WebP)),
        ("webp lossy alpha", lossy),
        ("gif", encoded(image::imageops::thumbnail(&cutout, 500, 300), ImageFormat::Gif)),
        ("tiff", encoded(photo.clone(), ImageFormat::Tiff)),
        ("tiff 16 bits", encoded(wide, ImageFormat::Tiff)),
        ("bmp", encoded(photo, ImageFormat::Bmp)),
        ("ico", encoded(icon, ImageFormat::Ico)),
    ]
}

/// Sources whose planes are resized while they are decoded: many bands, few of them at a time.
fn planar_sources() -> Vec<(&'static str, Vec<u8>)> {
    let photo = photo(3000, 2000);
    let mut scans = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut scans, 90);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(photo.as_raw(), 3000, 2000, jpeg_encoder::ColorType::Rgb).expect("a JPEG");
    vec![
        ("planes 4:2:0", jpeg(&photo, SamplingFactor::F_2_2, Passes::One)),
        ("planes 4:4:4", jpeg(&photo, SamplingFactor::F_1_1, Passes::One)),
        ("planes progressive", jpeg(&photo, SamplingFactor::F_2_2, Passes::Many)),
        ("planes scan by scan", scans),
        ("planes turned", oriented(&jpeg(&photo, SamplingFactor::F_2_1, Passes::One), 8)),
        ("planes gray", gray_jpeg(&gray(3000, 2000))),
    ]
}

/// At every scale. Of WebP only what is ours is counted.
fn planar_requests() -> Vec<Request> {
    let widths = [3000, 1500, 1000, 640, 300, 100];
    let formats = [(Format::Webp, 75.0), (Format::Jpeg, 75.0), (Format::Jpeg, 95.0)];
    let request = |width, (format, quality)| Request {
        width: Some(width),
        target: Target::Format(format),
        quality: Quality::new(quality).expect("a quality"),
        ..Request::default()
    };
    widths.into_iter().flat_map(|width| formats.map(|format| request(width, format))).collect()
}

fn requests() -> Vec<Request> {
    let mut requests = Vec::new();
    let formats = [Format::Jpeg, Format::Png, Format::Gif];
    for (format, width) in formats.into_iter().flat_map(|format| [(format, 900), (format, 1800)]) {
        for speed in [Speed::Fast, Speed::Balanced] {
            requests.push(Request { width: Some(width), target: Target::Format(format), speed, ..Request::default() });
        }
    }
    let contain = Request { width: Some(600), height: Some(900), fit: Fit::Contain, ..Request::default() };
    requests.push(Request { target: Target::Format(Format::Png), speed: Speed::Fast, ..contain });
    requests
}

/// Bytes allocated at the peak of a batch, made or refused, and the most that was lent to it.
fn measure_batch(bytes: &[u8], batch: &Batch, budget_bytes: u64) -> (u64, u64) {
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes, ..PoolConfig::default() });
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    drop(batched(&pool, bytes, batch));
    let lent = pool.stats().peak_lent_bytes;
    pool.close();
    pool.join();
    (PEAK.load(Ordering::Relaxed) - before, lent)
}

/// With all memory, and with too little for one decode beside everything.
fn measure_batches(name: &str, bytes: &[u8], exceeded: &mut Vec<String>) {
    let widths = [1800, 900, 640, 300];
    let formats = [Format::Jpeg, Format::Png].map(Target::Format);
    let request = |(width, target)| Request { width: Some(width), target, speed: Speed::Fast, ..Request::default() };
    let wishes = widths.into_iter().flat_map(|width| formats.map(|format| (width, format)));
    let batch = Batch { requests: wishes.map(request).collect(), wants_placeholder: true };
    let (_, lent) = measure_batch(bytes, &batch, 1 << 30);
    for budget in [1 << 30, lent * 3 / 4, lent / 2] {
        let (tight_peak, tight_lent) = measure_batch(bytes, &batch, budget);
        let refused = if tight_lent == 0 { bytes.len() as u64 } else { 0 };
        let line =
            format!("{name}, batch in {} KiB: {} KiB of {} lent", budget >> 10, tight_peak >> 10, tight_lent >> 10);
        println!("{line}");
        if tight_peak > tight_lent + refused + SLACK_BYTES || tight_lent > budget {
            exceeded.push(line);
        }
    }
}

/// What GIF's encoder allocates for noise, and what it promises, without the steps before it, which take more. LZW finds
/// nothing to shorten: 1.38 bytes a pixel come out. The size is one where the file has just grown again.
fn measure_gif() -> (u64, u64) {
    let mut state = 1_u32;
    let mut sample = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let noise = (0..1200 * 1000 * 3).map(|_| sample()).collect();
    let noise = Image::new(1200, 1000, pixmill::image::Layout::Rgb, noise).expect("a picture");
    let (quality, speed) = (Quality::DEFAULT, Speed::Balanced);
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    encoder(Format::Gif).encode(&noise, quality, speed).expect("a file");
    let peak = PEAK.load(Ordering::Relaxed) - before;
    (peak, encoder(Format::Gif).working_bytes(Effort { pixels: 1200 * 1000, has_alpha: false, quality, speed }))
}

/// The same samples, said to be RGB by a segment of Adobe's instead of JFIF's: such a file has no planes.
fn as_rgb(jpeg: &[u8]) -> Vec<u8> {
    let jfif = jpeg.get(2..20).expect("a JFIF segment");
    assert!(jfif.starts_with(b"\xff\xe0\0\x10JFIF"));
    let file = [&jpeg[..2], b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0", &jpeg[20..]].concat();
    assert_eq!(probe(&file, &Limits::default()).expect("a header").planar, None);
    file
}

/// Pictures of 18 MB, 36 MB of coefficients beside them where there are passes.
fn shrinkable() -> [(&'static str, Vec<u8>); 2] {
    let photo = photo(3000, 2000);
    [
        ("jpeg", as_rgb(&jpeg(&photo, SamplingFactor::F_1_1, Passes::One))),
        ("jpeg progressive", as_rgb(&jpeg(&photo, SamplingFactor::F_1_1, Passes::Many))),
    ]
}

fn shrunk() -> Request {
    Request { width: Some(300), target: Target::Format(Format::Png), ..Request::default() }
}

/// Less than the whole picture takes.
fn budget(bytes: &[u8]) -> u64 {
    let header = probe(bytes, &Limits::default()).expect("a header");
    let whole = Plan::new(&header, &shrunk(), bytes.len() as u64, u64::MAX, &Limits::default()).expect("a plan");
    assert_eq!(whole.shrink, Shrink::None);
    whole.peak_bytes - 1
}

/// One test, because the counters belong to the process.
#[test]
fn a_job_takes_no_more_than_its_plan_says() {
    let requests = requests();
    let mut exceeded = Vec::new();
    for (name, bytes) in planar_sources() {
        let requests = planar_requests();
        for request in &requests {
            for budget in [1 << 30, least(&bytes, request)] {
                let (peak, planned) = measure(&bytes, request, budget);
                let line = format!("{name} to {:?}: {} KiB of {} planned", request.width, peak >> 10, planned >> 10);
                println!("{line}");
                if peak > planned + SLACK_BYTES || planned > budget {
                    exceeded.push(line);
                }
            }
        }
        let batch = Batch { requests, wants_placeholder: true };
        let (_, lent) = measure_batch(&bytes, &batch, 1 << 30);
        for budget in [1 << 30, lent * 3 / 4, lent / 2] {
            let (peak, lent) = measure_batch(&bytes, &batch, budget);
            let line = format!("{name}, batch in {} KiB: {} KiB of {} lent", budget >> 10, peak >> 10, lent >> 10);
            println!("{line}");
            if peak > lent.max(bytes.len() as u64) + SLACK_BYTES || lent > budget {
                exceeded.push(line);
            }
        }
    }
    for (name, bytes) in sources() {
        if ["jpeg progressive", "jpeg turned", "png alpha", "tiff 16 bits"].contains(&name) {
            measure_batches(name, &bytes, &mut exceeded);
        }
        let avif = Request { width: Some(1200), target: Target::Format(Format::Avif), ..Request::default() };
        let takes_avif = ["jpeg 4:2:0", "png alpha"].contains(&name);
        for request in requests.iter().chain(takes_avif.then_some(&avif)) {
            let (peak, planned) = measure(&bytes, request, 1 << 30);
            let line = format!(
                "{name} to {:?} {:?} {:?}: {} KiB of {} planned",
                request.target,
                request.width,
                request.speed,
                peak >> 10,
                planned >> 10
            );
            println!("{line}");
            if peak > planned + SLACK_BYTES {
                exceeded.push(line);
            }
        }
    }
    for (name, bytes) in shrinkable() {
        let (peak, planned) = measure(&bytes, &shrunk(), budget(&bytes));
        println!("{name} shrunk: {} KiB of {} planned", peak >> 10, planned >> 10);
        if peak > planned + SLACK_BYTES {
            exceeded.push(format!("{name} shrunk: {peak} of {planned}"));
        }
    }
    let (peak, planned) = measure_gif();
    println!("noise to gif: {} KiB of {} planned", peak >> 10, planned >> 10);
    if peak > planned {
        exceeded.push(format!("noise to gif: {peak} of {planned}"));
    }
    assert!(exceeded.is_empty(), "{}", exceeded.join("\n"));
}
