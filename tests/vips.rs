//! HEIC by libvips: decoded in the locked room only, the right way up, and whatever happens in there is the failure of one job. The program of
//! the room is this very one, with the name of a test that serves.
#![cfg(all(feature = "vips", target_os = "linux"))]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_files;
mod pictures;

use std::sync::Once;

use avif_files::{Coded, Item, avif, body, boxed, clap, ispe, nclx};
use image::imageops::{crop_imm, flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
use image::{Rgba, RgbaImage};
use pictures::{batched, difference, pixels, variant};
use pixmill::codec::{Quality, decode_rows, probe};
use pixmill::error::Error;
use pixmill::format::{Format, SourceFormat};
use pixmill::limits::Limits;
use pixmill::pipeline::{Batch, Fault, Output, Request, Target, serve_room};
use pixmill::pool::{Pool, PoolConfig};
use pixmill::room::{self, Program};

const PHOTO: &[u8] = include_bytes!("../__test__/fixtures/photo.heic");
const SPRITE: &[u8] = include_bytes!("../__test__/fixtures/alpha.heic");

#[test]
#[ignore = "the program of the room, started by the tests"]
fn child() {
    serve_room().expect("a process that can be locked in");
}

/// A pool that has a room.
fn pool() -> Pool {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let file = std::env::current_exe().expect("a program").into();
        let arguments = ["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"];
        room::furnish(Program { file, arguments: arguments.map(Into::into).to_vec() });
    });
    Pool::new(PoolConfig { threads: 2, budget_bytes: 512 << 20, ..PoolConfig::default() })
}

fn request(format: Format) -> Request {
    Request { width: Some(200), target: Target::Format(format), ..Request::default() }
}

/// A file with these items of HEVC.
fn heic(items: &[Item]) -> Vec<u8> {
    let mut file = avif(items);
    // The brands: the major one, a version, and the first compatible one.
    file[8..12].copy_from_slice(b"heic");
    file[16..20].copy_from_slice(b"heic");
    file
}

/// The coded picture of a file that has one.
fn hevc(file: &[u8], size: (u32, u32)) -> Item {
    let coded = Coded { size, stream: body(file, b"mdat").to_vec(), coding: body(file, b"hvcC").to_vec() };
    let properties = vec![ispe(size), boxed(b"hvcC", &coded.coding)];
    Item { kind: *b"hvc1", properties, ..Item::av01(&coded) }
}

/// As many times the picture of a file as that.
fn grid((columns, rows): (u8, u8), tile: &[u8], (width, height): (u16, u16)) -> Vec<u8> {
    let count = u16::from(columns) * u16::from(rows);
    let size = (u16::from(columns) * width, u16::from(rows) * height);
    let tiles = (0..count).map(|_| hevc(tile, (width.into(), height.into())));
    heic(&std::iter::once(Item::grid((columns, rows), size, (2..2 + count).collect())).chain(tiles).collect::<Vec<_>>())
}

#[test]
fn a_heic_becomes_what_is_asked_for() {
    let pool = pool();
    for format in [Format::Webp, Format::Jpeg, Format::Png, Format::Avif, Format::Gif] {
        let output = variant(&pool, PHOTO, &request(format)).unwrap();
        assert_eq!((output.format, output.width, output.height), (format, 200, 133));
    }
    let png = pixels(&whole(&pool, PHOTO));
    let source = include_bytes!("../__test__/fixtures/photo-baseline.jpg");
    let made =
        Request { width: Some(240), target: Target::Format(Format::Png), quality: exact(), ..Request::default() };
    let source = pixels(&variant(&pool, source, &made).unwrap());
    assert!(difference(&png, &source) < 6.0, "{}", difference(&png, &source));
    assert_eq!(pool.stats().lent_bytes, 0);
}

/// Below it, PNG has a palette.
fn exact() -> Quality {
    Quality::new(100.0).unwrap()
}

fn whole(pool: &Pool, file: &[u8]) -> Output {
    variant(pool, file, &Request { target: Target::Format(Format::Png), quality: exact(), ..Request::default() })
        .unwrap()
}

