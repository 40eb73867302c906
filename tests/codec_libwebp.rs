//! Exactly one libwebp in the link: two versions of it would link silently, with the same symbols twice.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

use std::path::Path;

#[test]
fn one_libwebp_is_linked() {
    let lockfile = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lockfile = std::fs::read_to_string(lockfile).expect("a lockfile");
    let count = lockfile.lines().filter(|line| *line == "name = \"libwebp-sys\"").count();
    assert_eq!(count, 1, "packages of libwebp in Cargo.lock");
}

#[test]
#[allow(unsafe_code)]
fn libwebp_says_its_version() {
    // SAFETY: takes nothing and returns an integer.
    let version = unsafe { libwebp_sys::WebPGetEncoderVersion() };
    let [_, major, minor, patch] = version.to_be_bytes();
    println!("libwebp {major}.{minor}.{patch}");
    assert_eq!(major, 1, "the encoder's interface that `webp` was written for");
}
