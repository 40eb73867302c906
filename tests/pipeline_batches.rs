//! Many variants from one decode are what they would be one by one, within the same memory.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use jpeg_encoder::SamplingFactor;
use pictures::{Passes, batched, cutout, encoded, every_format, jpeg, oriented, photo, pool, variant};
use pixmill::codec::Quality;
use pixmill::error::{Error, Result};
use pixmill::format::{Format, SourceFormat, sniff};
use pixmill::limits::Limits;
use pixmill::pipeline::{Batch, Batched, Fault, Fit, Output, Placeholder, Request, Target, optimize_all};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::source::Source;

fn wish(width: u32, format: Format) -> Request {
    Request { width: Some(width), target: Target::Format(format), ..Request::default() }
}

fn variants(requests: &[Request]) -> Batch {
    Batch { requests: requests.to_vec(), wants_placeholder: false }
}

/// Small before large, so that the order of the requests is not that of the work.
fn requests() -> Vec<Request> {
    let square = Request { width: Some(30), height: Some(30), ..wish(30, Format::Png) };
    vec![
        wish(16, Format::Webp),
        Request { fit: Fit::Cover, ..square.clone() },
        wish(4000, Format::Png),
        Request { fit: Fit::Contain, ..square.clone() },
        wish(40, Format::Jpeg),
        Request { fit: Fit::Fill, ..square },
        wish(40, Format::Webp),
        Request { quality: Quality::new(30.0).expect("a quality"), ..wish(40, Format::Webp) },
        wish(24, Format::Avif),
        wish(50, Format::Gif),
        Request::default(),
    ]
}

/// Compares with what each request gives alone.
fn assert_alike(name: &str, pool: &Pool, bytes: &[u8], requests: &[Request]) {
    let Batched { outputs, places, .. } = batched(pool, bytes, &variants(requests)).expect(name);
    assert_eq!(places.len(), requests.len());
    for (place, request) in places.into_iter().zip(requests) {
        let alone = variant(pool, bytes, request).expect(name);
        let output = &outputs[place];
        assert_eq!((output.width, output.height, output.format), (alone.width, alone.height, alone.format), "{name}");
        assert!(output.data == alone.data, "{name}: {request:?}");
    }
}

#[test]
fn a_variant_has_the_bytes_that_it_has_alone() {
    let pool = pool();
    for (name, bytes) in every_format() {
        assert_alike(name, &pool, &bytes, &requests());
    }
}

/// Profiles, ink, palettes, 16 bits, and every orientation.
#[test]
fn so_it_has_for_every_fixture() {
    let pool = pool();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("__test__/fixtures");
    let mut compared = 0;
    for entry in fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("a fixture").path();
        let bytes = fs::read(&path).unwrap_or_default();
        if variant(&pool, &bytes, &wish(20, Format::Png)).is_ok() {
            let wishes = [wish(20, Format::Webp), wish(64, Format::Jpeg), wish(4000, Format::Png)];
            assert_alike(&path.display().to_string(), &pool, &bytes, &wishes);
            compared += 1;
        }
    }
    assert!(compared > 20, "expected most fixtures to be pictures, not {compared}");
}

#[test]
fn the_size_of_the_source_is_upright() {
    let pool = pool();
    let stored = jpeg(&photo(60, 40), SamplingFactor::F_1_1, Passes::One);
    for (orientation, size) in [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))] {
        let made = batched(&pool, &oriented(&stored, orientation), &Batch::default()).expect("nothing to make");
        assert_eq!(((made.width, made.height), made.outputs.len()), (size, 0));
    }
}

#[test]
fn requests_for_the_same_bytes_share_one_output() {
    let pool = pool();
    let bytes = encoded(photo(60, 40), ImageFormat::Png);
    let requests = [wish(30, Format::Webp), wish(60, Format::Webp), wish(640, Format::Webp), wish(1920, Format::Webp)];
    let made = batched(&pool, &bytes, &variants(&requests)).expect("variants");
    assert_eq!((made.places, made.outputs.len()), (vec![1, 0, 0, 0], 2));
    let other = [wish(60, Format::Webp), wish(60, Format::Jpeg)];
    assert_eq!(batched(&pool, &bytes, &variants(&other)).expect("variants").outputs.len(), 2);
}

