//! Interleaved pixels to the bands of components: full-range BT.601, color averaged over 2x2 where it is halved.
//! The portable kernel, and the choice of the fast one; both give exactly the same.

use super::component::Component;
use super::planes::Sampling;
use super::transform::Kernel;
use crate::error::Result;
use crate::image::Image;
use crate::limits::zeroed;

/// Weights of red, green and blue, of 2^15 (JFIF 1.02). Those of brightness make 2^15, those of color nothing.
pub(super) const LUMA: [i16; 3] = [9_798, 19_235, 3_735];
pub(super) const BLUE: [i16; 3] = [-5_529, -10_855, 16_384];
pub(super) const RED: [i16; 3] = [16_384, -13_720, -2_664];

/// Half of the range, and what rounds, of 2^15; and the same for sums of four pixels.
pub(super) const CENTER: i32 = (128 << 15) + (1 << 14);
pub(super) const HALF_CENTER: i32 = CENTER << 2;

pub(super) struct Converter {
    kernel: Kernel,
    sampling: Sampling,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

impl Converter {
    pub(super) fn new(width: u32, sampling: Sampling) -> Result<Self> {
        let chroma = match sampling {
            Sampling::Gray => 0,
            Sampling::Half => width.div_ceil(2),
            Sampling::Full => width,
        };
        let luma = if sampling == Sampling::Gray { 0 } else { width };
        let kernel = Kernel::detect();
        let (luma, blue, red) = (zeroed(luma.into())?, zeroed(chroma.into())?, zeroed(chroma.into())?);
        Ok(Self { kernel, sampling, luma, blue, red })
    }

    /// Feeds all rows of the picture to its components: one, or three with color.
    pub(super) fn take(&mut self, image: &Image, components: &mut [Component]) -> Result<()> {
        let rows = Rows { bytes: image.data(), len: image.row_bytes(), count: image.height() as usize };
        match (components, self.sampling) {
            ([luma, blue, red], Sampling::Half) => self.half(&rows, luma, blue, red),
            ([luma, blue, red], _) => self.full(&rows, luma, blue, red),
            ([luma, ..], _) => gray(&rows, luma),
            ([], _) => Ok(()),
        }
    }

    fn full(&mut self, rows: &Rows, luma: &mut Component, blue: &mut Component, red: &mut Component) -> Result<()> {
        for top in (0..rows.count).step_by(8) {
            for y in 0..8 {
                let row = rows.get(top + y);
                self.kernel.luma(row, &mut self.luma);
                self.kernel.chroma(row, &mut self.blue, &mut self.red);
                luma.band().set(y, &self.luma);
                blue.band().set(y, &self.blue);
                red.band().set(y, &self.red);
            }
            luma.finish_band()?;
            blue.finish_band()?;
            red.finish_band()?;
        }
        Ok(())
    }

    fn half(&mut self, rows: &Rows, luma: &mut Component, blue: &mut Component, red: &mut Component) -> Result<()> {
        for top in (0..rows.count).step_by(16) {
            for pair in 0..8 {
                let (upper, lower) = (rows.get(top + pair * 2), rows.get(top + pair * 2 + 1));
                self.kernel.half_chroma(upper, lower, &mut self.blue, &mut self.red);
                blue.band().set(pair, &self.blue);
                red.band().set(pair, &self.red);
            }
            for top in (top..rows.count.min(top + 16)).step_by(8) {
                for y in 0..8 {
                    self.kernel.luma(rows.get(top + y), &mut self.luma);
                    luma.band().set(y, &self.luma);
                }
                luma.finish_band()?;
            }
            blue.finish_band()?;
            red.finish_band()?;
        }
        Ok(())
    }
}

fn gray(rows: &Rows, luma: &mut Component) -> Result<()> {
    for top in (0..rows.count).step_by(8) {
        for y in 0..8 {
            luma.band().set(y, rows.get(top + y));
        }
        luma.finish_band()?;
    }
    Ok(())
}

/// Interleaved rows without padding.
struct Rows<'a> {
    bytes: &'a [u8],
    len: usize,
    count: usize,
}

impl<'a> Rows<'a> {
    /// Row `y`, or the last one below the picture.
    fn get(&self, y: usize) -> &'a [u8] {
        let start = y.min(self.count.saturating_sub(1)) * self.len;
        self.bytes.get(start..start + self.len).unwrap_or_default()
    }
}

