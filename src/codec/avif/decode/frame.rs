//! One AV1 picture by `re_rav1d`: its samples as they are coded. The only place that calls the decoder; it may abort the process on hostile
//! bytes, so that this runs in the locked room alone.

use re_rav1d::dav1d::{Decoder, Error as Failure, Picture, PixelLayout, PlanarImageComponent, Plane, Settings};

use crate::codec::avif::container::{Codec, Coded, Coding};
use crate::error::{Error, Result};
use crate::limits::reserve;

/// Looks for a picture in what was sent; a stream may begin with ones that are not shown.
const MAX_TURNS: usize = 1024;

pub(super) struct Frame {
    planes: [Option<Plane>; 3],
    strides: [usize; 3],
    is_wide: bool,
    pub(super) is_full_range: bool,
}

impl Frame {
    /// Decodes one of the tiles of `coded`. Anything but a picture of the size and the coding that the container says is refused.
    pub(super) fn decode(stream: &[u8], coded: &Coded) -> Result<Self> {
        let mut owned = reserve(stream.len() as u64)?;
        owned.extend_from_slice(stream);
        let picture = first_picture(&mut open(coded)?, owned)?;
        let found = (picture.width(), picture.height());
        if found != coded.tile {
            return Err(damaged("pictures of the size that the file says", format!("{}x{}", found.0, found.1)));
        }
        let coding = coding(&picture)?;
        if coding != coded.coding {
            return Err(damaged("samples as the file says", format!("{coding:?}")));
        }
        let kinds = [PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V];
        let plane = |kind: PlanarImageComponent| {
            // A gray picture has no others.
            let is_there = kind == PlanarImageComponent::Y || !coding.is_gray;
            is_there.then(|| picture.plane(kind))
        };
        Ok(Self {
            planes: kinds.map(plane),
            strides: kinds.map(|kind| picture.stride(kind) as usize),
            is_wide: coding.bit_depth > 8,
            is_full_range: picture.color_range() == re_rav1d::dav1d::pixel::YUVRange::Full,
        })
    }

    /// Samples of a row of a plane as numbers, as many as `line` takes. What is not there stays as it was.
    pub(super) fn read(&self, plane: usize, row: usize, line: &mut [f32]) {
        let (Some(Some(plane)), Some(&stride)) = (self.planes.get(plane), self.strides.get(plane)) else { return };
        let bytes: &[u8] = plane.as_ref();
        let Some(row) = bytes.get(row.saturating_mul(stride)..) else { return };
        if self.is_wide {
            let (pairs, _) = row.as_chunks();
            line.iter_mut().zip(pairs).for_each(|(value, pair)| *value = u16::from_ne_bytes(*pair).into());
        } else {
            line.iter_mut().zip(row).for_each(|(value, byte)| *value = (*byte).into());
        }
    }
}

fn open(coded: &Coded) -> Result<Decoder> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_operating_point(coded.operating_point.into());
    settings.set_frame_size_limit(coded.tile.0.saturating_mul(coded.tile.1));
    Decoder::with_settings(&settings).map_err(undecodable)
}

fn first_picture(decoder: &mut Decoder, stream: Vec<u8>) -> Result<Picture> {
    let mut sent = decoder.send_data(stream, None, None, None);
    for _ in 0..MAX_TURNS {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Failure::Again) => {}
            Err(error) => return Err(undecodable(error)),
        }
        match sent {
            Ok(()) => return Err(damaged("a whole picture", "an end before it")),
            Err(Failure::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(undecodable(error)),
        }
    }
    Err(damaged("a picture that is shown", "many that are not"))
}

fn coding(picture: &Picture) -> Result<Coding> {
    let depth = picture.bits_per_component().map(|bits| bits.0).and_then(|bits| u8::try_from(bits).ok());
    let (is_gray, halves) = match picture.pixel_layout() {
        // As `av1C` says it of gray pictures (AV1, 5.5.2).
        PixelLayout::I400 => (true, (true, true)),
        PixelLayout::I420 => (false, (true, true)),
        PixelLayout::I422 => (false, (true, false)),
        PixelLayout::I444 => (false, (false, false)),
    };
    let bit_depth = depth.ok_or_else(|| damaged("8, 10 or 12 bits", "others"))?;
    Ok(Coding { codec: Codec::Av1, bit_depth, is_gray, halves })
}

#[cold]
fn undecodable(error: Failure) -> Error {
    damaged("AV1 that can be decoded", error)
}

#[cold]
fn damaged(expected: &str, received: impl std::fmt::Display) -> Error {
    Error::input("the picture", expected, received)
}
