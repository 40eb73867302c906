//! GIF files of one frame by the `gif` crate.

use gif::{EncodingError, Frame};

use super::indexed::Indexed;
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::error::{Error, Result};
use crate::image::Image;

pub(in crate::codec) struct Encoder;

impl Encode for Encoder {
    /// The format has one way to store pixels: neither quality nor speed changes anything.
    fn encode(&self, image: &Image, _quality: Quality, _speed: Speed) -> Result<Vec<u8>> {
        let too_large =
            |_| Error::Limit { what: "side", max: u16::MAX.into(), got: image.width().max(image.height()).into() };
        let (width, height) =
            (u16::try_from(image.width()).map_err(too_large)?, u16::try_from(image.height()).map_err(too_large)?);
        let indexed = Indexed::of(image)?;
        write(width, height, &indexed).map_err(|error| Error::internal(format!("gif failed: {error}")))
    }

    fn max_side(&self) -> u32 {
        65_535
    }

    fn working_bytes(&self, effort: Effort) -> u64 {
        // Numbers, the compressed ones, and the file, both of which double as they grow. Allocated for noise, which is the
        // worst: 7 bytes a pixel. Learning is over by then; it takes 4.
        effort.pixels.saturating_mul(8).saturating_add(1 << 20)
    }
}

fn write(width: u16, height: u16, indexed: &Indexed) -> std::result::Result<Vec<u8>, EncodingError> {
    let frame = Frame {
        width,
        height,
        transparent: indexed.transparent(),
        buffer: indexed.indices().into(),
        ..Frame::default()
    };
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, indexed.palette())?;
    encoder.write_frame(&frame)?;
    encoder.into_inner()
}
