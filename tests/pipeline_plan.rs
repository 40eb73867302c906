//! Rules that hold for every plan, played with random headers and requests.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

use pixmill::codec::{Header, Orientation, Planar, Quality, Shrink, Speed};
use pixmill::error::Error;
use pixmill::format::{Format, SourceFormat};
use pixmill::image::Layout;
use pixmill::limits::Limits;
use pixmill::pipeline::{Fit, Plan, Request, Target, Via};
use pixmill::planes::Subsampling;
use proptest::prelude::*;

fn headers() -> impl Strategy<Value = Header> {
    let format = prop_oneof![
        Just(SourceFormat::Jpeg),
        Just(SourceFormat::Png),
        Just(SourceFormat::Webp),
        Just(SourceFormat::Gif),
        Just(SourceFormat::Tiff)
    ];
    let layout = prop_oneof![Just(Layout::Gray), Just(Layout::Rgb), Just(Layout::Rgba)];
    (format, 1_u32..12_000, 1_u32..8_000, 1_u16..=8, layout, any::<bool>(), any::<bool>()).prop_map(
        |(format, width, height, orientation, layout, is_progressive, is_planar)| Header {
            planar: (is_planar && format == SourceFormat::Jpeg).then(|| planar(layout, width)),
            format,
            width,
            height,
            orientation: Orientation::new(orientation),
            layout,
            is_progressive,
            ..small()
        },
    )
}

fn planar(layout: Layout, width: u32) -> Planar {
    let bands = [64, 32, 16, 8].map(|rows| u64::from(width) * rows);
    let subsampling = (layout != Layout::Gray).then_some(Subsampling::BOTH);
    Planar { subsampling, is_srgb: width.is_multiple_of(2), working_bytes: bands }
}

fn requests() -> impl Strategy<Value = Request> {
    let side = || prop_oneof![Just(None), (1_u32..=16_384).prop_map(Some)];
    let fit = prop_oneof![Just(Fit::Inside), Just(Fit::Cover), Just(Fit::Contain), Just(Fit::Fill)];
    let formats = Format::ALL.map(Target::Format).to_vec();
    let target = prop_oneof![Just(Target::Auto), proptest::sample::select(formats)];
    let speed = prop_oneof![Just(Speed::Fast), Just(Speed::Balanced), Just(Speed::Small)];
    (side(), side(), fit, target, speed, any::<bool>()).prop_map(
        |(width, height, fit, target, speed, may_change_format)| Request {
            width,
            height,
            fit,
            target,
            speed,
            may_change_format,
            ..Request::default()
        },
    )
}

fn plan(header: &Header, request: &Request, ceiling: u64) -> Result<Plan, Error> {
    Plan::new(header, request, 1000, ceiling, &Limits::default())
}

fn photograph(width: u32, height: u32) -> Header {
    let working_bytes = [64 << 20, 48 << 20, 32 << 20, 16 << 20];
    let planar = Some(Planar { subsampling: None, is_srgb: true, working_bytes });
    Header { width, height, layout: Layout::Gray, planar, ..small() }
}

fn shrink(speed: Speed, width: u32, ceiling: u64) -> (Via, Shrink, u64) {
    let request = Request { width: Some(width), speed, ..Request::default() };
    let plan = plan(&photograph(6000, 3000), &request, ceiling).unwrap();
    (plan.via, plan.shrink, plan.peak_bytes)
}

#[test]
fn planes_are_decoded_to_the_least_that_covers_the_variant() {
    for speed in [Speed::Fast, Speed::Balanced] {
        let shrink = |width| shrink(speed, width, u64::MAX).1;
        assert_eq!([6000, 3002].map(shrink), [Shrink::None; 2]);
        assert_eq!([3000, 1502].map(shrink), [Shrink::Half; 2]);
        assert_eq!([1500, 752].map(shrink), [Shrink::Quarter; 2]);
        assert_eq!([750, 16].map(shrink), [Shrink::Eighth; 2]);
    }
}

