//! What the container of an AVIF leads to, by headers and by pixels; and that no bytes lead anywhere else. The decoder runs in this process
//! here: its streams are ours.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_files;

use avif_files::{Coded, Item, alpha, avif, boxed, clap, full, nclx};
use pixmill::codec::{Decoded, Header, Shrink, buffer_bytes, decode, probe, probe_prefix};
use pixmill::error::{Error, Result};
use pixmill::limits::Limits;
use proptest::prelude::*;

const RED: [u8; 3] = [200, 30, 40];
const GREEN: [u8; 3] = [20, 180, 60];
const BLUE: [u8; 3] = [30, 60, 190];
const GRAY: [u8; 3] = [128, 128, 128];
const WHITE: [u8; 3] = [255; 3];

fn header(file: &[u8]) -> Header {
    probe(file, &Limits::default()).unwrap()
}

fn pixels(file: &[u8]) -> Result<Decoded> {
    let limits = Limits::default();
    let header = probe(file, &limits)?;
    let len = usize::try_from(buffer_bytes(&header, Shrink::None)).unwrap();
    decode(file, &header, Shrink::None, &limits, vec![0; len])
}

/// Says that a pixel has about this color, which was coded with loss.
fn is_like(decoded: &Decoded, (x, y): (u32, u32), color: [u8; 3]) -> bool {
    let image = &decoded.image;
    let at = (y * image.width() + x) as usize * image.layout().channels();
    image.data()[at..].iter().zip(color).all(|(found, wanted)| found.abs_diff(wanted) <= 8)
}

fn one(color: [u8; 3]) -> Item {
    Item::av01(&Coded::of((64, 48), color))
}

#[test]
fn a_picture_is_decoded() {
    let decoded = pixels(&avif(&[one(RED)])).unwrap();
    assert_eq!((decoded.image.width(), decoded.image.height()), (64, 48));
    assert!(is_like(&decoded, (0, 0), RED) && is_like(&decoded, (63, 47), RED));
}

#[test]
fn turns_and_mirrors_are_told_as_orientations() {
    let turned = |turns, mirror: Option<u8>| {
        let item = one(RED).with(boxed(b"irot", &[turns]));
        let item = if let Some(mirror) = mirror { item.with(boxed(b"imir", &[mirror])) } else { item };
        header(&avif(&[item])).orientation.number()
    };
    assert_eq!([0, 1, 2, 3].map(|turns| turned(turns, None)), [1, 8, 3, 6]);
    assert_eq!([0, 1, 2, 3].map(|turns| turned(turns, Some(0))), [4, 5, 2, 7]);
    assert_eq!([0, 1, 2, 3].map(|turns| turned(turns, Some(1))), [2, 7, 4, 5]);
}

#[test]
fn a_grid_is_put_together_and_cut() {
    let colors = [RED, GREEN, BLUE, WHITE];
    let grid = Item::grid((2, 2), (120, 90), vec![2, 3, 4, 5]);
    let items: Vec<_> = std::iter::once(grid).chain(colors.map(one)).collect();
    let decoded = pixels(&avif(&items)).unwrap();
    assert_eq!((decoded.image.width(), decoded.image.height()), (120, 90));
    let corners = [(5, 5), (115, 5), (5, 85), (115, 85)];
    for (corner, color) in corners.into_iter().zip(colors) {
        assert!(is_like(&decoded, corner, color), "{corner:?}");
    }
}

#[test]
fn an_aperture_is_what_is_seen() {
    let grid = Item::grid((2, 1), (128, 48), vec![2, 3]).with(clap([20, 1, 10, 1, 30, 1, 0, 1]));
    let file = avif(&[grid, one(RED), one(GREEN)]);
    assert_eq!((header(&file).width, header(&file).height), (20, 10));
    assert!(is_like(&pixels(&file).unwrap(), (0, 0), GREEN));
    let outside = avif(&[one(RED).with(clap([20, 1, 10, 1, 60, 1, 0, 1]))]);
    assert_eq!((header(&outside).width, header(&outside).height), (64, 48));
}

#[test]
fn alpha_is_another_item_and_may_be_in_the_colors_already() {
    let half = || one(GRAY).with(nclx(1, 13, 6, true)).with(alpha()).referring(*b"auxl", 1);
    let decoded = pixels(&avif(&[one(GRAY), half()])).unwrap();
    let pixel = &decoded.image.data()[..4];
    assert!(pixel.iter().all(|sample| sample.abs_diff(128) <= 4), "{pixel:?}");
    let decoded = pixels(&avif(&[one(GRAY).referring(*b"prem", 2), half()])).unwrap();
    let pixel = &decoded.image.data()[..4];
    assert!(pixel[0] >= 245 && pixel[3].abs_diff(128) <= 4, "{pixel:?}");
}

#[test]
fn tiles_may_have_an_alpha_each() {
    let tile_alpha = |of| one(GRAY).with(alpha()).referring(*b"auxl", of);
    let items = [Item::grid((2, 1), (128, 48), vec![2, 3]), one(RED), one(GREEN), tile_alpha(2), tile_alpha(3)];
    let decoded = pixels(&avif(&items)).unwrap();
    assert!(decoded.image.has_alpha() && is_like(&decoded, (100, 10), GREEN));
    assert!(
        !header(&avif(&[Item::grid((2, 1), (128, 48), vec![2, 3]), one(RED), one(GREEN), tile_alpha(2)])).has_alpha()
    );
}

