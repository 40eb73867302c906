//! The locked room from outside: pictures come out of it, and whatever happens in there is the failure of one job. The program of the room
//! is this very one, with the name of a test that serves.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::sync::Once;
use std::time::Duration;

use pictures::{batched, difference, pixels, variant};
use pixmill::error::Error;
use pixmill::format::Format;
use pixmill::pipeline::{Batch, Fault, Request, Target, serve_room};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::room::{self, Program};

const PHOTO: &[u8] = include_bytes!("../__test__/fixtures/photo.avif");
const CUTOUT: &[u8] = include_bytes!("../__test__/fixtures/photo-alpha.avif");

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
    Pool::new(PoolConfig { threads: 2, budget_bytes: 256 << 20, ..PoolConfig::default() })
}

fn request(format: Format) -> Request {
    Request { width: Some(200), target: Target::Format(format), ..Request::default() }
}

#[test]
fn an_avif_becomes_what_is_asked_for() {
    let pool = pool();
    for format in [Format::Webp, Format::Jpeg, Format::Png, Format::Avif, Format::Gif] {
        let output = variant(&pool, PHOTO, &request(format)).unwrap();
        assert_eq!((output.format, output.width, output.height), (format, 200, 133));
    }
    let png = pixels(&variant(&pool, PHOTO, &request(Format::Png)).unwrap());
    let webp = pixels(&variant(&pool, PHOTO, &request(Format::Webp)).unwrap());
    assert!(difference(&png, &webp) < 6.0, "{}", difference(&png, &webp));
    assert_eq!(pool.stats().lent_bytes, 0);
}

#[test]
fn alpha_comes_along() {
    let output = variant(&pool(), CUTOUT, &request(Format::Png)).unwrap();
    let picture = pixels(&output);
    assert_eq!((picture.get_pixel(0, 0).0[3], picture.get_pixel(100, 100).0[3]), (0, 255));
}

#[test]
fn a_batch_has_the_bytes_of_its_variants() {
    let pool = pool();
    let requests: Vec<_> = [100, 300, 600, 300]
        .map(|width| Request { width: Some(width), target: Target::Format(Format::Webp), ..Request::default() })
        .to_vec();
    let alone: Vec<_> = requests.iter().map(|request| variant(&pool, PHOTO, request).unwrap().data).collect();
    let batch = batched(&pool, PHOTO, &Batch { requests, wants_placeholder: true }).unwrap();
    let made: Vec<_> = batch.places.iter().map(|place| batch.outputs[*place].data.clone()).collect();
    assert_eq!(made, alone);
    assert_eq!((batch.outputs.len(), batch.width, batch.height), (3, 600, 400));
    assert!(batch.placeholder.unwrap().blur.starts_with(b"RIFF"));
}

#[test]
fn every_fault_is_the_failure_of_one_job() {
    let pool = pool();
    for fault in [Fault::Panic, Fault::Abort, Fault::Memory] {
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
    assert!(room::stats().died >= 2);
}

#[test]
fn a_cancelled_job_takes_its_process_along() {
    let pool = pool();
    let broken = Request { fault: Some(Fault::Loop), ..request(Format::Webp) };
    let cancel = Cancel::new();
    let (flag, source) = (cancel.clone(), pixmill::source::Source::Bytes(std::sync::Arc::new(PHOTO.to_vec())));
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        flag.cancel();
    });
    let limits = pixmill::limits::Limits::default();
    let result = pool.run(cancel, move |job| pixmill::pipeline::optimize(&source, false, &broken, &limits, job));
    assert_eq!(result.map(|output| output.width), Err(Error::Cancelled));
    assert!(variant(&pool, PHOTO, &request(Format::Webp)).is_ok());
}

#[test]
fn a_picture_that_is_none_blames_the_file() {
    let pool = pool();
    for len in [PHOTO.len() / 2, PHOTO.len() - 1] {
        let error = variant(&pool, &PHOTO[..len], &request(Format::Webp)).unwrap_err();
        assert!(matches!(error, Error::Input(_)), "{error}");
    }
}
