//! What a picture looks like to an encoder: flat faces, soft passages, colored edges. Counts, and judges by counts.

use crate::codec::colors::rgba;
use crate::image::Image;

/// Every second row is looked at.
const STRIDE: usize = 2;
/// Neighbors that differ by no more than this are one passage.
const SOFT: u8 = 3;
/// A change of color, without that of brightness, that 4:2:0 smears.
const COLORED: u32 = 128;

pub(in crate::codec) struct Content {
    /// Pixels that were looked at, and the shares of all those.
    flat: f64,
    soft: f64,
    colored: f64,
    /// Pixels of the whole picture that differ from their neighbors.
    busy_pixels: f64,
    is_transparent: bool,
}

/// Of 76 reductions of screenshots, pages, drawings, logos and photographs to 640 and 1080 pixels at quality 75, those whose palette
/// was smaller than method 2: of the opaque ones text on plain ground, with 0.89 and more of flat and 0.028 and less of soft pixels; and
/// transparent ones with few soft pixels, at 0.22 to 0.5 of the bytes. Where much is soft 256 colors take up to 27 times the bytes.
const FLAT: f64 = 0.85;
const SOFT_MOST: f64 = 0.05;
/// Transparent: up to here nothing but a palette is tried, up to the next both. A logo with a soft shadow has 0.17 to 0.27, and the palette
/// 0.81 to 1.9 of the bytes.
const SOFT_SETTLED: f64 = 0.1;
const SOFT_TRIED: f64 = 0.3;
/// Red letters on blue have 0.14, a drawing in full colors 0.019, pages and screenshots up to 0.008. There a palette scores 93 and 90
/// where method 2 scores 17 and 74, at 1.13 and 1.07 times the bytes.
const COLORED_LEAST: f64 = 0.015;
/// Flat and soft pixels together: gradients have 0.9 and more, photographs 0.65 and less. Pages have as much, but few soft ones.
const SMOOTH: f64 = 0.9;
const SMOOTH_SOFT: f64 = 0.3;
/// Photographs have up to 0.3, screenshots and drawings 0.7 and more.
const PHOTOGRAPH_FLAT: f64 = 0.5;
/// Of 33 photographs at 640 pixels none had that much of both: 0.43 of flat with no colored edge, or 0.002 of colored edges with 0.03. Bars of saturated
/// gradients and a desktop with windows have 0.26 to 0.35, and 0.0004 to 0.0024; made as photographs are, the bars score 6 to 9 points less than Next's.
const DRAWING_FLAT: f64 = 0.25;
const DRAWING_COLORED: f64 = 0.0003;
/// Of eight reductions to 640 and 1080 pixels the five with more soft pixels have, by libaom's preset 7, x0.82 to x1.03 of the bytes that preset 8 takes at equal
/// SSIMULACRA2, x0.90 on the mean; two with 0.05 x0.96, a terminal with 0.03 x1.03. A drawing with transparency has x0.78, a picture with it x0.99. All
/// take 1.3 to 2.7 times the CPU.
const PASSAGES: f64 = 0.055;
/// Bytes of a palette's file to each busy pixel at quality 75. Where it is the smaller one it has 0.22 to 0.32, the next one that is not
/// 0.35, colored ones 0.48 to 0.53.
const BYTES: f64 = 0.3;
const BYTES_COLORED: f64 = 0.6;

impl Content {
    pub(super) fn of(image: &Image) -> Self {
        let mut counts = Counts::default();
        for (above, row) in image.rows().zip(image.rows().skip(1)).step_by(STRIDE) {
            counts.add(above, row, image.layout().channels());
        }
        let Counts { seen, flat, even, soft, colored } = counts;
        let share = |count: u32| f64::from(count) / f64::from(seen.max(1));
        let pixels = f64::from(image.width()) * f64::from(image.height());
        let busy_pixels = pixels * (1.0 - share(even));
        let is_transparent = !image.is_opaque();
        Self { flat: share(flat), soft: share(soft), colored: share(colored), busy_pixels, is_transparent }
    }

    /// Says that 256 colors may be smaller than a lossy file, or far better.
    pub(super) fn may_have_palette(&self) -> bool {
        if self.is_transparent {
            return self.soft <= SOFT_TRIED;
        }
        self.is_colored() || self.flat >= FLAT && self.soft <= SOFT_MOST
    }

    /// Says that a palette's file of so many bytes needs no other one beside it.
    pub(super) fn is_settled_by(&self, palette_bytes: usize, share_of_75: f64) -> bool {
        if self.is_transparent {
            return self.soft <= SOFT_SETTLED;
        }
        let bytes = if self.is_colored() { BYTES_COLORED } else { BYTES };
        palette_bytes as f64 <= self.busy_pixels * bytes * share_of_75
    }

    pub(super) const fn is_transparent(&self) -> bool {
        self.is_transparent
    }

