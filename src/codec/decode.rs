//! Bytes to pixels, by format. The buffer is lent by the caller, at the size that `buffer_bytes` names.

use super::probe::not_decoded;
use super::{Header, avif, bmp, gif, heic, ico, jpeg, png, tiff, webp};
use crate::error::Result;
use crate::format::SourceFormat;
use crate::image::{Image, Layout};
use crate::limits::Limits;

/// Pixels as stored: neither turned nor converted to sRGB.
#[derive(Debug)]
pub struct Decoded {
    pub image: Image,
    /// The embedded ICC profile, unchecked.
    pub profile: Option<Vec<u8>>,
}

/// Decode to this fraction of each side, for pictures that do not fit into memory otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shrink {
    None,
    Half,
    Quarter,
    Eighth,
}

impl Shrink {
    pub const ALL: [Self; 4] = [Self::None, Self::Half, Self::Quarter, Self::Eighth];

    pub const fn divisor(self) -> u32 {
        match self {
            Self::None => 1,
            Self::Half => 2,
            Self::Quarter => 4,
            Self::Eighth => 8,
        }
    }

    /// The size that a decoder hands out. What is left over at the right and the bottom gets a pixel of its own.
    pub const fn apply(self, (width, height): (u32, u32)) -> (u32, u32) {
        (width.div_ceil(self.divisor()), height.div_ceil(self.divisor()))
    }
}

/// Says whether the format's decoder can shrink while it decodes.
pub fn can_shrink(header: &Header) -> bool {
    header.format == SourceFormat::Jpeg && header.layout != Layout::Cmyk
}

/// Bytes that a decoder writes: 16-bit samples are reduced in place, and GIF always comes with alpha.
pub fn buffer_bytes(header: &Header, shrink: Shrink) -> u64 {
    let channels = if header.format == SourceFormat::Gif { 4 } else { header.layout.channels() as u64 };
    let bytes_per_sample = if header.bit_depth == 16 && shrink == Shrink::None { 2 } else { 1 };
    let (width, height) = shrink.apply((header.width, header.height));
    (u64::from(width) * u64::from(height)).saturating_mul(channels * bytes_per_sample)
}

/// Says that a decoder of this format may end the process: it runs in the locked room, never in the server's process.
pub const fn needs_room(format: SourceFormat) -> bool {
    matches!(format, SourceFormat::Avif | SourceFormat::Heic)
}

/// Says that this build decodes the format, be it in the locked room.
pub const fn is_decoded(format: SourceFormat) -> bool {
    use SourceFormat::{Avif, Bmp, Gif, Heic, Ico, Jpeg, Png, Tiff, Webp};
    match format {
        Jpeg | Png | Webp | Gif | Tiff | Bmp | Ico | Avif => true,
        Heic => heic::IS_DECODED,
        _ => false,
    }
}

/// Starts what cannot be started any more when a room is locked.
pub fn furnish_room() {
    drop((avif::avif_encoder(), avif::avif_graphics_encoder()));
    #[cfg(feature = "vips")]
    super::vips::start();
}

/// Decodes the first frame. `header` is what `probe` said of the same bytes.
pub fn decode(bytes: &[u8], header: &Header, shrink: Shrink, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    header.check(limits)?;
    match header.format {
        SourceFormat::Jpeg if shrink != Shrink::None => {
            drop(buffer);
            jpeg::decode_shrunk(bytes, header, shrink, limits)
        }
        SourceFormat::Jpeg => jpeg::decode(bytes, header, limits, buffer),
        SourceFormat::Png => png::decode(bytes, header, limits, buffer),
        SourceFormat::Webp => webp::decode(bytes, header, limits, buffer),
        SourceFormat::Gif => gif::decode(bytes, header, limits, buffer),
        SourceFormat::Tiff => tiff::decode(bytes, header, limits, buffer),
        SourceFormat::Bmp => bmp::decode(bytes, header, limits, buffer),
        SourceFormat::Ico => ico::decode(bytes, header, limits, buffer),
        SourceFormat::Avif => avif::decode(bytes, header, limits, buffer),
        #[cfg(feature = "vips")]
        SourceFormat::Heic => heic::decode(bytes, header, limits, buffer),
        other => Err(not_decoded(other)),
    }
}
