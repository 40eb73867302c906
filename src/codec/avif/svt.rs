//! AVIF files by SVT-AV1, loaded at run time: 4:2:0 in 10 bits. C, but it sees only our own pixels.

mod layout;
mod library;
mod place;
mod samples;
mod scheduling;
mod session;
mod settings;

pub(super) use library::Library;
pub(super) use place::library;
pub use place::name;
pub(super) use session::Session;
pub(super) use settings::working_bytes;

use avif_serialize::Aviffy;
use samples::Samples;

use crate::codec::encode::{Quality, Speed};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::reserve;
use crate::planes::Planes;

/// The boxes around the stream of one picture take 300 to 400 bytes.
const BOXES_BYTES: u64 = 512;

/// The sides that its header promises to take (`EbSvtAv1Enc.h`, `source_width` and `source_height`).
pub(super) const fn takes(width: u32, height: u32) -> bool {
    matches!((width, height), (64..=16_384, 64..=8_704))
}

/// Starts SVT-AV1 for one picture of that size. Fails where threads or memory are short.
pub(super) fn open(library: &Library, size: (u32, u32), quality: Quality, speed: Speed) -> Result<Session<'_>> {
    Session::open(library, &settings::parameters(size, quality, speed))
}

/// Gray or RGB pixels of the session's size.
pub(super) fn encode_pixels(session: Session<'_>, image: &Image) -> Result<Vec<u8>> {
    encode(session, Samples::from_pixels(image)?)
}

/// Gray or 4:2:0 planes of the session's size.
pub(super) fn encode_planes(session: Session<'_>, planes: Planes) -> Result<Vec<u8>> {
    encode(session, Samples::from_planes(planes)?)
}

fn encode(session: Session<'_>, samples: Samples) -> Result<Vec<u8>> {
    let (width, height) = samples.size();
    let stream = session.encode(samples)?;
    let mut file = reserve(stream.len() as u64 + BOXES_BYTES)?;
    // Colors need no box: sRGB, BT.601 and the full range are what the stream says.
    Aviffy::new()
        .set_width(width)
        .set_height(height)
        .set_bit_depth(10)
        .set_seq_profile(0)
        .set_chroma_subsampling((true, true))
        .write_slice(&mut file, &stream, None)
        .map_err(|error| Error::internal(format!("no file for an AV1 stream: {error}")))?;
    Ok(file)
}
