//! JPEG: own header and scan walk, planes by a decoder of our own, pixels by zune-jpeg, files by an encoder of our own.

mod decode;
mod decoder;
mod encode;
mod header;
mod planar;
mod scans;
mod shrink;
mod strip;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
pub(super) use planar::{decode_planes, planar_profile};
pub(super) use shrink::decode_shrunk;
pub(super) use strip::strip;
