//! The contract of an encoder, and the two settings that every one of them understands.

use super::planar::PlaneKind;
use super::{avif, gif, jpeg, png, webp};
use crate::error::{Error, Result};
use crate::format::Format;
use crate::image::Image;
use crate::planes::Planes;

/// 1 (smallest) to 100 (best), on one scale for all formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quality(u8);

impl Quality {
    pub const DEFAULT: Self = Self(75);

    /// Checks a number as it came from JavaScript.
    pub fn new(value: f64) -> Result<Self> {
        if value.fract() != 0.0 || !(1.0..=100.0).contains(&value) {
            return Err(Error::option("quality", "an integer from 1 to 100", value));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
        Ok(Self(value as u8))
    }

    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Quality {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What an encoder trades: time against bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Speed {
    Fast,
    #[default]
    Balanced,
    Small,
    /// The least memory, whatever it takes in time and bytes. Nobody asks for it: it is the last plan before a refusal.
    Lean,
}

impl Speed {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "fast" => Some(Self::Fast),
            "balanced" => Some(Self::Balanced),
            "small" => Some(Self::Small),
            _ => None,
        }
    }
}

/// Turns pixels into a file. Single-threaded; the pixels are ours, so C may be behind it.
pub trait Encode {
    /// The encoded file. Layouts that a format has no room for are a defect of the caller, but for gray, which all take.
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>>;

    /// The planes that it takes as they are; `None`: pixels only.
    fn planes(&self, _quality: Quality) -> Option<PlaneKind> {
        None
    }

    /// The encoded file of planes of that kind, or of gray ones. Speeds may mean other settings than for pixels.
    fn encode_planes(&self, _planes: Planes, _quality: Quality, _speed: Speed) -> Result<Vec<u8>> {
        Err(Error::internal("planes for an encoder of pixels"))
    }

    /// The longest side that the format can say.
    fn max_side(&self) -> u32;

    /// The most pixels that are encoded before a job has had its time: an encoder cannot be stopped.
    fn max_pixels(&self) -> u64 {
        u64::MAX
    }

    /// Bytes that encoding takes beyond the picture itself: working set and output.
    /// The measurements stand beside each formula.
    fn working_bytes(&self, effort: Effort) -> u64;

    /// The same beyond planes.
    fn planes_working_bytes(&self, effort: Effort) -> u64 {
        self.working_bytes(effort)
    }
}

/// What an encoder's working set depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    pub pixels: u64,
    pub has_alpha: bool,
    pub quality: Quality,
    pub speed: Speed,
}

pub fn encoder(format: Format) -> &'static dyn Encode {
    match format {
        Format::Avif => &avif::Encoder,
        Format::Webp => &webp::Encoder,
        Format::Jpeg => &jpeg::Encoder,
        Format::Png => &png::Encoder,
        Format::Gif => &gif::Encoder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_is_an_integer_from_1_to_100() {
        for value in [0.0, 101.0, -1.0, 1.5, f64::NAN, f64::INFINITY] {
            assert!(matches!(Quality::new(value), Err(Error::Option(_))), "{value}");
        }
        assert_eq!(Quality::new(100.0).unwrap().get(), 100);
    }
}
