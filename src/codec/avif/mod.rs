//! AVIF files. Photographs are made by SVT-AV1 where it can be loaded; graphics, what is transparent, and all without it by
//! ravif. The container is read here in safe code; the decoder behind it may abort, and so runs in the locked room only.

mod container;
mod content;
mod decode;
mod header;
mod rav1e;
mod svt;

pub(super) use container::{Codec, Coded, Reach, is_avif, is_heic, parse};
pub(super) use decode::{decode, decode_rows};
pub(super) use header::header;
pub use svt::name as name_svt_av1;
#[cfg(feature = "vips")]
pub(super) use {container::Still, decode::light};

use content::is_photograph;

use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::planar::PlaneKind;
use crate::error::Result;
use crate::image::Image;
use crate::planes::{Planes, Range, Subsampling, to_pixels};

pub(super) struct Encoder;

impl Encode for Encoder {
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let size = (image.width(), image.height());
        match is_photograph(image).then(|| start_svt(size, quality, speed)).flatten() {
            Some(session) => svt::encode_pixels(session, image),
            None => rav1e::encode(image, quality, speed),
        }
    }

    /// ravif converts pixels by itself, at 4:4:4.
    fn planes(&self, _quality: Quality) -> Option<PlaneKind> {
        svt::library().ok().map(|_| PlaneKind { subsampling: Subsampling::BOTH, range: Range::Full })
    }

    fn encode_planes(&self, planes: Planes, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        match start_svt((planes.width(), planes.height()), quality, speed) {
            Some(session) => svt::encode_planes(session, planes),
            None => rav1e::encode(&to_pixels(planes)?, quality, speed),
        }
    }

    fn max_side(&self) -> u32 {
        65_535
    }

    /// A million pixels took 0.2 s at ravif's fastest preset; photographs, one core.
    fn max_pixels(&self) -> u64 {
        40_000_000
    }

    fn working_bytes(&self, effort: Effort) -> u64 {
        let svt = if svt::library().is_ok() { svt::working_bytes(effort) } else { 0 };
        rav1e::working_bytes(effort).max(svt)
    }

    /// ravif, where it has to step in, needs pixels.
    fn planes_working_bytes(&self, effort: Effort) -> u64 {
        svt::working_bytes(effort).max(rav1e::working_bytes(effort).saturating_add(effort.pixels.saturating_mul(3)))
    }
}

/// SVT-AV1, ready for one picture. `None` where it is not there, does not take the size, or does not start: it wants threads of its own
/// for each picture, and a container may have none left.
fn start_svt((width, height): (u32, u32), quality: Quality, speed: Speed) -> Option<svt::Session<'static>> {
    let library = svt::library().ok().filter(|_| svt::takes(width, height))?;
    svt::open(library, (width, height), quality, speed).ok()
}

/// What makes photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvifEncoder {
    pub name: &'static str,
    pub version: String,
    /// Why it is not SVT-AV1.
    pub fault: Option<&'static str>,
}

/// Loads SVT-AV1 unless that was tried before.
pub fn avif_encoder() -> AvifEncoder {
    match svt::library() {
        Ok(library) => AvifEncoder { name: "SVT-AV1", version: library.version().to_owned(), fault: None },
        Err(fault) => {
            AvifEncoder { name: "ravif", version: env!("PIXMILL_RAVIF_VERSION").to_owned(), fault: Some(fault) }
        }
    }
}
