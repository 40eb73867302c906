//! What SVT-AV1 takes: 4:2:0 planes of 10-bit samples, full range, BT.601.

use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;
use crate::planes::{Plane, Planes, Range, Subsampling};

/// Weights of red, green and blue (JFIF 1.02) from 8 to 10 bits: times 1023/255, of 2^16. Those of color make nothing.
const LUMA_WEIGHTS: [i32; 3] = [78_612, 154_331, 29_972];
const BLUE_WEIGHTS: [i32; 3] = [-44_363, -87_094, 131_457];
const RED_WEIGHTS: [i32; 3] = [131_457, -110_079, -21_378];
const WEIGHT_BITS: u32 = 16;

/// Colorless chroma (ITU-T H.273, equation 8.3 for the full range).
const NEUTRAL: u16 = 512;
const WHITE: u16 = 1_023;

pub(super) struct Samples {
    size: (u32, u32),
    luma: Vec<u16>,
    chroma: [Vec<u16>; 2],
}

impl Samples {
    /// Gray or 4:2:0 planes, widened.
    pub(super) fn from_planes(picture: Planes) -> Result<Self> {
        let size = (picture.width(), picture.height());
        let (luma, chroma) = picture.with_range(Range::Full).into_planes();
        let chroma = match chroma {
            Some((Subsampling::BOTH, [blue, red])) => [widened(&blue, &CHROMA)?, widened(&red, &CHROMA)?],
            Some((other, _)) => return Err(Error::internal(format!("{other:?} for SVT-AV1"))),
            None => [neutral(size)?, neutral(size)?],
        };
        Ok(Self { size, luma: widened(&luma, &LUMA)?, chroma })
    }

    /// RGB or gray pixels. Chroma is the mean of 2x2; the last column and row of odd sides count twice.
    pub(super) fn from_pixels(image: &Image) -> Result<Self> {
        let size = (image.width(), image.height());
        match image.layout() {
            Layout::Gray => {
                let mut luma = reserve(image.data().len() as u64)?;
                luma.extend(image.data().iter().map(|sample| LUMA[usize::from(*sample)]));
                Ok(Self { size, luma, chroma: [neutral(size)?, neutral(size)?] })
            }
            Layout::Rgb => {
                let (width, height) = Subsampling::BOTH.size(size);
                let room = Plane::bytes(width, height);
                let (mut blue, mut red) = (reserve(room)?, reserve(room)?);
                let mut luma = reserve(Plane::bytes(size.0, size.1))?;
                luma.extend(image.data().as_chunks().0.iter().map(|pixel| luma_of(*pixel)));
                for pair in image.data().chunks(image.row_bytes() * 2) {
                    let (upper, lower) = pair.split_at(image.row_bytes());
                    halve(upper, if lower.is_empty() { upper } else { lower }, &mut blue, &mut red);
                }
                Ok(Self { size, luma, chroma: [blue, red] })
            }
            other => Err(Error::internal(format!("{other:?} pixels for SVT-AV1"))),
        }
    }

    pub(super) const fn size(&self) -> (u32, u32) {
        self.size
    }

    pub(super) fn luma(&self) -> &[u16] {
        &self.luma
    }

    pub(super) fn chroma(&self) -> [&[u16]; 2] {
        [&self.chroma[0], &self.chroma[1]]
    }

    pub(super) const fn luma_width(&self) -> u32 {
        self.size.0
    }

    pub(super) const fn chroma_width(&self) -> u32 {
        Subsampling::BOTH.size(self.size).0
    }
}

fn luma_of(pixel: [u8; 3]) -> u16 {
    sample(weighted(pixel.map(i32::from), LUMA_WEIGHTS), WEIGHT_BITS, 0)
}

/// One row of each chroma plane from two rows of pixels.
fn halve(upper: &[u8], lower: &[u8], blue: &mut Vec<u16>, red: &mut Vec<u16>) {
    for (upper, lower) in upper.chunks(6).zip(lower.chunks(6)) {
        let sum = |channel: usize| {
            let of = |row: &[u8], at: usize| i32::from(row.get(at).or(row.get(channel)).copied().unwrap_or_default());
            of(upper, channel) + of(upper, channel + 3) + of(lower, channel) + of(lower, channel + 3)
        };
        let pixel = [sum(0), sum(1), sum(2)];
        blue.push(sample(weighted(pixel, BLUE_WEIGHTS), WEIGHT_BITS + 2, NEUTRAL));
        red.push(sample(weighted(pixel, RED_WEIGHTS), WEIGHT_BITS + 2, NEUTRAL));
    }
}