impl Kernel {
    fn luma(self, row: &[u8], luma: &mut [u8]) {
        match self {
            Self::Portable => luma_of(row, luma),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::color::luma(row, luma),
        }
    }

    fn chroma(self, row: &[u8], blue: &mut [u8], red: &mut [u8]) {
        match self {
            Self::Portable => chroma_of(row, blue, red),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::color::chroma(row, blue, red),
        }
    }

    fn half_chroma(self, upper: &[u8], lower: &[u8], blue: &mut [u8], red: &mut [u8]) {
        match self {
            Self::Portable => half_chroma_of(upper, lower, blue, red),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::color::half_chroma(upper, lower, blue, red),
        }
    }
}

pub(super) fn luma_of(row: &[u8], luma: &mut [u8]) {
    let (pixels, _) = row.as_chunks::<3>();
    for (to, pixel) in luma.iter_mut().zip(pixels) {
        *to = byte((weighted(pixel.map(i32::from), LUMA) + (1 << 14)) >> 15);
    }
}

pub(super) fn chroma_of(row: &[u8], blue: &mut [u8], red: &mut [u8]) {
    let (pixels, _) = row.as_chunks::<3>();
    for ((pixel, blue), red) in pixels.iter().zip(blue).zip(red) {
        let pixel = pixel.map(i32::from);
        *blue = byte((weighted(pixel, BLUE) + CENTER) >> 15);
        *red = byte((weighted(pixel, RED) + CENTER) >> 15);
    }
}

/// The mean of 2x2 pixels, rounded once. The last column of an odd width counts twice.
pub(super) fn half_chroma_of(upper: &[u8], lower: &[u8], blue: &mut [u8], red: &mut [u8]) {
    let (upper, lower) = (upper.chunks(6), lower.chunks(6));
    for (((upper, lower), blue), red) in upper.zip(lower).zip(blue).zip(red) {
        let sum = |channel| {
            let of = |row: &[u8], place| i32::from(row.get(place).or(row.get(channel)).copied().unwrap_or_default());
            of(upper, channel) + of(upper, channel + 3) + of(lower, channel) + of(lower, channel + 3)
        };
        let pixel = [sum(0), sum(1), sum(2)];
        *blue = byte((weighted(pixel, BLUE) + HALF_CENTER) >> 17);
        *red = byte((weighted(pixel, RED) + HALF_CENTER) >> 17);
    }
}

fn weighted(pixel: [i32; 3], weights: [i16; 3]) -> i32 {
    pixel.into_iter().zip(weights).map(|(value, weight)| value * i32::from(weight)).sum()
}

fn byte(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    #[test]
    fn weights_make_a_whole() {
        assert_eq!(LUMA.map(i32::from).iter().sum::<i32>(), 1 << 15);
        assert_eq!(BLUE.map(i32::from).iter().sum::<i32>(), 0);
        assert_eq!(RED.map(i32::from).iter().sum::<i32>(), 0);
    }

    #[test]
    fn known_colors() {
        let row = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        let (mut luma, mut blue, mut red) = ([0; 4], [0; 4], [0; 4]);
        luma_of(&row, &mut luma);
        chroma_of(&row, &mut blue, &mut red);
        assert_eq!((luma, blue, red), ([76, 150, 29, 255], [85, 44, 255, 128], [255, 21, 107, 128]));
        let (mut blue, mut red) = ([0; 1], [0; 1]);
        half_chroma_of(&[255, 0, 0], &[0, 0, 0], &mut blue, &mut red);
        assert_eq!((blue, red), ([106], [192]));
    }

    #[test]
    fn kernels_agree_to_the_bit() {
        let mut noise = Noise::new(11);
        for width in (1..100).chain([1000]) {
            let mut row = || {
                (0..width * 3)
                    .map(|_| match noise.byte() {
                        0..60 => 0,
                        200.. => 255,
                        other => other,
                    })
                    .collect()
            };
            let (upper, lower): (Vec<u8>, Vec<u8>) = (row(), row());
            let run = |kernel: Kernel| {
                let mut planes = [(); 5].map(|()| vec![0; width]);
                let [luma, blue, red, half_blue, half_red] = &mut planes;
                kernel.luma(&upper, luma);
                kernel.chroma(&upper, blue, red);
                let half = width.div_ceil(2);
                kernel.half_chroma(&upper, &lower, &mut half_blue[..half], &mut half_red[..half]);
                planes
            };
            assert_eq!(run(Kernel::Portable), run(Kernel::detect()), "{width}");
        }
    }
}
