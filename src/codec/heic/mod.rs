//! HEIC files: HEVC pictures in the container of AVIF, which is read in safe code, in every build. Their pixels come from libvips, in a build
//! with the feature `vips`, in the locked room.

mod header;
#[cfg(feature = "vips")]
mod rows;

pub(super) use header::header;
#[cfg(feature = "vips")]
pub(super) use rows::{decode, decode_rows};

/// This build has a decoder of such files.
pub(super) const IS_DECODED: bool = cfg!(feature = "vips");