#[test]
fn wide_colors_bring_a_profile_and_srgb_none() {
    let with = |primaries, transfer| pixels(&avif(&[one(RED).with(nclx(primaries, transfer, 6, true))])).unwrap();
    assert!(with(1, 13).profile.is_none() && with(2, 2).profile.is_none());
    assert!(with(12, 13).profile.is_some() && with(9, 14).profile.is_some());
    // PQ is brought down while it is decoded.
    let bright = pixels(&avif(&[one(WHITE).with(nclx(9, 16, 6, true))])).unwrap();
    assert!(bright.profile.is_none() && is_like(&bright, (5, 5), WHITE), "{:?}", &bright.image.data()[..3]);
    let icc = boxed(b"colr", &[b"prof".as_slice(), &[7; 200]].concat());
    assert_eq!(pixels(&avif(&[one(RED).with(icc)])).unwrap().profile, Some(vec![7; 200]));
}

/// Of each, what is wrong.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let grid = |size, tiles| Item::grid((2, 1), size, tiles);
    let larger = Item::av01(&Coded::of((80, 48), RED));
    let mut nested = grid((128, 48), vec![2, 3]);
    nested.references = vec![(*b"dimg", vec![1, 1])];
    let foreign = Item { kind: *b"hvc1", ..one(RED) };
    let sized = |size| Item { properties: vec![avif_files::ispe(size), one(RED).properties[1].clone()], ..one(RED) };
    vec![
        ("a grid of itself", avif(&[nested])),
        ("a grid without a tile", avif(&[grid((128, 48), vec![2, 9]), one(RED)])),
        ("a grid that is not covered", avif(&[grid((129, 48), vec![2, 3]), one(RED), one(RED)])),
        ("a tile outside", avif(&[grid((64, 48), vec![2, 3]), one(RED), one(RED)])),
        ("tiles that differ", avif(&[grid((128, 48), vec![2, 3]), one(RED), larger.clone()])),
        ("another codec", avif(&[foreign])),
        ("a size of nothing", avif(&[sized((0, 48))])),
        ("another size than is coded", avif(&[sized((65, 48))])),
        ("a larger size than is coded", avif(&[sized((9000, 9000))])),
        ("a size above all limits", avif(&[sized((u32::MAX, u32::MAX))])),
        ("alpha of another size", avif(&[one(RED), larger.with(alpha()).referring(*b"auxl", 1)])),
        ("no items", [boxed(b"ftyp", b"avif\0\0\0\0mif1"), full(b"meta", 0, &[])].concat()),
        ("no boxes", boxed(b"ftyp", b"avif\0\0\0\0mif1")),
    ]
}

#[test]
fn what_makes_no_sense_is_refused_and_blamed_on_the_file() {
    for (what, file) in refused() {
        match pixels(&file) {
            Err(Error::Input(_) | Error::Unsupported(_) | Error::Limit { .. }) => {}
            other => panic!("{what}: {:?}", other.map(|decoded| decoded.image.width())),
        }
    }
}

#[test]
fn counts_are_bounded_before_anything_is_kept() {
    let many = |kind: &[u8; 4], body: &[u8]| {
        let parts = [full(b"pitm", 0, &[0, 1]), full(kind, 1, body)].concat();
        [boxed(b"ftyp", b"avif\0\0\0\0mif1"), full(b"meta", 0, &parts)].concat()
    };
    let counts = [many(b"iinf", &u32::MAX.to_be_bytes()), many(b"iloc", &[0x44, 0, 0xff, 0xff])];
    for file in counts {
        assert!(matches!(probe(&file, &Limits::default()), Err(Error::Limit { what: "items", .. })));
    }
}

#[test]
fn a_beginning_says_what_the_whole_says_or_asks_for_more() {
    let file = avif(&[one(RED).with(boxed(b"irot", &[1])), one(GRAY).with(alpha()).referring(*b"auxl", 1)]);
    let (limits, whole) = (Limits::default(), header(&file));
    for len in 8..file.len() {
        if let Some(part) = probe_prefix(&file[..len], &limits).unwrap() {
            assert_eq!(part, whole, "{len}");
        }
        assert!(pixels(&file[..len]).is_err(), "{len}");
    }
}

/// A box `meta` may go to the end of the file: from a beginning nobody can tell what it holds.
#[test]
fn an_open_box_is_read_of_a_whole_file_only() {
    let mut file = avif(&[one(RED)]);
    let meta = file.windows(4).position(|window| window == b"meta").unwrap();
    let mdat = file.windows(4).position(|window| window == b"mdat").unwrap();
    let open = [&file[..meta - 4], &[0; 4], &file[meta..mdat - 4]].concat();
    file.truncate(0);
    assert_eq!(probe_prefix(&open, &Limits::default()), Ok(None));
    assert_eq!(header(&open).width, 64);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Anything in place of anything: never a panic, and never another's fault.
    #[test]
    fn changed_bytes_are_a_picture_or_the_fault_of_the_file(changes in prop::collection::vec((0..700_usize, any::<u8>()), 1..6)) {
        let mut file = avif(&[
            Item::grid((2, 1), (16, 8), vec![2, 3]).with(clap([8, 1, 4, 1, 0, 1, 0, 1])),
            fake(), fake(), fake().with(alpha()).referring(*b"auxl", 1),
        ]);
        for (at, byte) in changes {
            let at = at % file.len();
            file[at] = byte;
        }
        let limits = Limits::default();
        match probe(&file, &limits) {
            Ok(header) => prop_assert!(header.width <= limits.max_side && header.frames > 0),
            Err(error) => prop_assert!(matches!(error, Error::Input(_) | Error::Unsupported(_) | Error::Limit { .. }), "{error}"),
        }
    }
}

/// Headers alone: nobody decodes it.
fn fake() -> Item {
    Item::av01(&Coded { size: (8, 8), stream: vec![1; 20], coding: vec![0x81, 0, 0x0c, 0] })
}
