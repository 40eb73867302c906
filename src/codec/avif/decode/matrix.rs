//! From coded samples to red, green and blue of 0 to 1: range and matrix (ITU-T H.273, 8.3).

use crate::codec::avif::container::{Cicp, Coding};
use crate::error::{Error, Result};

/// Red, green and blue of one pixel.
pub(in crate::codec) type Rgb = [f32; 3];

/// How much of red and of blue there is in luma.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Matrix {
    Weights {
        red: f32,
        blue: f32,
    },
    /// Green, blue and red as they are.
    Identity,
    YCgCo,
    Gray,
}

/// Turns samples into numbers: luma of 0 to 1, chroma around 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    luma: (f32, f32),
    chroma: (f32, f32),
}

impl Range {
    pub(super) fn new(bit_depth: u8, is_full: bool) -> Self {
        let unit = f32::from(1_u16 << bit_depth.saturating_sub(8).min(4));
        let most = 256.0 * unit - 1.0;
        if is_full {
            return Self { luma: (0.0, 1.0 / most), chroma: (128.0 * unit, 1.0 / most) };
        }
        Self { luma: (16.0 * unit, 1.0 / (219.0 * unit)), chroma: (128.0 * unit, 1.0 / (224.0 * unit)) }
    }

    pub(super) fn luma(self, sample: f32) -> f32 {
        (sample - self.luma.0) * self.luma.1
    }

    fn chroma(self, sample: f32) -> f32 {
        (sample - self.chroma.0) * self.chroma.1
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Mixer {
    range: Range,
    matrix: Matrix,
}

impl Mixer {
    pub(super) fn new(coding: Coding, cicp: Cicp) -> Result<Self> {
        let matrix = if coding.is_gray { Matrix::Gray } else { matrix(cicp)? };
        if matrix == Matrix::Identity && coding.halves != (false, false) {
            return Err(Error::input("the picture", "colors without a matrix at full size", "halved ones"));
        }
        Ok(Self { range: Range::new(coding.bit_depth, cicp.is_full_range), matrix })
    }

    pub(super) fn is_gray(&self) -> bool {
        self.matrix == Matrix::Gray
    }

    /// May leave 0 to 1 a little.
    #[inline]
    pub(super) fn mix(&self, [luma, first, second]: [f32; 3]) -> Rgb {
        let luma = self.range.luma(luma);
        match self.matrix {
            Matrix::Weights { red: red_part, blue: blue_part } => {
                let (cb, cr) = (self.range.chroma(first), self.range.chroma(second));
                let red = luma + 2.0 * (1.0 - red_part) * cr;
                let blue = luma + 2.0 * (1.0 - blue_part) * cb;
                [red, (luma - red_part * red - blue_part * blue) / (1.0 - red_part - blue_part), blue]
            }
            Matrix::Gray => [luma; 3],
            Matrix::Identity => [self.range.luma(second), luma, self.range.luma(first)],
            Matrix::YCgCo => {
                let (cg, co) = (self.range.chroma(first), self.range.chroma(second));
                let rest = luma - cg;
                [rest + co, luma + cg, rest - co]
            }
        }
    }
}

fn matrix(cicp: Cicp) -> Result<Matrix> {
    let weights = |red, blue| Ok(Matrix::Weights { red, blue });
    match (cicp.matrix, cicp.primaries) {
        (0, _) => Ok(Matrix::Identity),
        (1, _) | (12, 1 | 2) => weights(0.2126, 0.0722),
        // Unsaid is BT.601, as libavif and browsers have it.
        (2 | 5 | 6, _) => weights(0.299, 0.114),
        (4, _) => weights(0.30, 0.11),
        (7, _) => weights(0.212, 0.087),
        (8, _) => Ok(Matrix::YCgCo),
        (9, _) | (12, 9) => weights(0.2627, 0.0593),
        // What the primaries of SMPTE RP 431 under D65 lead to.
        (12, 11 | 12) => weights(0.228_975, 0.079_287),
        (other, _) => Err(Error::unsupported("the picture", "a matrix of colors that is decoded", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::avif::container::Codec;

    const CODING: Coding = Coding { codec: Codec::Av1, bit_depth: 8, is_gray: false, halves: (false, false) };

    fn mixed(matrix: u16, is_full_range: bool, bit_depth: u8, samples: [f32; 3]) -> [i32; 3] {
        let cicp = Cicp { primaries: 1, transfer: 13, matrix, is_full_range };
        let mixer = Mixer::new(Coding { bit_depth, ..CODING }, cicp).unwrap();
        #[expect(clippy::cast_possible_truncation)]
        mixer.mix(samples).map(|value| (value * 255.0).round() as i32)
    }

    #[test]
    fn ends_of_the_range_are_black_and_white() {
        for matrix in [1, 2, 5, 6, 7, 9, 8, 4] {
            assert_eq!(mixed(matrix, false, 8, [16.0, 128.0, 128.0]), [0; 3]);
            assert_eq!(mixed(matrix, false, 10, [940.0, 512.0, 512.0]), [255; 3]);
            assert_eq!(mixed(matrix, true, 12, [4095.0, 2048.0, 2048.0]), [255; 3]);
        }
    }

    /// BT.601 and BT.709 red, as the recommendations have it.
    #[test]
    fn red_is_red() {
        assert_eq!(mixed(6, false, 8, [81.48, 90.2, 240.0]), [255, 0, 0]);
        assert_eq!(mixed(1, false, 8, [62.56, 102.33, 240.0]), [255, 0, 0]);
        assert_eq!(mixed(0, true, 8, [10.0, 20.0, 255.0]), [255, 10, 20]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let cicp = Cicp { primaries: 1, transfer: 13, matrix: 14, is_full_range: true };
        assert!(matches!(Mixer::new(CODING, cicp), Err(Error::Unsupported(_))));
        let halved = Coding { halves: (true, true), ..CODING };
        assert!(matches!(Mixer::new(halved, Cicp { matrix: 0, ..cicp }), Err(Error::Input(_))));
    }
}
