//! A picture of one or three planes. Holds no color profile and no alpha.

use super::{Plane, Range, Subsampling};
use crate::error::{Error, Result};

/// Luma, and chroma where there is any: `[Cb, Cr]` of the size that the subsampling says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    luma: Plane,
    chroma: Option<(Subsampling, [Plane; 2])>,
    range: Range,
}

impl Planes {
    pub fn gray(luma: Plane, range: Range) -> Self {
        Self { luma, chroma: None, range }
    }

    /// Chroma planes of a wrong size are a defect of the caller.
    pub fn color(luma: Plane, subsampling: Subsampling, chroma: [Plane; 2], range: Range) -> Result<Self> {
        let wanted = subsampling.size((luma.width(), luma.height()));
        if chroma.iter().any(|plane| (plane.width(), plane.height()) != wanted) {
            return Err(Error::internal(format!("chroma that is not {wanted:?} for a luma of {}", luma.width())));
        }
        Ok(Self { luma, chroma: Some((subsampling, chroma)), range })
    }

    /// Black in every plane, to be written over.
    pub fn zeroed(size: (u32, u32), subsampling: Option<Subsampling>, range: Range) -> Result<Self> {
        let luma = Plane::zeroed(size.0, size.1)?;
        let Some(subsampling) = subsampling else { return Ok(Self::gray(luma, range)) };
        let (width, height) = subsampling.size(size);
        Self::color(luma, subsampling, [Plane::zeroed(width, height)?, Plane::zeroed(width, height)?], range)
    }

    /// Bytes of all planes.
    pub fn bytes(size: (u32, u32), subsampling: Option<Subsampling>) -> u64 {
        let (width, height) = subsampling.map_or((0, 0), |subsampling| subsampling.size(size));
        Plane::bytes(size.0, size.1).saturating_add(Plane::bytes(width, height).saturating_mul(2))
    }

    pub const fn width(&self) -> u32 {
        self.luma.width()
    }

    pub const fn height(&self) -> u32 {
        self.luma.height()
    }

    pub const fn range(&self) -> Range {
        self.range
    }

    pub const fn luma(&self) -> &Plane {
        &self.luma
    }

    pub fn subsampling(&self) -> Option<Subsampling> {
        self.chroma.as_ref().map(|(subsampling, _)| *subsampling)
    }

    pub fn chroma(&self) -> Option<(Subsampling, &[Plane; 2])> {
        self.chroma.as_ref().map(|(subsampling, planes)| (*subsampling, planes))
    }

    /// Luma, Cb or Cr.
    pub(super) fn plane_mut(&mut self, component: usize) -> Option<&mut Plane> {
        match component {
            0 => Some(&mut self.luma),
            _ => self.chroma.as_mut().and_then(|(_, planes)| planes.get_mut(component - 1)),
        }
    }

    pub fn into_planes(self) -> (Plane, Option<(Subsampling, [Plane; 2])>) {
        (self.luma, self.chroma)
    }

    /// The same picture in the other range, in place.
    #[must_use]
    pub fn with_range(mut self, range: Range) -> Self {
        if range != self.range {
            let map = range.luma_map();
            self.luma.data_mut().iter_mut().for_each(|sample| *sample = map[usize::from(*sample)]);
            let map = range.chroma_map();
            let chroma = self.chroma.iter_mut().flat_map(|(_, planes)| planes);
            chroma.flat_map(Plane::data_mut).for_each(|sample| *sample = map[usize::from(*sample)]);
            self.range = range;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chroma_has_the_size_that_the_subsampling_says() {
        let plane = |width, height| Plane::zeroed(width, height).unwrap();
        let color = |chroma| Planes::color(plane(5, 3), Subsampling::BOTH, chroma, Range::Full);
        assert!(color([plane(3, 2), plane(3, 2)]).is_ok());
        assert!(color([plane(3, 2), plane(2, 2)]).is_err());
        assert_eq!(Planes::bytes((5, 3), Some(Subsampling::BOTH)), 15 + 12);
        assert!(Planes::zeroed((0, 3), None, Range::Full).is_err());
    }

    #[test]
    fn ranges_go_there_and_nearly_back() {
        let ramp = || Plane::new(256, 1, (0..=255).collect()).unwrap();
        let full = Planes::color(ramp(), Subsampling::NONE, [ramp(), ramp()], Range::Full).unwrap();
        let video = full.clone().with_range(Range::Video);
        assert_eq!(video.luma().data().first(), Some(&16));
        assert_eq!(video.luma().data().last(), Some(&235));
        let again = video.with_range(Range::Full);
        let pairs = again.luma().data().iter().zip(full.luma().data());
        assert!(pairs.into_iter().all(|(a, b)| a.abs_diff(*b) <= 1));
    }
}
