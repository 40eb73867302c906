//! The way without pixels: rows of a JPEG's planes go through resizers to an encoder that takes planes. The decoded
//! picture is never in memory as a whole, and one decode may feed several variants.

mod geometry;
mod peak;

pub(super) use peak::PlanarPeak;

use super::plan::Plan;
use crate::codec::{self, Header, Orientation, encoder};
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::{Limits, reserve, zeroed};
use crate::planes::{self, Light, Planes, PlanesResizer, Range, RgbRows};
use crate::pool::Cancel;
use geometry::geometry;

/// The resized planes of each plan, as stored. All plans have the same scale.
pub(super) fn decode<'p>(
    bytes: &[u8],
    header: &Header,
    plans: impl ExactSizeIterator<Item = &'p Plan>,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<Vec<Planes>> {
    let mut shrink = None;
    let mut resizers = reserve(plans.len() as u64)?;
    for plan in plans {
        resizers.push(resizer(header, plan)?);
        shrink = Some(plan.shrink);
    }
    let Some(shrink) = shrink else { return Ok(Vec::new()) };
    codec::decode_planes(bytes, shrink, limits, &|| cancel.is_cancelled(), &mut |component, row| {
        resizers.iter_mut().try_for_each(|resizer: &mut PlanesResizer| resizer.push_row(component, row))
    })?;
    resizers.into_iter().map(PlanesResizer::finish).collect()
}

fn resizer(header: &Header, plan: &Plan) -> Result<PlanesResizer> {
    let kind = encoder(plan.format).planes(plan.quality);
    let (Some(planar), Some(kind)) = (header.planar, kind) else {
        return Err(Error::internal(format!("no way from a {:?} to {:?} by planes", header.format, plan.format)));
    };
    PlanesResizer::new(&geometry(header, &planar, kind, plan), Light::Linear, kind.range)
}

/// The picture in RGB, for what is no file.
pub(super) fn to_pixels(picture: Planes) -> Result<Image> {
    let picture = picture.with_range(Range::Full);
    let (width, height) = (picture.width(), picture.height());
    let mut pixels = zeroed(Layout::Rgb.bytes(width, height))?;
    let mut rows = RgbRows::new(&picture)?;
    for (y, row) in pixels.chunks_exact_mut(width as usize * Layout::Rgb.channels()).enumerate() {
        rows.write(y, row)?;
    }
    Image::new(width, height, Layout::Rgb, pixels)
}

/// The upright picture.
pub(super) fn orient(picture: Planes, orientation: Orientation) -> Result<Planes> {
    planes::orient(picture, orientation.number())
}