#[test]
fn alpha_comes_along_divided_where_it_was_multiplied() {
    let pool = pool();
    let sprite = pixels(&whole(&pool, SPRITE));
    let drawn = image::load_from_memory(include_bytes!("../__test__/fixtures/alpha.png")).unwrap().into_rgba8();
    let alphas = |picture: &RgbaImage| picture.pixels().map(|pixel| pixel.0[3]).collect::<Vec<_>>();
    let differing = alphas(&sprite).iter().zip(alphas(&drawn)).filter(|(one, other)| one.abs_diff(*other) > 40).count();
    assert!(differing < sprite.pixels().len() / 50, "{differing}");
    // A picture that is its own alpha.
    let [straight, multiplied] = [false, true].map(|is_multiplied| {
        let color = hevc(PHOTO, (240, 160));
        let color = if is_multiplied { color.referring(*b"prem", 2) } else { color };
        let mask = hevc(PHOTO, (240, 160)).with(avif_files::alpha()).referring(*b"auxl", 1);
        pixels(&whole(&pool, &heic(&[color, mask])))
    });
    // Where alpha is low, a palette's error becomes many times larger.
    let seen = |picture: &RgbaImage, divides: bool| {
        RgbaImage::from_fn(240, 160, |x, y| {
            let Rgba([r, g, b, alpha]) = *picture.get_pixel(x, y);
            let over = if divides { u32::from(alpha).max(1) } else { 255 };
            let color = [r, g, b].map(|sample| u8::try_from(u32::from(sample) * 255 / over).unwrap_or(255));
            if straight.get_pixel(x, y).0[3] < 128 { Rgba([0; 4]) } else { Rgba([color[0], color[1], color[2], 255]) }
        })
    };
    let (multiplied, divided, straight) = (seen(&multiplied, false), seen(&straight, true), seen(&straight, false));
    assert!(difference(&multiplied, &divided) < 4.0, "{}", difference(&multiplied, &divided));
    assert!(difference(&multiplied, &straight) > 8.0, "{}", difference(&multiplied, &straight));
}

#[test]
fn a_picture_is_turned_once() {
    let pool = pool();
    let upright = pixels(&whole(&pool, PHOTO));
    let turned = |turns: u8, mirror: Option<u8>| {
        let item = hevc(PHOTO, (240, 160)).with(boxed(b"irot", &[turns]));
        let item = if let Some(mirror) = mirror { item.with(boxed(b"imir", &[mirror])) } else { item };
        let file = heic(&[item]);
        let header = probe(&file, &Limits::default()).unwrap();
        let picture = pixels(&whole(&pool, &file));
        assert_eq!((header.width, header.height, header.orientation.number()), (picture.width(), picture.height(), 1));
        picture
    };
    assert_eq!(turned(1, None), rotate270(&upright));
    assert_eq!(turned(2, None), rotate180(&upright));
    assert_eq!(turned(3, None), rotate90(&upright));
    assert_eq!(turned(0, Some(0)), flip_vertical(&upright));
    assert_eq!(turned(0, Some(1)), flip_horizontal(&upright));
    assert_eq!(turned(1, Some(1)), flip_horizontal(&rotate270(&upright)));
}

#[test]
fn apertures_and_grids_are_put_together() {
    let pool = pool();
    let upright = pixels(&whole(&pool, PHOTO));
    let part = hevc(PHOTO, (240, 160)).with(clap([100, 1, 80, 1, 0, 1, 0, 1]));
    assert_eq!(pixels(&whole(&pool, &heic(&[part]))), crop_imm(&upright, 70, 40, 100, 80).to_image());
    let tiled = pixels(&whole(&pool, &grid((3, 2), PHOTO, (240, 160))));
    assert_eq!(tiled.dimensions(), (720, 320));
    assert!(difference(&crop_imm(&tiled, 480, 160, 240, 160).to_image(), &upright) < 1.0);
}

#[test]
fn more_light_than_a_screen_has_is_brought_down() {
    let pool = pool();
    let with = |transfer| pixels(&whole(&pool, &heic(&[hevc(PHOTO, (240, 160)).with(nclx(9, transfer, 6, true))])));
    assert!(difference(&with(13), &with(16)) > 5.0);
}

#[test]
fn a_batch_has_the_bytes_of_its_variants() {
    let pool = pool();
    let requests: Vec<_> = [100, 240, 100]
        .map(|width| Request { width: Some(width), target: Target::Format(Format::Webp), ..Request::default() })
        .to_vec();
    let alone: Vec<_> = requests.iter().map(|request| variant(&pool, PHOTO, request).unwrap().data).collect();
    let batch = batched(&pool, PHOTO, &Batch { requests, wants_placeholder: true }).unwrap();
    let made: Vec<_> = batch.places.iter().map(|place| batch.outputs[*place].data.clone()).collect();
    assert_eq!(made, alone);
    assert_eq!((batch.outputs.len(), batch.width, batch.height), (2, 240, 160));
}

#[test]
fn a_crash_is_the_failure_of_one_job() {
    let pool = pool();
    for fault in [Fault::Abort, Fault::Memory] {
        let broken = Request { fault: Some(fault), ..request(Format::Webp) };
        std::thread::scope(|scope| {
            let beside = scope.spawn(|| variant(&pool, PHOTO, &request(Format::Webp)));
            let error = variant(&pool, PHOTO, &broken).unwrap_err();
            assert!(matches!(error, Error::Input(_) | Error::Internal(_)), "{fault:?}: {error}");
            assert!(beside.join().unwrap().is_ok(), "{fault:?}");
        });
        assert!(variant(&pool, PHOTO, &request(Format::Webp)).is_ok(), "{fault:?}");
    }
    assert_eq!(pool.stats().lent_bytes, 0);
}

