//! PNG: own chunk walk, rows and files by the `png` crate.

mod decode;
mod encode;
mod header;
mod palette;
mod quantize;
mod shrink;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
pub(super) use shrink::decode_shrunk;
