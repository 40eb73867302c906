//! What the planes of one variant take, by the parts of its job. Checked against the allocator by
//! `tests/pipeline_memory.rs`.

use super::super::plan::Plan;
use super::geometry::geometry;
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
    /// What turning and encoding add to them.
    pub(in crate::pipeline) encoder: u64,
}

impl PlanarPeak {
    /// `None` where the source has no planes, or the plan does not take that way.
    pub(in crate::pipeline) fn new(header: &Header, plan: &Plan) -> Option<Self> {
        let (planar, kind) = (header.planar?, encoder(plan.format).planes(plan.quality)?);
        let geometry = geometry(header, &planar, kind, plan);
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let effort = Effort { pixels, has_alpha: false, quality: plan.quality, speed: plan.speed };
        // One plane at a time has a turned copy beside it.
        let turned = if plan.orientation.swaps_sides() { pixels } else { 0 };
        Some(Self {
            decoder: planar.decoder_bytes(plan.shrink),
            resizer: PlanesResizer::working_bytes(&geometry).ok()?,
            planes: Planes::bytes(geometry.target, planar.subsampling.map(|_| geometry.target_subsampling)),
            encoder: encoder(plan.format).planes_working_bytes(effort).max(turned),
        })
    }

    /// Of the variant alone.
    pub(in crate::pipeline) const fn bytes(&self) -> u64 {
        let (decode, encode) = (self.decoder.saturating_add(self.resizer), self.planes.saturating_add(self.encoder));
        if decode > encode { decode } else { encode }
    }
}
