//! WebP: own chunk walk, pixels by `image-webp` (through `image`), files by libwebp.

mod decode;
mod encode;
mod header;
mod lossless;
mod picture;
mod planes;
mod strip;

pub(super) use decode::decode;
pub(super) use encode::Encoder;
pub use encode::settled_palette;
pub(super) use header::header;
pub(super) use strip::strip;

use planes::encode_yuv;
