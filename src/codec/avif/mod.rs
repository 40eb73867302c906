//! AVIF files. Photographs are made by SVT-AV1 where it can be loaded; graphics, what is transparent, and photographs without it by libaom
//! where that can be loaded; all else by ravif. The container is read here in safe code; the decoder behind it may abort, and so runs in
//! the locked room only.

mod aom;
mod container;
mod decode;
mod dynamic;
mod header;
mod rav1e;
mod svt;

pub use aom::name as name_libaom;
pub(super) use container::{Codec, Coded, Reach, is_avif, is_heic, parse};
pub(super) use decode::{decode, decode_rows};
pub(super) use header::header;
pub use svt::name as name_svt_av1;
#[cfg(feature = "vips")]
pub(super) use {container::Still, decode::light};

use crate::codec::content::Content;
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::planar::PlaneKind;
use crate::error::Result;
use crate::image::Image;
use crate::planes::{Planes, Range, Subsampling, to_pixels};

pub(super) struct Encoder;

impl Encode for Encoder {
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let size = (image.width(), image.height());
        let is_for_svt = !image.has_alpha() && Content::of(image).is_photograph();
        match is_for_svt.then(|| start_svt(size, quality, speed)).flatten() {
            Some(session) => svt::encode_pixels(session, image),
            None => encode_444(image, quality, speed),
        }
    }

    /// The others convert pixels by themselves, at 4:4:4.
    fn planes(&self, _quality: Quality) -> Option<PlaneKind> {
        svt::library().ok().map(|_| PlaneKind { subsampling: Subsampling::BOTH, range: Range::Full })
    }

    fn encode_planes(&self, planes: Planes, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        match start_svt((planes.width(), planes.height()), quality, speed) {
            Some(session) => svt::encode_planes(session, planes),
            None => encode_444(&to_pixels(planes)?, quality, speed),
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
        working_bytes_444(effort).max(svt)
    }

    /// The others, where they have to step in, need pixels.
    fn planes_working_bytes(&self, effort: Effort) -> u64 {
        svt::working_bytes(effort).max(working_bytes_444(effort).saturating_add(effort.pixels.saturating_mul(3)))
    }
}

fn encode_444(image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
    match aom::library().ok().filter(|_| aom::takes(image.width(), image.height())) {
        Some(library) => aom::encode(library, image, quality, speed),
        None => rav1e::encode(image, quality, speed),
    }
}

fn working_bytes_444(effort: Effort) -> u64 {
    let aom = if aom::library().is_ok() { aom::working_bytes(effort) } else { 0 };
    rav1e::working_bytes(effort).max(aom)
}

/// SVT-AV1, ready for one picture. `None` where it is not there, does not take the size, or does not start: it wants threads of its own
/// for each picture, and a container may have none left.
fn start_svt((width, height): (u32, u32), quality: Quality, speed: Speed) -> Option<svt::Session<'static>> {
    let library = svt::library().ok().filter(|_| svt::takes(width, height))?;
    svt::open(library, (width, height), quality, speed).ok()
}

/// What makes a kind of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvifEncoder {
    pub name: &'static str,
    pub version: String,
    /// Why it is not the one that is best.
    pub fault: Option<&'static str>,
}

/// What makes photographs. Loads SVT-AV1 unless that was tried before.
pub fn avif_encoder() -> AvifEncoder {
    match svt::library() {
        Ok(library) => AvifEncoder { name: "SVT-AV1", version: library.version().to_owned(), fault: None },
        Err(fault) => AvifEncoder { fault: Some(fault), ..avif_graphics_encoder() },
    }
}

/// What makes graphics, and what is transparent. Loads libaom unless that was tried before.
pub fn avif_graphics_encoder() -> AvifEncoder {
    match aom::library() {
        Ok(library) => AvifEncoder { name: "libaom", version: library.version().to_owned(), fault: None },
        Err(fault) => {
            AvifEncoder { name: "ravif", version: env!("PIXMILL_RAVIF_VERSION").to_owned(), fault: Some(fault) }
        }
    }
}
