//! Without a program for the room nothing is started, and an AVIF is a picture that is not decoded. A process of its own: a program is
//! named once.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test fails by panicking

mod pictures;

use pictures::{pool, variant};
use pixmill::error::Error;
use pixmill::pipeline::Request;
use pixmill::room::{self, Program, RoomStats};

const PHOTO: &[u8] = include_bytes!("../__test__/fixtures/photo.avif");

#[test]
fn a_room_that_cannot_be_opened_is_an_unsupported_picture() {
    let pool = pool();
    let refused = |why: &str| {
        let error = variant(&pool, PHOTO, &Request::default()).unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)) && error.to_string().contains(why), "{error}");
    };
    refused("none was named");
    room::furnish(Program { file: "/nowhere/node".into(), arguments: Vec::new() });
    refused("cannot be started");
    assert_eq!(room::stats(), RoomStats::default());
    assert_eq!(pool.stats().lent_bytes, 0);
}
