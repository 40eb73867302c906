//! A file cut anywhere is an error of the file, or of its format where too little is left to tell it: never a picture
//! with a missing part, never a panic.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use pixmill::codec::{Shrink, buffer_bytes, decode, probe, probe_prefix};
use pixmill::error::{Error, Result};
use pixmill::limits::{Limits, zeroed};

fn whole(bytes: &[u8]) -> Result<Vec<u8>> {
    let limits = Limits::default();
    let header = probe(bytes, &limits)?;
    let buffer = zeroed(buffer_bytes(&header, Shrink::None))?;
    decode(bytes, &header, Shrink::None, &limits, buffer).map(|decoded| decoded.image.into_data())
}

/// Cuts that are closer together where the headers are.
fn cuts(len: usize) -> impl Iterator<Item = usize> {
    (0..len.min(200)).chain((200..len).step_by(37)).chain(len.saturating_sub(20)..len)
}

/// What may be cut off without loss: a trailer, padding, the checksum of the last chunk.
const DISPENSABLE_BYTES: usize = 16;

#[test]
fn a_cut_file_is_refused() {
    for (name, bytes) in pictures::every_format() {
        let pixels = whole(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        for len in cuts(bytes.len()) {
            match whole(&bytes[..len]) {
                Err(Error::Input(_) | Error::Unsupported(_)) => {}
                Ok(cut) if bytes.len() - len <= DISPENSABLE_BYTES => assert!(cut == pixels, "{name} cut to {len}"),
                Ok(_) => panic!("{name} of {} bytes cut to {len} is taken for a picture", bytes.len()),
                Err(error) => panic!("{name} cut to {len}: {error}"),
            }
        }
    }
}

#[test]
fn a_header_is_read_from_the_first_bytes_or_asks_for_more() {
    let limits = Limits::default();
    for (name, bytes) in pictures::every_format() {
        let header = probe(&bytes, &limits).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((header.width, header.height), (61, 47), "{name}");
        for len in cuts(bytes.len()).filter(|len| *len > 16) {
            match probe_prefix(&bytes[..len], &limits) {
                Ok(Some(early)) => assert!(early.plans_like(&header), "{name} cut to {len}: {early:?}"),
                Ok(None) => {}
                Err(error) => panic!("{name} cut to {len}: {error}"),
            }
        }
    }
}
