//! JPEG: own header and scan walk, pixels by zune-jpeg, files by jpeg-encoder.

mod decode;
mod encode;
mod header;
mod scans;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
