//! All planes of a picture made smaller while they are decoded, each at its own pace. Chroma stays subsampled, with
//! the centers of both grids where they belong.

use super::axis::Axis;
use super::gamma::Light;
use super::picture::Planes;
use super::resize::{Channel, PlaneResizer};
use super::{Range, Subsampling};
use crate::error::{Error, Result};

/// What is resized to what. Positions and sizes of the seen part count luma samples of the source: of a picture that
/// was decoded at a half, a side of 101 pixels has 51 samples and 50.5 are seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    pub size: (u32, u32),
    /// None where the source has no chroma, or none is wanted.
    pub subsampling: Option<Subsampling>,
    pub start: (f64, f64),
    pub seen: (f64, f64),
    pub target: (u32, u32),
    pub target_subsampling: Subsampling,
    /// Which sides will be mirrored afterwards: there the chroma grid is laid out from the far edge, so that an odd side
    /// stays right when it is turned around.
    pub mirrored: (bool, bool),
}

impl Geometry {
    /// All of a picture.
    pub fn whole(size: (u32, u32), subsampling: Option<Subsampling>, target: (u32, u32)) -> Self {
        let seen = (f64::from(size.0), f64::from(size.1));
        let target_subsampling = subsampling.unwrap_or(Subsampling::NONE);
        let mirrored = (false, false);
        Self { size, subsampling, start: (0.0, 0.0), seen, target, target_subsampling, mirrored }
    }

    /// What stays of the chroma grid, where there is one.
    pub fn stored(&self) -> Option<Subsampling> {
        self.subsampling.map(|_| self.target_subsampling)
    }

    fn luma(&self) -> Result<(Axis, Axis)> {
        let across = Axis::cropped(self.size.0, self.target.0, self.start.0, self.seen.0)?;
        Ok((across, Axis::cropped(self.size.1, self.target.1, self.start.1, self.seen.1)?))
    }

    fn chroma(&self) -> Result<Option<(Axis, Axis)>> {
        let Some(from) = self.subsampling else { return Ok(None) };
        let (to, samples) = (self.target_subsampling, from.size(self.size));
        let across = Grid { samples: samples.0, luma: from.across(), target: to.across() };
        let down = Grid { samples: samples.1, luma: from.down(), target: to.down() };
        let across = across.axis(self.target.0, self.start.0, self.seen.0, self.mirrored.0)?;
        Ok(Some((across, down.axis(self.target.1, self.start.1, self.seen.1, self.mirrored.1)?)))
    }
}

/// A chroma grid in one direction: its samples, and how many luma samples each covers in source and target.
struct Grid {
    samples: u32,
    luma: u8,
    target: u8,
}

impl Grid {
    fn axis(&self, target: u32, start: f64, seen: f64, is_mirrored: bool) -> Result<Axis> {
        let covered = f64::from(self.target);
        let samples = target.div_ceil(u32::from(self.target));
        let overhang = f64::from(samples) * covered - f64::from(target);
        let first = covered / 2.0 - if is_mirrored { overhang } else { 0.0 };
        let scale = seen / f64::from(target.max(1));
        let luma = f64::from(self.luma);
        Axis::placed(self.samples, samples, (start + first * scale) / luma, covered * scale / luma)
    }
}

/// A resizer for each plane, and the picture that they fill.
pub struct PlanesResizer {
    resizers: Vec<PlaneResizer>,
    target: Planes,
}

impl PlanesResizer {
    pub fn new(geometry: &Geometry, light: Light, range: Range) -> Result<Self> {
        let mut resizers = crate::limits::reserve(3)?;
        let (across, down) = geometry.luma()?;
        resizers.push(PlaneResizer::new(&across, &down, Channel::Luma(light), range)?);
        if let Some((across, down)) = geometry.chroma()? {
            let blue = PlaneResizer::new(&across, &down, Channel::Chroma, range)?;
            let red = blue.twin()?;
            resizers.extend([blue, red]);
        }
        Ok(Self { resizers, target: Planes::zeroed(geometry.target, geometry.stored(), range)? })
    }

    /// Bytes of rings, rows, weights and of the target.
    pub fn working_bytes(geometry: &Geometry) -> Result<u64> {
        let (across, down) = geometry.luma()?;
        let mut bytes = PlaneResizer::working_bytes(&across, &down);
        if let Some((across, down)) = geometry.chroma()? {
            bytes += PlaneResizer::working_bytes(&across, &down) + PlaneResizer::row_bytes(&across, &down);
        }
        Ok(bytes.saturating_add(Planes::bytes(geometry.target, geometry.stored())))
    }