    /// Says that a sensor made it: that never has the same color twice, pixel by pixel.
    pub(super) fn is_photograph(&self) -> bool {
        let is_drawing = self.flat >= DRAWING_FLAT && self.colored >= DRAWING_COLORED;
        !self.is_transparent && !is_drawing && self.flat <= PHOTOGRAPH_FLAT
    }

    /// Says that shades or transparency may be seen beside faces and letters.
    pub(super) const fn has_passages(&self) -> bool {
        self.is_transparent || self.soft >= PASSAGES
    }

    /// Says that there is nothing but faces and passages, on which the smallest error shows.
    pub(super) fn is_smooth(&self) -> bool {
        self.soft >= SMOOTH_SOFT && self.flat + self.soft >= SMOOTH
    }

    /// Says that averaged colors would show.
    pub(super) fn is_colored(&self) -> bool {
        self.colored >= COLORED_LEAST
    }
}

#[derive(Default)]
struct Counts {
    seen: u32,
    /// Like the left neighbor, and like the upper one too.
    flat: u32,
    even: u32,
    soft: u32,
    colored: u32,
}

impl Counts {
    fn add(&mut self, above: &[u8], row: &[u8], channels: usize) {
        let mut pixels = row.chunks_exact(channels);
        let Some(mut left) = pixels.next() else { return };
        for (pixel, above) in pixels.zip(above.chunks_exact(channels).skip(1)) {
            self.seen += 1;
            if pixel == left {
                self.flat += 1;
                self.even += u32::from(pixel == above);
                continue;
            }
            let (one, other) = (rgba(left), rgba(pixel));
            self.soft += u32::from(contrast(one, other) <= SOFT);
            self.colored += u32::from(color_contrast(one, other) > COLORED);
            left = pixel;
        }
    }
}

fn contrast(one: [u8; 4], other: [u8; 4]) -> u8 {
    one.iter().zip(other).fold(0, |most, (one, other)| most.max(one.abs_diff(other)))
}

fn color_contrast(one: [u8; 4], other: [u8; 4]) -> u32 {
    let [red, green, blue] = [0, 1, 2].map(|sample: usize| i32::from(one[sample]) - i32::from(other[sample]));
    (red - green).unsigned_abs() + (blue - green).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Layout;

    fn content(pixel: impl Fn(u32, u32) -> [u8; 3]) -> Content {
        let data = (0..64 * 64).flat_map(|at| pixel(at % 64, at / 64)).collect();
        Content::of(&Image::new(64, 64, Layout::Rgb, data).unwrap())
    }

    #[test]
    fn letters_on_paper_may_have_a_palette_and_gradients_may_not() {
        let letters = content(|x, y| if x % 16 == 3 && y > 20 { [20; 3] } else { [250; 3] });
        assert!(letters.may_have_palette() && !letters.is_colored());
        let gradient = content(|x, y| [(x + y).to_le_bytes()[0]; 3]);
        assert!(!gradient.may_have_palette());
    }

    #[test]
    fn flat_and_transparent_pictures_are_no_photographs() {
        let textured = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0];
        assert!(content(|x, y| [textured(64 * y + x); 3]).is_photograph());
        assert!(!content(|_, _| [7; 3]).is_photograph());
        assert!(!content(|x, y| if x < 40 { [255; 3] } else { [textured(64 * y + x); 3] }).is_photograph());
        let data = (0..4 * 64 * 64).map(textured).collect();
        assert!(!Content::of(&Image::new(64, 64, Layout::Rgba, data).unwrap()).is_photograph());
    }

    #[test]
    fn shades_beside_faces_are_no_photograph_where_an_edge_is_colored() {
        let textured = |x: u32, y: u32| ((64 * y + x).wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0];
        let beside = |face: [u8; 3]| content(move |x, y| if x < 24 { face } else { [textured(x, y); 3] });
        assert!(beside([255; 3]).is_photograph());
        assert!(!beside([255, 0, 0]).is_photograph());
    }

    #[test]
    fn red_on_blue_is_colored_and_black_on_white_is_not() {
        let stripes = |a: [u8; 3], b: [u8; 3]| content(move |x, _| if x % 4 < 2 { a } else { b });
        assert!(stripes([255, 0, 0], [0, 0, 255]).is_colored());
        assert!(!stripes([0; 3], [255; 3]).is_colored());
    }

    #[test]
    fn what_is_transparent_is_settled_unless_it_is_soft() {
        let of = |alpha: fn(u8) -> u8| {
            let data = (0..64).flat_map(|_| (0..64).flat_map(|x| [200, 40, 60, alpha(x)])).collect();
            Content::of(&Image::new(64, 64, Layout::Rgba, data).unwrap())
        };
        let hard = of(|x| if x < 30 { 0 } else { 255 });
        assert!(hard.may_have_palette() && hard.is_settled_by(usize::MAX, 1.0));
        let shadow = of(|x| x.min(12) * 2);
        assert!(shadow.may_have_palette() && !shadow.is_settled_by(1, 1.0));
        let soft = of(|x| x * 2);
        assert!(!soft.may_have_palette() && soft.is_smooth());
    }
}