fn pool_of(budget_bytes: u64) -> Pool {
    Pool::new(PoolConfig { threads: 1, budget_bytes, ..PoolConfig::default() })
}

fn bytes_of(outputs: &[Output]) -> u64 {
    outputs.iter().map(|output| output.data.len() as u64).sum()
}

/// Each variant is what it is alone within the budget, or, at the brink, within the budget less what was finished before it.
fn assert_alike_within(budget: u64, bytes: &[u8], requests: &[Request], alone: &[Output], batch: &Batched) {
    for ((place, request), alone) in batch.places.iter().zip(requests).zip(alone) {
        let output = &batch.outputs[*place];
        let left = budget - bytes_of(&batch.outputs[..*place]);
        let is_alike = output.data == alone.data
            || variant(&pool_of(left), bytes, request).is_ok_and(|alone| alone.data == output.data);
        assert!(is_alike, "{request:?} within {budget}");
    }
}

/// From a budget that carries one decode for all, over those that force separate ones or a fraction of the size, to those that
/// carry nothing.
#[test]
fn a_smaller_budget_gives_what_it_gives_alone_and_is_kept() {
    let (photo, cutout) = (photo(1200, 800), cutout(1200, 800));
    let sources = [
        ("png", encoded(photo.clone(), ImageFormat::Png)),
        ("png alpha", encoded(cutout, ImageFormat::Png)),
        ("jpeg", jpeg(&photo, SamplingFactor::F_2_2, Passes::One)),
        ("jpeg progressive", jpeg(&photo, SamplingFactor::F_1_1, Passes::Many)),
    ];
    let requests = [wish(200, Format::Webp), wish(700, Format::Jpeg), wish(350, Format::Webp), wish(640, Format::Png)];
    let (mut made, mut refused) = (0, 0);
    for (name, bytes) in &sources {
        for budget in (1..=20).map(|mebibytes| mebibytes << 20) {
            let pool = pool_of(budget);
            let alone: Result<Vec<_>> = requests.iter().map(|request| variant(&pool, bytes, request)).collect();
            match (alone, batched(&pool, bytes, &variants(&requests))) {
                (Ok(alone), Ok(batch)) => {
                    made += 1;
                    assert_alike_within(budget, bytes, &requests, &alone, &batch);
                }
                (Ok(alone), Err(Error::Limit { max, got, .. })) => assert!(got - max <= bytes_of(&alone), "{name}"),
                (Err(alone), Err(batch)) => {
                    refused += 1;
                    assert_eq!((alone.code(), batch.code()), ("ERR_LIMIT", "ERR_LIMIT"), "{name} at {budget}");
                }
                (alone, batch) => panic!("{name} at {budget}: {:?}, {:?}", alone.err(), batch.err()),
            }
            assert!(pool.stats().peak_lent_bytes <= budget);
            assert_eq!(pool.stats().lent_bytes, 0);
        }
    }
    assert!(made > 20 && refused > 4, "{made} made, {refused} refused");
}

#[test]
fn a_damaged_source_or_a_panic_fails_all_and_leaves_nothing_lent() {
    let pool = pool();
    let bytes = encoded(photo(200, 200), ImageFormat::Png);
    let requests = [wish(50, Format::Webp), wish(100, Format::Webp)];
    let damaged = batched(&pool, &bytes[..bytes.len() / 2], &variants(&requests));
    assert!(matches!(damaged, Err(Error::Input(_))), "{damaged:?}");
    let broken = [requests[0].clone(), Request { fault: Some(Fault::Panic), ..requests[1].clone() }];
    let panicked = batched(&pool, &bytes, &variants(&broken));
    assert!(matches!(panicked, Err(Error::Internal(text)) if text.contains("on request")));
    assert_eq!(pool.stats().lent_bytes, 0);
    assert!(batched(&pool, &bytes, &variants(&requests)).is_ok());
}

