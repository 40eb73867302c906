//! What a file says about its picture before any pixel exists. Everything that a plan needs is here.

use super::exif::Orientation;
use super::planar::Planar;
use crate::error::Result;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

/// A picture's description, read from its first bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub format: SourceFormat,
    /// Stored size, before the orientation is applied.
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    /// What the decoder will hand out.
    pub layout: Layout,
    /// Bits of a stored sample.
    pub bit_depth: u8,
    /// Says that the pixels come in passes, so that no row is complete before the last one.
    pub is_progressive: bool,
    /// Coded samples per 256 pixels, over all channels: 768 without subsampling, 384 for 4:2:0. JPEG only, else 0.
    pub coded_samples: u32,
    /// Bytes that the decoder takes at its peak. AVIF and HEIC only, else 0.
    pub decoder_bytes: u64,
    /// The picture's planes can be had as they are coded.
    pub planar: Option<Planar>,
    /// Frames seen in the bytes at hand: all of them where the whole file was given.
    pub frames: u32,
    pub is_animated: bool,
}

impl Header {
    /// A still, upright 8-bit picture; parsers change what differs.
    pub(super) const fn still(format: SourceFormat, width: u32, height: u32, layout: Layout) -> Self {
        Self {
            format,
            width,
            height,
            orientation: Orientation::UPRIGHT,
            layout,
            bit_depth: 8,
            is_progressive: false,
            coded_samples: 0,
            decoder_bytes: 0,
            planar: None,
            frames: 1,
            is_animated: false,
        }
    }

    /// The size as it is looked at.
    pub const fn oriented_size(&self) -> (u32, u32) {
        self.orientation.apply((self.width, self.height))
    }

    pub const fn has_alpha(&self) -> bool {
        self.layout.has_alpha()
    }

    pub const fn pixels(&self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Refuses what the policy does not decode, from the header alone.
    pub fn check(&self, limits: &Limits) -> Result<()> {
        limits.check_size(self.width, self.height)
    }

    /// Says whether a plan made for one header holds for the other. Frame counts may differ: only the first is decoded.
    pub fn plans_like(&self, other: &Self) -> bool {
        let frames = |header: &Self| Self { frames: 1, is_animated: false, ..header.clone() };
        frames(self) == frames(other)
    }
}
