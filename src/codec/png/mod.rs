//! PNG: own chunk walk, rows and files by the `png` crate.

mod decode;
mod encode;
mod header;
mod packed;
mod rows;
mod strip;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
pub(super) use rows::decode_rows;
pub(super) use strip::strip;