/// Half as much again leaves enough for the resizer; where memory is short, less does.
#[test]
fn small_decodes_planes_to_more_if_memory_allows() {
    let rich = |width| shrink(Speed::Small, width, u64::MAX);
    assert_eq!([6000, 2002].map(|width| rich(width).1), [Shrink::None; 2]);
    assert_eq!([2000, 1002].map(|width| rich(width).1), [Shrink::Half; 2]);
    assert_eq!([1000, 502].map(|width| rich(width).1), [Shrink::Quarter; 2]);
    assert_eq!([500, 16].map(|width| rich(width).1), [Shrink::Eighth; 2]);
    let (via, poor, _) = shrink(Speed::Small, 600, rich(600).2 - 1);
    assert_eq!((via, poor), (Via::Planes, Shrink::Eighth));
}

/// It takes no more memory than its file does, so that it comes before a refusal.
#[test]
fn the_last_plan_of_a_jpeg_is_lean() {
    let quality = Quality::new(100.0).unwrap();
    let jpeg = Request { width: Some(3000), quality, target: Target::Format(Format::Jpeg), ..Request::default() };
    let at = |ceiling| plan(&photograph(6000, 3000), &jpeg, ceiling);
    let rich = at(u64::MAX).unwrap();
    assert_eq!(rich.speed, Speed::Balanced);
    let Err(Error::Limit { got: least, .. }) = at(1) else { panic!("a plan for one byte") };
    let lean = at(least).unwrap();
    assert_eq!((lean.speed, lean.via, lean.width), (Speed::Lean, Via::Planes, 3000));
    assert!(lean.peak_bytes * 3 / 2 < rich.peak_bytes, "{} of {}", lean.peak_bytes, rich.peak_bytes);
}

#[test]
fn what_is_to_be_precise_is_decoded_to_more() {
    let request = |is_precise| Request { width: Some(1500), is_precise, ..Request::default() };
    let [near, precise] = [false, true].map(|is| plan(&photograph(6000, 3000), &request(is), u64::MAX).unwrap().shrink);
    assert_eq!((near, precise), (Shrink::Quarter, Shrink::Half));
}

/// AVIF takes longest, and its encoder cannot be stopped: its pictures have a limit of their own.
#[test]
fn a_large_avif_is_refused_or_becomes_webp() {
    let header = Header { width: 10_000, height: 10_000, ..small() };
    let avif = Request { target: Target::Format(Format::Avif), ..Request::default() };
    assert!(matches!(plan(&header, &avif, u64::MAX), Err(Error::Limit { what: "pixels of the variant", .. })));
    let either = Request { may_change_format: true, ..avif.clone() };
    assert_eq!(plan(&header, &either, u64::MAX).map(|plan| plan.format), Ok(Format::Webp));
    let resized = Request { width: Some(1000), ..avif };
    assert_eq!(plan(&header, &resized, u64::MAX).map(|plan| plan.format), Ok(Format::Avif));
}

