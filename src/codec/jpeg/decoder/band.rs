//! Rows of samples of one component, as a scan's blocks are transformed into them. Knows nothing of other components.

use super::frame::{Component, Frame};
use super::scale::Scale;
use crate::error::Result;
use crate::limits::zeroed;

/// Units that are transformed together: the blocks of four fill the first-level cache half, and are even in number.
pub(super) const GROUP: usize = 4;

/// Rows of samples with room at the right for whole groups.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) samples: Vec<u8>,
    pub(super) stride: usize,
    /// The samples of the component's plane.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Rows of a unit.
    pub(super) unit_rows: usize,
}

impl Band {
    /// Rows for `units` units one below the other.
    pub(super) fn new(frame: &Frame, component: &Component, scale: Scale, units: usize) -> Result<Self> {
        let stride = stride(frame, component, scale);
        let unit_rows = component.vertical * scale.samples();
        let (width, height) = frame.plane_size(component, scale);
        let samples = zeroed((stride * unit_rows * units) as u64)?;
        Ok(Self { samples, stride, width, height, unit_rows })
    }
}

pub(super) const fn stride(frame: &Frame, component: &Component, scale: Scale) -> usize {
    frame.units_wide.next_multiple_of(GROUP) * component.horizontal * scale.samples()
}

/// Rows of all components that belong to the same part of the picture.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct PlaneRows<'a> {
    /// One for each component, in the order of the frame.
    pub(in crate::codec) planes: &'a [Rows<'a>],
}

/// Rows of one plane.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Rows<'a> {
    /// Row after row, each `stride` bytes long; the last may be shorter.
    pub(in crate::codec) samples: &'a [u8],
    pub(in crate::codec) stride: usize,
    /// Samples of a row that belong to the picture.
    pub(in crate::codec) width: usize,
    /// How many rows there are.
    pub(in crate::codec) height: usize,
}

impl<'a> Rows<'a> {
    /// The rows of a unit, as far as they belong to the picture; `first` is the unit that `band` begins with.
    pub(super) fn of(band: &'a Band, unit: usize, first: usize) -> Self {
        let y0 = (unit * band.unit_rows).min(band.height);
        let height = band.unit_rows.min(band.height - y0);
        let samples = band.samples.get((unit - first) * band.unit_rows * band.stride..).unwrap_or_default();
        Self { samples, stride: band.stride, width: band.width, height }
    }

    /// The samples of a row that belong to the picture; none below the last.
    pub(in crate::codec) fn row(&self, index: usize) -> &'a [u8] {
        let start = index * self.stride;
        if index < self.height { self.samples.get(start..start + self.width).unwrap_or_default() } else { &[] }
    }
}
