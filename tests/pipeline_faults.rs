//! A job that fails fails alone.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use image::ImageFormat;
use pictures::{encoded, photo, pool, variant};
use pixmill::error::Error;
use pixmill::pipeline::{Fault, Request};

#[test]
fn a_panic_is_the_error_of_its_job_only() {
    let (pool, file) = (pool(), encoded(photo(50, 50), ImageFormat::Png));
    let broken = Request { fault: Some(Fault::Panic), ..Request::default() };
    for _ in 0..3 {
        assert!(matches!(variant(&pool, &file, &broken), Err(Error::Internal(text)) if text.contains("on request")));
        assert!(variant(&pool, &file, &Request::default()).is_ok());
    }
    assert_eq!((pool.stats().lent_bytes, pool.stats().panicked), (0, 3));
}