    /// The next row of luma (0), Cb (1) or Cr (2), without padding.
    pub fn push_row(&mut self, component: usize, row: &[u8]) -> Result<()> {
        let resizer = self.resizers.get_mut(component);
        let Some((resizer, plane)) = resizer.zip(self.target.plane_mut(component)) else {
            return Err(Error::internal(format!("a row of component {component}")));
        };
        resizer.push_row(row, plane)
    }

    /// The picture, once every source row that counts has come.
    pub fn finish(self) -> Result<Planes> {
        if self.resizers.iter().all(PlaneResizer::is_done) {
            return Ok(self.target);
        }
        let done: Vec<usize> = self.resizers.iter().map(PlaneResizer::done).collect();
        Err(Error::internal(format!("a picture that ends after the rows {done:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planes::Plane;

    fn resized(source: &Planes, geometry: &Geometry) -> Planes {
        let mut resizer = PlanesResizer::new(geometry, Light::Gamma, source.range()).unwrap();
        source.luma().rows().for_each(|row| resizer.push_row(0, row).unwrap());
        for (component, plane) in source.chroma().into_iter().flat_map(|(_, planes)| planes).enumerate() {
            plane.rows().for_each(|row| resizer.push_row(component + 1, row).unwrap());
        }
        resizer.finish().unwrap()
    }

    /// Every sample says where its center lies: luma counts pixels, chroma too.
    fn ramp((width, height): (u32, u32), subsampling: Subsampling) -> Planes {
        let plane = |(width, height): (u32, u32), step: u32| {
            let row = (0..width).map(|x| u8::try_from((x * 2 + 1) * step / 2).unwrap());
            Plane::new(width, height, (0..height).flat_map(|_| row.clone()).collect()).unwrap()
        };
        let chroma = || plane(subsampling.size((width, height)), subsampling.across().into());
        Planes::color(plane((width, height), 1), subsampling, [chroma(), chroma()], Range::Full).unwrap()
    }

    #[test]
    fn centers_of_luma_and_chroma_stay_together() {
        let source = ramp((201, 8), Subsampling::BOTH);
        for (start, seen, target) in [(0.0, 201.0, 67), (0.0, 201.0, 50), (20.5, 151.0, 40), (33.0, 150.0, 75)] {
            for (subsampling, mirrored) in
                [(Subsampling::BOTH, false), (Subsampling::NONE, false), (Subsampling::BOTH, true)]
            {
                let geometry = Geometry {
                    start: (start, 0.0),
                    seen: (seen, 8.0),
                    target_subsampling: subsampling,
                    mirrored: (mirrored, false),
                    ..Geometry::whole((201, 8), Some(Subsampling::BOTH), (target, 4))
                };
                let small = resized(&source, &geometry);
                let (_, [blue, _]) = small.chroma().unwrap();
                let covered = f64::from(subsampling.across());
                let scale = seen / f64::from(target);
                for (x, sample) in blue.row(1).unwrap().iter().enumerate().skip(4).take(blue.width() as usize - 8) {
                    let place = if mirrored {
                        f64::from(target) - (f64::from(blue.width()) - x as f64 - 0.5) * covered
                    } else {
                        (x as f64 + 0.5) * covered
                    };
                    let wanted = start + place * scale;
                    assert!((f64::from(*sample) - wanted).abs() < 1.6, "{x}: {sample} for {wanted} in {geometry:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_size_changes_nothing() {
        let source = ramp((51, 7), Subsampling::BOTH);
        let geometry = Geometry::whole((51, 7), Some(Subsampling::BOTH), (51, 7));
        assert_eq!(resized(&source, &geometry), source);
    }

    #[test]
    fn a_picture_that_ends_early_is_refused() {
        let geometry = Geometry::whole((8, 8), None, (4, 4));
        let mut resizer = PlanesResizer::new(&geometry, Light::Gamma, Range::Full).unwrap();
        assert!(resizer.push_row(1, &[0; 8]).is_err());
        assert!(resizer.push_row(0, &[0; 7]).is_err());
        resizer.push_row(0, &[0; 8]).unwrap();
        assert!(resizer.finish().is_err());
        assert!(PlanesResizer::new(&Geometry { target: (9, 4), ..geometry }, Light::Gamma, Range::Full).is_err());
    }

    #[test]
    fn a_hundred_megapixels_take_few_bytes() {
        let geometry = Geometry::whole((12_000, 8_400), Some(Subsampling::BOTH), (1080, 756));
        let target = Planes::bytes(geometry.target, geometry.stored());
        let bytes = PlanesResizer::working_bytes(&geometry).unwrap() - target;
        assert!(bytes < 6 << 20, "{bytes}");
    }
}
