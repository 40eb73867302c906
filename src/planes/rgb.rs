//! Planes to RGB, for what takes no planes: chroma by a triangle filter, BT.601 of the full range.

use super::{Plane, Planes, Range, Subsampling};
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits;

/// Positions between chroma samples in eighths: subsampling by 1, 2 and 4 is exact in them.
const EIGHTHS: usize = 8;
/// What a chroma sample is multiplied by, after a filter in both directions.
const CHROMA_ONE: i32 = 64;
const HALF: i32 = 1 << 15;

/// The picture in RGB or gray.
pub fn to_pixels(picture: Planes) -> Result<Image> {
    let (width, height) = (picture.width(), picture.height());
    if picture.chroma().is_none() {
        return Image::new(width, height, Layout::Gray, picture.into_planes().0.into_data());
    }
    let mut pixels = limits::zeroed(Layout::Rgb.bytes(width, height))?;
    let mut rows = RgbRows::new(&picture)?;
    for (y, row) in pixels.chunks_exact_mut(width as usize * Layout::Rgb.channels()).enumerate() {
        rows.write(y, row)?;
    }
    Image::new(width, height, Layout::Rgb, pixels)
}

/// The rows of one picture. Holds two rows of chroma.
pub struct RgbRows<'a> {
    picture: &'a Planes,
    blue: Vec<i32>,
    red: Vec<i32>,
}

impl<'a> RgbRows<'a> {
    /// Takes the full range only.
    pub fn new(picture: &'a Planes) -> Result<Self> {
        if picture.range() != Range::Full {
            return Err(Error::internal("planes of the narrow range, to become RGB"));
        }
        let width = picture.chroma().map_or(0, |(_, [blue, _])| u64::from(blue.width()));
        let line = || -> Result<Vec<i32>> {
            let mut line = limits::reserve(width)?;
            line.resize(usize::try_from(width).unwrap_or(0), 0);
            Ok(line)
        };
        Ok(Self { picture, blue: line()?, red: line()? })
    }

    /// Writes row `y` as `width * 3` bytes.
    pub fn write(&mut self, y: usize, rgb: &mut [u8]) -> Result<()> {
        let wrong = || Error::internal(format!("row {y} of RGB"));
        let luma = self.picture.luma().row(y).ok_or_else(wrong)?;
        let (pixels, []) = rgb.as_chunks_mut::<3>() else { return Err(wrong()) };
        if pixels.len() != luma.len() {
            return Err(wrong());
        }
        let Some((subsampling, [blue, red])) = self.picture.chroma() else {
            pixels.iter_mut().zip(luma).for_each(|(pixel, luma)| *pixel = [*luma; 3]);
            return Ok(());
        };
        blend(blue, y, subsampling, &mut self.blue);
        blend(red, y, subsampling, &mut self.red);
        for (x, (pixel, luma)) in pixels.iter_mut().zip(luma).enumerate() {
            let (near, far, share) = neighbors(x, subsampling.across(), self.blue.len());
            *pixel = to_rgb(*luma, between(&self.blue, near, far, share), between(&self.red, near, far, share));
        }
        Ok(())
    }
}

/// The two samples around a luma position, and the eighths of the second one.
fn neighbors(at: usize, covered: u8, samples: usize) -> (usize, usize, i32) {
    let eighths = ((2 * at + 1) * EIGHTHS / (2 * usize::from(covered.max(1)))).saturating_sub(EIGHTHS / 2);
    let (near, last) = (eighths / EIGHTHS, samples.saturating_sub(1));
    (near.min(last), (near + 1).min(last), i32::try_from(eighths % EIGHTHS).unwrap_or(0))
}

fn between(line: &[i32], near: usize, far: usize, share: i32) -> i32 {
    let at = |index: usize| line.get(index).copied().unwrap_or(0);
    at(near) * (8 - share) + at(far) * share
}

