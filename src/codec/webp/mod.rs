//! WebP: own chunk walk, pixels by `image-webp` (through `image`), files by libwebp.

mod decode;
mod encode;
mod header;
mod picture;
mod planes;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub(super) use header::header;
use planes::encode_yuv;