/// A sum of weighted samples, rounded.
fn sample(sum: i32, shift: u32, center: u16) -> u16 {
    let rounded = ((sum + (1 << (shift - 1))) >> shift) + i32::from(center);
    u16::try_from(rounded.clamp(0, i32::from(WHITE))).unwrap_or_default()
}

fn weighted(pixel: [i32; 3], weights: [i32; 3]) -> i32 {
    pixel.into_iter().zip(weights).map(|(value, weight)| value * weight).sum()
}

fn widened(plane: &Plane, table: &[u16; 256]) -> Result<Vec<u16>> {
    let mut samples = reserve(plane.data().len() as u64)?;
    samples.extend(plane.data().iter().map(|sample| table[usize::from(*sample)]));
    Ok(samples)
}

fn neutral(size: (u32, u32)) -> Result<Vec<u16>> {
    let (width, height) = Subsampling::BOTH.size(size);
    let len = Plane::bytes(width, height);
    let mut samples = reserve(len)?;
    samples.resize(usize::try_from(len).unwrap_or_default(), NEUTRAL);
    Ok(samples)
}

static LUMA: [u16; 256] = table(0, 0);
static CHROMA: [u16; 256] = table(128, NEUTRAL);

/// 8-bit samples to 10-bit ones, rounded: `center` becomes `wide_center`.
const fn table(center: i32, wide_center: u16) -> [u16; 256] {
    let mut table = [0; 256];
    let mut sample = 0_u16;
    while sample < 256 {
        let distance = (sample as i32 - center) * WHITE as i32;
        let rounded = (distance + if distance < 0 { -127 } else { 127 }) / 255 + wide_center as i32;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between -2 and 1022, raised to 0")]
        let wide = if rounded < 0 { 0 } else { rounded as u16 };
        table[sample as usize] = wide;
        sample += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(pixel: [u8; 3], width: u32, height: u32) -> Image {
        let data = std::iter::repeat_n(pixel, (width * height) as usize).flatten().collect();
        Image::new(width, height, Layout::Rgb, data).unwrap()
    }

    fn all_equal(samples: &[u16], wanted: f64) -> bool {
        samples.iter().all(|found| (f64::from(*found) - wanted.clamp(0.0, 1023.0)).abs() < 0.6)
    }

    #[test]
    fn colors_are_those_of_the_standard() {
        for (width, height) in [(1, 1), (5, 3), (4, 2)] {
            for pixel in [[0; 3], [255; 3], [255, 0, 0], [0, 255, 0], [0, 0, 255], [1, 77, 200]] {
                let [r, g, b] = pixel.map(|value| f64::from(value) / 255.0);
                let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                let samples = Samples::from_pixels(&flat(pixel, width, height)).unwrap();
                let [blue, red] = samples.chroma();
                assert_eq!(blue.len(), (width.div_ceil(2) * height.div_ceil(2)) as usize);
                assert!(all_equal(samples.luma(), luma * 1023.0), "{pixel:?}: {:?}", samples.luma());
                assert!(all_equal(blue, 512.0 + (b - luma) / 1.772 * 1023.0), "{pixel:?}: {blue:?}");
                assert!(all_equal(red, 512.0 + (r - luma) / 1.402 * 1023.0), "{pixel:?}: {red:?}");
            }
        }
    }

    #[test]
    fn chroma_is_the_mean_of_four_pixels() {
        let [black, blue] = [[0; 3], [0, 0, 255]];
        let data = [black, blue, black, black].concat();
        let samples = Samples::from_pixels(&Image::new(2, 2, Layout::Rgb, data).unwrap()).unwrap();
        assert!(all_equal(samples.chroma()[0], 512.0 + 511.5 / 4.0));
    }

    #[test]
    fn planes_keep_their_ends_and_their_middle() {
        let plane = |data: &[u8]| Plane::new(2, 2, data.to_vec()).unwrap();
        let chroma = [plane(&[0, 128, 255, 64]), plane(&[128; 4])];
        let luma = Plane::new(4, 4, [[0; 8], [255; 8]].concat()).unwrap();
        let picture = Planes::color(luma, Subsampling::BOTH, chroma, Range::Full).unwrap();
        let samples = Samples::from_planes(picture).unwrap();
        assert_eq!((samples.luma()[0], samples.luma()[15]), (0, WHITE));
        assert_eq!(samples.chroma(), [&[0, NEUTRAL, 1021, 255][..], &[NEUTRAL; 4][..]]);
    }

    #[test]
    fn what_cannot_be_taken_is_refused() {
        let alpha = Image::new(1, 1, Layout::Rgba, vec![0; 4]).unwrap();
        assert!(Samples::from_pixels(&alpha).is_err());
        assert!(Samples::from_planes(Planes::zeroed((4, 4), Some(Subsampling::NONE), Range::Full).unwrap()).is_err());
    }
}