#[test]
fn what_is_no_picture_is_refused() {
    let pool = pool();
    let refused = |file: &[u8]| variant(&pool, file, &request(Format::Webp)).unwrap_err();
    for len in [20, 200, PHOTO.len() / 2] {
        assert!(matches!(refused(&PHOTO[..len]), Error::Input(_)), "{len}");
    }
    let told = refused(&PHOTO[..PHOTO.len() - 1]).to_string();
    assert!(told.contains("heif: ") && !told.contains("seek"), "{told}");
    // By the container, before a process is asked.
    let large = heic(&[Item {
        properties: vec![ispe((60_000, 60_000)), hevc(PHOTO, (1, 1)).properties[1].clone()],
        ..hevc(PHOTO, (1, 1))
    }]);
    assert!(matches!(refused(&large), Error::Limit { what: "pixels", .. }));
    // A size that the stream does not have.
    assert!(matches!(refused(&heic(&[hevc(PHOTO, (480, 320))])), Error::Input(_)));
    let av1 = heic(&[Item { kind: *b"av01", ..hevc(PHOTO, (240, 160)) }]);
    assert!(matches!(refused(&av1), Error::Unsupported(_)));
    let deep = heic(&[hevc(PHOTO, (240, 160))]);
    let at = deep.windows(4).position(|window| window == b"hvcC").unwrap() + 4;
    for (offset, value) in [(17, 0xff), (18, 0xff)] {
        let mut deep = deep.clone();
        deep[at + offset] = value;
        assert!(matches!(refused(&deep), Error::Unsupported(_)));
    }
}

#[test]
fn libvips_is_not_there_outside_of_the_room() {
    let header = probe(PHOTO, &Limits::default()).unwrap();
    assert_eq!((header.format, header.width, header.height), (SourceFormat::Heic, 240, 160));
    let error = decode_rows(PHOTO, &header, &Limits::default(), &|| false, &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("in the locked room only"), "{error}");
}

#[test]
fn the_files_of_a_corpus_do_what_is_expected_of_them() {
    let Some(root) = std::env::var_os("PIXMILL_CORPUS").map(std::path::PathBuf::from) else { return };
    let pool = pool();
    let manifest = std::fs::read_to_string(root.join("MANIFEST.tsv")).expect("a manifest in the corpus");
    let mut wrong = Vec::new();
    for line in manifest.lines().filter(|line| line.contains(".heic\t") || line.contains(".heif\t")) {
        let columns: Vec<_> = line.split('\t').collect();
        let (path, expected) = (columns[0], columns[6]);
        let file = std::fs::read(root.join(path)).expect("a file of the manifest");
        let result = variant(&pool, &file, &Request { target: Target::Format(Format::Webp), ..Request::default() });
        let told = result.as_ref().map_or_else(ToString::to_string, |made| format!("{}x{}", made.width, made.height));
        println!("{path}: {expected}: {told}");
        let is_right = match (expected, &result) {
            (_, Err(Error::Internal(_) | Error::Busy { .. } | Error::Cancelled)) => false,
            ("decodes-or-415", Ok(made)) => columns[3..5] == [made.width.to_string(), made.height.to_string()],
            ("decodes-or-415", Err(error)) => matches!(error, Error::Unsupported(_)),
            ("error-limit", result) => matches!(result, Err(Error::Limit { .. })),
            ("either", _) => true,
            (_, result) => result.is_err(),
        };
        wrong.extend((!is_right).then(|| format!("{path}: expected {expected}, received {told}")));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What decoding takes, in a process of its own: `cargo test --release --features vips --test vips -- --ignored --nocapture footprint`, with the
/// files in `PIXMILL_HEICS`. Prints the resident memory that a decode adds, against what the header says.
#[test]
#[ignore = "prints figures"]
fn footprint() {
    let Some(files) = std::env::var_os("PIXMILL_HEICS") else { return };
    pixmill::codec::furnish_room();
    let status = |field: &str| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let mut paths: Vec<_> = std::fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let mut file = std::fs::read(&path).unwrap();
        let path = path.display();
        if path.to_string().contains("tile512") {
            file = grid((8, 7), &file, (512, 512));
        }
        let Ok(header) = probe(&file, &Limits::default()) else { continue };
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let (before, space) = (status("VmRSS"), status("VmSize"));
        let mut threads = 0;
        let result = decode_rows(&file, &header, &Limits::default(), &|| false, &mut |_| {
            threads = threads.max(status("Threads"));
            Ok(())
        });
        let peak = status("VmHWM") - before;
        let per_pixel = (peak * 1024) as f64 / header.pixels() as f64;
        println!(
            "{} {}x{} {} bits, {} bytes: {peak} KiB ({per_pixel:.2} a pixel), {} said, {threads} threads, {} KiB of space, {:?}",
            path,
            header.width,
            header.height,
            header.bit_depth,
            file.len(),
            header.decoder_bytes >> 10,
            status("VmPeak") - space,
            result.err()
        );
    }
}
