//! What decoding an AVIF takes, against what its header promises. Counts this process's own allocations, so that there is one test in this
//! file.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_files;
mod pictures;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use avif_files::{Coded, Item, alpha, avif};
use pictures::{cutout, photo};
use pixmill::codec::{Quality, Speed, decode_rows, encoder, probe};
use pixmill::format::Format;
use pixmill::image::Image;
use pixmill::limits::Limits;

struct Counting;

static LIVE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn add(bytes: usize) {
    let live = LIVE.fetch_add(bytes as u64, Relaxed) + bytes as u64;
    PEAK.fetch_max(live, Relaxed);
}

// SAFETY: hands every call on to the system's allocator, and only counts.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as u64, Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn encoded(image: &Image) -> Vec<u8> {
    let quality = Quality::new(80.0).expect("a quality");
    encoder(Format::Avif).encode(image, quality, Speed::Fast).expect("an AVIF")
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for (width, height) in [(64, 64), (700, 500), (2400, 1600)] {
        let photo = Image::new(width, height, pixmill::image::Layout::Rgb, photo(width, height).into_raw());
        let cutout = Image::new(width, height, pixmill::image::Layout::Rgba, cutout(width, height).into_raw());
        files.push((format!("{width}x{height}"), encoded(&photo.expect("a picture"))));
        files.push((format!("{width}x{height} with alpha"), encoded(&cutout.expect("a picture"))));
    }
    let tile = Coded::of((512, 512), [200, 30, 40]);
    let grid = Item::grid((4, 2), (2000, 1000), (2..10).collect());
    let colors: Vec<_> = std::iter::once(grid).chain((0..8).map(|_| Item::av01(&tile))).collect();
    files.push(("a grid".to_owned(), avif(&colors)));
    let half = Item::av01(&Coded::of((2000, 1000), [128; 3])).with(alpha()).referring(*b"auxl", 1);
    let both: Vec<_> = colors.into_iter().chain([half]).collect();
    files.push(("a grid with alpha".to_owned(), avif(&both)));
    for name in ["photo.avif", "photo-alpha.avif"] {
        let path = format!("{}/__test__/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
        files.push((name.to_owned(), std::fs::read(path).expect("a fixture")));
    }
    files
}

#[test]
fn a_decode_takes_no_more_than_its_header_says() {
    let mut exceeded = Vec::new();
    for (name, file) in files() {
        let limits = Limits::default();
        let header = probe(&file, &limits).expect("a header");
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        decode_rows(&file, &header, &limits, &|| false, &mut |_| Ok(())).expect("rows");
        let peak = PEAK.load(Relaxed) - before;
        let line = format!("{name}: {} KiB of {} promised", peak >> 10, header.decoder_bytes >> 10);
        println!("{line}");
        if peak > header.decoder_bytes {
            exceeded.push(line);
        }
    }
    assert!(exceeded.is_empty(), "{exceeded:#?}");
}