/// The plan where memory is no matter: only an AVIF may be too large.
fn unbounded(header: &Header, request: &Request) -> Option<Plan> {
    match plan(header, request, u64::MAX) {
        Ok(plan) => Some(plan),
        Err(Error::Limit { what: "pixels of the variant", .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

fn small() -> Header {
    Header {
        format: SourceFormat::Jpeg,
        width: 10,
        height: 10,
        orientation: Orientation::UPRIGHT,
        layout: Layout::Rgb,
        bit_depth: 8,
        is_progressive: false,
        coded_samples: 384,
        decoder_bytes: 0,
        planar: None,
        frames: 1,
        is_animated: false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_enlarges_and_never_vanishes(header in headers(), request in requests()) {
        let Some(plan) = unbounded(&header, &request) else { return Ok(()) };
        let (width, height) = plan.stored;
        prop_assert!((1..=header.width).contains(&width) && (1..=header.height).contains(&height));
        prop_assert!(plan.width >= 1 && plan.height >= 1);
        prop_assert!(plan.width <= 16_384 && plan.height <= 16_384);
        let (turned_width, turned_height) = plan.orientation.apply(plan.stored);
        prop_assert!(turned_width <= plan.width && turned_height <= plan.height);
        prop_assert_eq!(plan.is_padded, (turned_width, turned_height) != (plan.width, plan.height));
    }

    #[test]
    fn stays_within_the_box(header in headers(), request in requests()) {
        let Some(plan) = unbounded(&header, &request) else { return Ok(()) };
        prop_assert!(request.width.is_none_or(|width| plan.width <= width));
        prop_assert!(request.height.is_none_or(|height| plan.height <= height));
    }

    /// One pixel of rounding, at the scale of the side that was rounded.
    #[test]
    fn keeps_the_proportions_but_for_rounding(header in headers(), request in requests()) {
        prop_assume!(request.fit != Fit::Fill || request.width.is_none() || request.height.is_none());
        let Some(plan) = unbounded(&header, &request) else { return Ok(()) };
        let (width, height) = (f64::from(plan.stored.0), f64::from(plan.stored.1));
        let aspect = plan.seen.0 / plan.seen.1;
        prop_assert!((width - height * aspect).abs() <= 1.0 + aspect, "{plan:?}");
    }

    #[test]
    fn what_is_seen_lies_in_the_decoded_picture(header in headers(), request in requests(), ceiling in 1_u64..1 << 30) {
        let Ok(plan) = plan(&header, &request, ceiling) else { return Ok(()) };
        let (width, height) = plan.shrink.apply((header.width, header.height));
        prop_assert!(plan.seen.0 > 0.0 && plan.seen.0 <= f64::from(width) + 1e-6);
        prop_assert!(plan.seen.1 > 0.0 && plan.seen.1 <= f64::from(height) + 1e-6);
        prop_assert!(plan.seen.0 + 1e-6 >= f64::from(plan.stored.0) || plan.shrink == pixmill::codec::Shrink::None);
    }

    #[test]
    fn a_plan_fits_under_its_ceiling_or_says_memory(header in headers(), request in requests(), ceiling in 1_u64..1 << 31) {
        match plan(&header, &request, ceiling) {
            Ok(plan) => prop_assert!(plan.peak_bytes <= ceiling),
            Err(Error::Limit { what: "pixels of the variant", .. }) => {}
            Err(Error::Limit { what: "memory", max, got }) => prop_assert!(max == ceiling && got > ceiling),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// More room never leads to a refusal, and the size of the variant depends on it only where the format does.
    #[test]
    fn more_room_is_never_worse(header in headers(), request in requests(), ceiling in 1_u64..1 << 30) {
        let Ok(poor) = plan(&header, &request, ceiling) else { return Ok(()) };
        let rich = plan(&header, &request, ceiling * 2).unwrap();
        if poor.format == rich.format {
            prop_assert_eq!((poor.width, poor.height), (rich.width, rich.height));
        }
    }

    #[test]
    fn the_format_changes_only_where_it_may(header in headers(), request in requests(), ceiling in 1_u64..1 << 30) {
        let Ok(poor) = plan(&header, &request, ceiling) else { return Ok(()) };
        let Some(rich) = unbounded(&header, &request) else { return Ok(()) };
        prop_assert!(poor.format == rich.format || (request.may_change_format && rich.format == Format::Avif));
    }

    #[test]
    fn a_larger_picture_takes_more_bytes(header in headers(), request in requests()) {
        let larger = Header { width: header.width + 16, ..header.clone() };
        let request = Request { width: None, height: None, target: Target::Format(Format::Webp), ..request };
        prop_assume!(header.width.max(header.height) < 16_000);
        let (Some(small), Some(large)) = (unbounded(&header, &request), unbounded(&larger, &request)) else { return Ok(()) };
        prop_assert!(small.peak_bytes <= large.peak_bytes);
    }
}