/// Raises the flag when it is looked at for the `left`th time.
struct Alarm {
    bytes: Vec<u8>,
    left: AtomicUsize,
    cancel: Cancel,
}

impl AsRef<[u8]> for Alarm {
    fn as_ref(&self) -> &[u8] {
        if self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.cancel.cancel();
        }
        &self.bytes
    }
}

#[test]
fn a_cancelled_batch_ends_before_its_next_step() {
    let pool = pool();
    let bytes = encoded(photo(200, 200), ImageFormat::Png);
    for left in 1..=3 {
        let cancel = Cancel::new();
        let alarm = Alarm { bytes: bytes.clone(), left: AtomicUsize::new(left), cancel: cancel.clone() };
        let (source, batch) = (Source::Bytes(Arc::new(alarm)), variants(&[wish(50, Format::Webp)]));
        let made = pool.run(cancel, move |job| optimize_all(&source, false, &batch, &Limits::default(), job));
        assert_eq!(made.err(), Some(Error::Cancelled), "at look {left}");
    }
    assert_eq!(pool.stats().lent_bytes, 0);
}

fn placeholder(pool: &Pool, bytes: &[u8], requests: &[Request]) -> Placeholder {
    let batch = Batch { requests: requests.to_vec(), wants_placeholder: true };
    batched(pool, bytes, &batch).expect("a batch").placeholder.expect("a placeholder")
}

#[test]
fn a_placeholder_is_small_whatever_the_shape() {
    let pool = pool();
    for (width, height) in [(1, 1), (8, 8), (9, 5), (300, 200), (200, 300), (2000, 3), (3, 2000)] {
        let made = placeholder(&pool, &encoded(cutout(width, height), ImageFormat::Png), &[]);
        assert_eq!(sniff(&made.blur), Some(SourceFormat::Webp));
        let blur = image::load_from_memory(&made.blur).expect("a WebP");
        assert_eq!(blur.width().max(blur.height()), width.max(height).min(8), "{width}x{height}");
        assert!(made.blur.len() <= 330, "{} bytes for {width}x{height}", made.blur.len());
        assert!((5..=25).contains(&made.thumbhash.len()), "{width}x{height}");
    }
}

#[test]
fn a_placeholder_does_not_depend_on_the_variants_beside_it() {
    let pool = pool();
    for (name, bytes) in every_format() {
        assert_eq!(placeholder(&pool, &bytes, &[]), placeholder(&pool, &bytes, &requests()), "{name}");
    }
}

#[test]
fn a_placeholder_has_the_colors_that_are_seen() {
    let pool = pool();
    let mostly_red = RgbImage::from_fn(90, 60, |x, _| if x < 60 { Rgb([200, 20, 40]) } else { Rgb([0, 0, 255]) });
    let made = placeholder(&pool, &encoded(mostly_red, ImageFormat::Png), &[]);
    assert_eq!(made.color, [200, 20, 40]);
    let hidden_green =
        RgbaImage::from_fn(90, 60, |x, _| if x < 60 { Rgba([0, 255, 0, 0]) } else { Rgba([10, 20, 240, 255]) });
    let made = placeholder(&pool, &encoded(hidden_green, ImageFormat::Png), &[]);
    assert_eq!(made.color, [10, 20, 240]);
    let blur = image::load_from_memory(&made.blur).expect("a WebP").into_rgba8();
    assert!(blur.get_pixel(0, 0).0[3] < 20 && blur.get_pixel(7, 0).0[3] > 235, "{:?}", blur.as_raw());
    let (_, _, rgba) = thumbhash::thumb_hash_to_rgba(&made.thumbhash).expect("a ThumbHash");
    assert!(rgba[3] < 60 && rgba[rgba.len() - 1] > 200);
}
