//! What libaom takes: 8-bit planes one after another, full range, 4:4:4 by BT.601; or gray, with the neutral chroma of 4:2:0 that it never
//! looks at.

use super::cover::Cover;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;

/// Weights of red, green and blue for each plane (JFIF 1.02), of 2^16.
const WEIGHTS: [[i32; 3]; 3] = [[19_595, 38_470, 7_471], [-11_058, -21_710, 32_768], [32_768, -27_439, -5_329]];
const CENTERS: [i32; 3] = [0, 128, 128];
const NEUTRAL: u8 = 128;

pub(super) struct Samples {
    size: (u32, u32),
    data: Vec<u8>,
    is_gray: bool,
}

impl Samples {
    /// The colors of all but ink. Where nothing is seen of them, what is around takes their place: what a file hides would be coded otherwise.
    pub(super) fn colors(image: &Image) -> Result<Self> {
        let size = (image.width(), image.height());
        match image.layout() {
            Layout::Gray => Self::gray(image, image.data().iter().copied()),
            Layout::GrayAlpha => {
                let pixels = image.data().as_chunks().0;
                let cover = Cover::of(pixels.iter().map(|[gray, alpha]| ([*gray], *alpha)), size)?;
                let seen = |(at, [gray, alpha]): (usize, &[u8; 2])| if *alpha == 0 { cover.at(at)[0] } else { *gray };
                Self::gray(image, pixels.iter().enumerate().map(seen))
            }
            Layout::Rgb => Self::planes(image, &image.data().as_chunks::<3>().0.iter().copied()),
            Layout::Rgba => {
                let pixels = image.data().as_chunks().0;
                let apart = |[red, green, blue, alpha]: &[u8; 4]| ([*red, *green, *blue], *alpha);
                let cover = Cover::of(pixels.iter().map(apart), size)?;
                let seen = |(at, pixel)| match apart(pixel) {
                    (_, 0) => cover.at(at),
                    (color, _) => color,
                };
                Self::planes(image, &pixels.iter().enumerate().map(seen))
            }
            Layout::Cmyk => Err(Error::internal("ink for libaom")),
        }
    }

    /// What is opaque, and how much.
    pub(super) fn alpha(image: &Image) -> Result<Self> {
        let channels = image.layout().channels();
        let alphas = image.data().chunks_exact(channels).map(|pixel| pixel.last().copied().unwrap_or_default());
        Self::gray(image, alphas)
    }

    /// libaom's 4:2:0 has even sides.
    fn gray(image: &Image, mut samples: impl Iterator<Item = u8>) -> Result<Self> {
        let size = (image.width(), image.height());
        let (width, height) = (size.0.next_multiple_of(2), size.1.next_multiple_of(2));
        let len = pixels((width, height)) * 3 / 2;
        let mut data = reserve(len)?;
        for _ in 0..size.1 {
            data.extend(samples.by_ref().take(size.0 as usize));
            data.extend((size.0 < width).then_some(NEUTRAL));
        }
        data.resize(usize::try_from(len).unwrap_or_default(), NEUTRAL);
        Ok(Self { size, data, is_gray: true })
    }

    fn planes<I: Iterator<Item = [u8; 3]> + Clone>(image: &Image, pixels_of: &I) -> Result<Self> {
        let size = (image.width(), image.height());
        let mut data = reserve(pixels(size) * 3)?;
        for (weights, center) in WEIGHTS.into_iter().zip(CENTERS) {
            data.extend(pixels_of.clone().map(|pixel| sample(pixel, weights, center)));
        }
        Ok(Self { size, data, is_gray: false })
    }

    pub(super) const fn size(&self) -> (u32, u32) {
        self.size
    }

    pub(super) const fn is_gray(&self) -> bool {
        self.is_gray
    }

    /// C takes them without `const`.
    pub(super) fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }
}

fn pixels((width, height): (u32, u32)) -> u64 {
    u64::from(width) * u64::from(height)
}

#[expect(clippy::cast_sign_loss, reason = "clamped to a byte")]
fn sample(pixel: [u8; 3], weights: [i32; 3], center: i32) -> u8 {
    let sum: i32 = pixel.into_iter().zip(weights).map(|(value, weight)| i32::from(value) * weight).sum();
    (((sum + (1 << 15)) >> 16) + center).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_those_of_the_standard() {
        for pixel in [[0; 3], [255; 3], [255, 0, 0], [0, 255, 0], [0, 0, 255], [1, 77, 200]] {
            let image = Image::new(1, 1, Layout::Rgb, pixel.to_vec()).unwrap();
            let [r, g, b] = pixel.map(f64::from);
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            let wanted = [luma, 128.0 + (b - luma) / 1.772, 128.0 + (r - luma) / 1.402];
            for (found, wanted) in Samples::colors(&image).unwrap().data_mut().iter().zip(wanted) {
                assert!((f64::from(*found) - wanted.clamp(0.0, 255.0)).abs() < 0.51, "{pixel:?}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn alpha_and_colors_are_apart() {
        let image = Image::new(3, 1, Layout::Rgba, vec![9, 9, 9, 1, 9, 9, 9, 2, 9, 9, 9, 3]).unwrap();
        let mut alpha = Samples::alpha(&image).unwrap();
        assert!(alpha.is_gray());
        assert_eq!(alpha.data_mut(), [1, 2, 3, 128, 128, 128, 128, 128, 128, 128, 128, 128], "of 4x2");
        let mut colors = Samples::colors(&image).unwrap();
        assert_eq!((colors.is_gray(), colors.data_mut().len()), (false, 9));
        let hidden = Image::new(3, 1, Layout::GrayAlpha, vec![40, 255, 99, 0, 60, 1]).unwrap();
        assert_eq!(
            Samples::colors(&hidden).unwrap().data_mut()[..4],
            [40, 40, 60, 128],
            "what is hidden is the mean by alpha"
        );
        assert_eq!(Samples::alpha(&hidden).unwrap().data_mut()[..4], [255, 0, 1, 128]);
        let ink = Image::new(1, 1, Layout::Cmyk, vec![0; 4]).unwrap();
        assert!(Samples::colors(&ink).is_err());
    }
}
