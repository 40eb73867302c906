//! The ways by planes: rows of a JPEG's planes go through resizers, and then to an encoder that takes planes or on as pixels.
//! The decoded picture is never in memory as a whole, and one decode may feed several variants.

mod geometry;
mod peak;

pub(super) use peak::PlanarPeak;

use super::plan::{Plan, Via};
use crate::codec::{self, Header, Orientation, PlaneKind, encoder};
use crate::error::{Error, Result};
use crate::limits::{Limits, reserve};
use crate::planes::{self, Light, Planes, PlanesResizer, Range, Subsampling};
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

/// The planes that a plan resizes to.
fn kind(plan: &Plan) -> Option<PlaneKind> {
    match plan.via {
        Via::Planes => encoder(plan.format).planes(plan.quality),
        Via::PlanesToPixels => Some(PlaneKind { subsampling: Subsampling::NONE, range: Range::Full }),
        Via::Pixels => None,
    }
}

fn resizer(header: &Header, plan: &Plan) -> Result<PlanesResizer> {
    let (Some(planar), Some(kind)) = (header.planar, kind(plan)) else {
        return Err(Error::internal(format!("no way from a {:?} to {:?} by planes", header.format, plan.format)));
    };
    PlanesResizer::new(&geometry(header, &planar, kind, plan), Light::Linear, kind.range)
}

/// The upright picture.
pub(super) fn orient(picture: Planes, orientation: Orientation) -> Result<Planes> {
    planes::orient(picture, orientation.number())
}
