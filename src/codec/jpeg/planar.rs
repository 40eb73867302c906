//! From our own decoder to planes: which files it is right for, and their rows. Everything else is zune-jpeg's.

use super::decoder::{Color, Component, Decoder, Scale};
use crate::codec::decode::Shrink;
use crate::codec::header::Header;
use crate::codec::planar::{Planar, RowSink};
use crate::codec::profile;
use crate::error::Result;
use crate::limits::Limits;
use crate::planes::Subsampling;

/// What the planes are like, from a file's first bytes; `None` for inks, for RGB, and for files that the decoder refuses,
/// whose fault the other one names.
pub(super) fn planar(bytes: &[u8], header: &Header, limits: &Limits) -> Option<Planar> {
    let decoder = Decoder::new(bytes, limits).ok()?;
    let info = decoder.info();
    let subsampling = match (info.color, info.components.as_slice()) {
        (Color::Gray, [_]) => None,
        (Color::YCbCr, [luma, blue, red]) => Some(subsampling(luma, [blue, red])?),
        _ => return None,
    };
    if (info.width, info.height) != (header.width, header.height) {
        return None;
    }
    let is_srgb = info.profile.is_none_or(|bytes| profile::is_neutral(&bytes, header.layout));
    let working_bytes = Shrink::ALL.map(|shrink| decoder.working_bytes(scale(shrink)));
    Some(Planar { subsampling, is_srgb, working_bytes })
}

pub(in crate::codec) fn planar_profile(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    Decoder::new(bytes, limits).ok()?.info().profile
}

/// `None` where the colors are finer than the brightness.
fn subsampling(luma: &Component, chroma: [&Component; 2]) -> Option<Subsampling> {
    let [blue, red] = chroma.map(|plane| (plane.horizontal, plane.vertical));
    let is_whole = luma.horizontal.is_multiple_of(blue.0) && luma.vertical.is_multiple_of(blue.1);
    let samples = |luma: usize, chroma: usize| u8::try_from(luma / chroma.max(1)).ok();
    let (across, down) = (samples(luma.horizontal, blue.0)?, samples(luma.vertical, blue.1)?);
    if blue == red && is_whole { Subsampling::new(across, down) } else { None }
}

pub(in crate::codec) fn decode_planes(
    bytes: &[u8],
    shrink: Shrink,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut RowSink<'_>,
) -> Result<()> {
    Decoder::new(bytes, limits)?.decode_planes(scale(shrink), is_cancelled, &mut |band| {
        for (component, rows) in band.planes.iter().enumerate() {
            for row in 0..rows.height {
                sink(component, rows.row(row))?;
            }
        }
        Ok(())
    })
}

const fn scale(shrink: Shrink) -> Scale {
    match shrink {
        Shrink::None => Scale::Full,
        Shrink::Half => Scale::Half,
        Shrink::Quarter => Scale::Quarter,
        Shrink::Eighth => Scale::Eighth,
    }
}