/// One row of chroma between two of the plane's, times eight, around zero.
fn blend(plane: &Plane, y: usize, subsampling: Subsampling, line: &mut [i32]) {
    let (near, far, share) = neighbors(y, subsampling.down(), plane.height() as usize);
    let (near, far) = (plane.row(near).unwrap_or_default(), plane.row(far).unwrap_or_default());
    for ((target, near), far) in line.iter_mut().zip(near).zip(far) {
        *target = (i32::from(*near) - 128) * (8 - share) + (i32::from(*far) - 128) * share;
    }
}

/// ITU-T T.871, section 7: coefficients times 2^16.
fn to_rgb(luma: u8, blue: i32, red: i32) -> [u8; 3] {
    let luma = (i32::from(luma) << 16) + HALF;
    let sample = |value: i32| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or(0);
    [
        sample(luma + 91_881 * red / CHROMA_ONE),
        sample(luma - (22_554 * blue + 46_802 * red) / CHROMA_ONE),
        sample(luma + 116_130 * blue / CHROMA_ONE),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(picture: &Planes) -> Vec<[u8; 3]> {
        let mut rows = RgbRows::new(picture).unwrap();
        let mut pixels = vec![0; (picture.width() * picture.height() * 3) as usize];
        for (y, row) in pixels.chunks_mut(picture.width() as usize * 3).enumerate() {
            rows.write(y, row).unwrap();
        }
        pixels.as_chunks().0.to_vec()
    }

    fn flat(luma: u8, blue: u8, red: u8, subsampling: Subsampling) -> Planes {
        let (width, height) = subsampling.size((5, 3));
        let chroma = [blue, red].map(|sample| Plane::new(width, height, vec![sample; 15]).unwrap());
        Planes::color(Plane::new(5, 3, vec![luma; 15]).unwrap(), subsampling, chroma, Range::Full).unwrap()
    }

    #[test]
    fn colors_are_those_of_the_standard() {
        for subsampling in
            [Subsampling::NONE, Subsampling::ACROSS, Subsampling::DOWN, Subsampling::BOTH, Subsampling::ACROSS_4]
        {
            for (luma, blue, red) in [(128, 128, 128), (76, 85, 255), (150, 44, 21), (29, 255, 107), (200, 1, 254)] {
                let (y, b, r) = (f64::from(luma), f64::from(blue) - 128.0, f64::from(red) - 128.0);
                let wanted = [y + 1.402 * r, y - 0.344_136 * b - 0.714_136 * r, y + 1.772 * b];
                for pixel in rgb(&flat(luma, blue, red, subsampling)) {
                    let near = |(found, wanted): (u8, f64)| (f64::from(found) - wanted.clamp(0.0, 255.0)).abs() < 0.6;
                    assert!(pixel.into_iter().zip(wanted).all(near), "{pixel:?} for {wanted:?}");
                }
            }
        }
    }

    #[test]
    fn chroma_is_three_quarters_of_the_nearer_sample() {
        let chroma = || Plane::new(2, 1, vec![128, 168]).unwrap();
        let luma = Plane::new(4, 1, vec![0; 4]).unwrap();
        let picture = Planes::color(luma, Subsampling::ACROSS, [chroma(), chroma()], Range::Full).unwrap();
        let reds: Vec<u8> = rgb(&picture).into_iter().map(|[red, ..]| red).collect();
        assert_eq!(reds, [0, 14, 42, 56]);
    }

    #[test]
    fn gray_stays_gray_and_wrong_rows_are_refused() {
        let picture = Planes::gray(Plane::new(2, 1, vec![3, 250]).unwrap(), Range::Full);
        assert_eq!(rgb(&picture), [[3; 3], [250; 3]]);
        let mut rows = RgbRows::new(&picture).unwrap();
        assert!(rows.write(1, &mut [0; 6]).is_err());
        assert!(rows.write(0, &mut [0; 5]).is_err());
        assert!(RgbRows::new(&picture.clone().with_range(Range::Video)).is_err());
    }
}
