//! Pictures that are planes from a JPEG's blocks to an encoder, and never pixels: what a header says of them, what an
//! encoder takes, and the way in between. Resizes nothing.

use super::decode::Shrink;
use super::jpeg;
use crate::error::Result;
use crate::limits::Limits;
use crate::planes::{Range, Subsampling};

/// A picture whose planes are handed out as they are coded: full-range BT.601.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planar {
    /// `None` for gray.
    pub subsampling: Option<Subsampling>,
    /// No profile, or one that changes nothing. Else the colors are converted, which takes pixels.
    pub is_srgb: bool,
    /// What decoding takes by `Shrink::ALL`, the planes themselves not included.
    pub working_bytes: [u64; 4],
}

impl Planar {
    pub const fn decoder_bytes(&self, shrink: Shrink) -> u64 {
        self.working_bytes[shrink as usize]
    }
}

/// Planes that an encoder takes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaneKind {
    /// Of a picture with colors.
    pub subsampling: Subsampling,
    pub range: Range,
}

/// Takes the rows of luma (0), Cb (1) and Cr (2), each from the top; an error of its own ends the decoding.
pub type RowSink<'s> = dyn FnMut(usize, &[u8]) -> Result<()> + 's;

/// Decodes a file whose header has `Planar`. A damaged one is an error, but rows may have been handed out before.
pub fn decode_planes(
    bytes: &[u8],
    shrink: Shrink,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut RowSink<'_>,
) -> Result<()> {
    jpeg::decode_planes(bytes, shrink, limits, is_cancelled, sink)
}

/// The ICC profile of a file whose header has `Planar`, unchecked.
pub fn planar_profile(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    jpeg::planar_profile(bytes, limits)
}
