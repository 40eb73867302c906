//! AVIF files by libaom, loaded at run time: 4:4:4 in 8 bits, with alpha. C, but it sees only our own pixels.

mod cover;
mod layout;
mod library;
mod place;
mod samples;
mod session;
mod settings;

pub(super) use library::Library;
pub(super) use place::library;
pub use place::name;
pub(super) use settings::working_bytes;

use avif_serialize::Aviffy;
use samples::Samples;

use crate::codec::encode::{Quality, Speed};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::reserve;

/// The boxes around the streams of one picture and its alpha take 300 to 600 bytes.
const BOXES_BYTES: u64 = 1024;

/// The most that AV1 can say of a side.
pub(super) const fn takes(width: u32, height: u32) -> bool {
    width <= 65_536 && height <= 65_536
}

/// Gray, RGB or RGBA pixels.
pub(super) fn encode(library: &Library, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
    let (width, height) = (image.width(), image.height());
    let parameters = settings::parameters(image, quality, speed);
    let alpha = if image.is_opaque() { None } else { Some(Samples::alpha(image)?) };
    let alpha = alpha.map(|mut alpha| session::encode(library, &mut alpha, &parameters)).transpose()?;
    let mut colors = Samples::colors(image)?;
    let is_gray = colors.is_gray();
    let stream = session::encode(library, &mut colors, &parameters)?;
    drop(colors);
    let mut file = reserve((stream.len() + alpha.as_ref().map_or(0, Vec::len)) as u64 + BOXES_BYTES)?;
    // Colors need no box: sRGB, BT.601 and the full range are what the stream says.
    Aviffy::new()
        .set_width(width)
        .set_height(height)
        .set_bit_depth(8)
        .set_seq_profile((!is_gray).into())
        .set_chroma_subsampling((is_gray, is_gray))
        .set_monochrome(is_gray)
        .write_slice(&mut file, &stream, alpha.as_deref())
        .map_err(|error| Error::internal(format!("no file for an AV1 stream: {error}")))?;
    Ok(file)
}
