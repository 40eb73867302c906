//! What the planes of one variant take, by the parts of its job. Checked against the allocator by
//! `tests/pipeline_memory.rs`.

use super::super::plan::{Plan, Via};
use super::geometry::geometry;
use super::kind;
use crate::codec::{Effort, Header, encoder};
use crate::planes::{Planes, PlanesResizer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pipeline) struct PlanarPeak {
    /// The decoder's own, whoever else takes its rows.
    pub(in crate::pipeline) decoder: u64,
    /// Rows on their way, weights, and the finished planes.
    pub(in crate::pipeline) resizer: u64,
    /// The finished planes.
    pub(in crate::pipeline) planes: u64,
    /// What turning, the steps by pixels and encoding add to them.
    pub(in crate::pipeline) encoder: u64,
}

impl PlanarPeak {
    /// `None` where the source has no planes, or the plan does not take that way.
    pub(in crate::pipeline) fn new(header: &Header, plan: &Plan) -> Option<Self> {
        let (planar, kind) = (header.planar?, kind(plan)?);
        let geometry = geometry(header, &planar, kind, plan);
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let planes = Planes::bytes(geometry.target, planar.subsampling.map(|_| geometry.target_subsampling));
        let effort = Effort { pixels, has_alpha: plan.has_alpha, quality: plan.quality, speed: plan.speed };
        let encoder = encoder(plan.format);
        let added = if plan.via == Via::Planes {
            // One plane at a time has a turned copy beside it.
            let turned = if plan.orientation.swaps_sides() { pixels } else { 0 };
            encoder.planes_working_bytes(effort).max(turned)
        } else {
            // Each step has its input and its output; the planes are gone after the first.
            let picture = pixels.saturating_mul(plan.layout().channels() as u64);
            let file = picture.saturating_add(encoder.working_bytes(effort));
            picture.max(file.max(picture * 2).saturating_sub(planes))
        };
        Some(Self {
            decoder: planar.decoder_bytes(plan.shrink),
            resizer: PlanesResizer::working_bytes(&geometry).ok()?,
            planes,
            encoder: added,
        })
    }

    /// Of the variant alone.
    pub(in crate::pipeline) const fn bytes(&self) -> u64 {
        let (decode, encode) = (self.decoder.saturating_add(self.resizer), self.planes.saturating_add(self.encoder));
        if decode > encode { decode } else { encode }
    }
}
