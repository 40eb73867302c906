//! HEIC by libvips: decoded in the locked room only, the right way up, and whatever happens in there is the failure of one job. The program of
//! the room is this very one, with the name of a test that serves.
#![cfg(all(feature = "vips", target_os = "linux"))]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod avif_files;
mod pictures;

use std::sync::Once;

use avif_files::{Coded, Item, boxed, clap, nclx};
use image::RgbaImage;
use image::imageops::{crop_imm, flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
use pictures::{batched, difference, pixels, variant};
use pixmill::codec::{decode_rows, probe};
use pixmill::error::Error;
use pixmill::format::{Format, SourceFormat};
use pixmill::limits::Limits;
use pixmill::pipeline::{Batch, Fault, Request, Target, serve_room};
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

#[test]
fn a_heic_becomes_what_is_asked_for() {
    let pool = pool();
    for format in [Format::Webp, Format::Jpeg, Format::Png, Format::Avif, Format::Gif] {
        let output = variant(&pool, PHOTO, &request(format)).unwrap();
        assert_eq!((output.format, output.width, output.height), (format, 200, 133));
    }
    assert_eq!(pool.stats().lent_bytes, 0);
}
