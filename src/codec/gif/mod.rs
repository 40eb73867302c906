//! GIF: own block walk, first frame by `image`, files of one frame by the `gif` crate.

mod decode;
mod encode;
mod header;
mod indexed;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
