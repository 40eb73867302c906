//! JPEG: own header and scan walk, pixels by zune-jpeg, files by an encoder of our own.

mod decode;
mod encode;
mod header;
mod scans;
mod shrink;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
pub(super) use shrink::decode_shrunk;
