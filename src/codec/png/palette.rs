//! The colors of a picture that has few of them, and the picture as numbers into them. Exact: no color is changed.

use png::BitDepth;

use crate::codec::colors::{Colors, rgba};
use crate::error::Result;
use crate::image::{Image, Layout};
use crate::limits::reserve;

pub(super) struct Palette {
    colors: Vec<[u8; 4]>,
    indices: Vec<u8>,
    depth: BitDepth,
}

impl Palette {
    /// `None` where the picture has more than 256 colors, or is gray, which is as small by itself.
    pub(super) fn of(image: &Image) -> Result<Option<Self>> {
        let channels = match image.layout() {
            Layout::Rgb => 3,
            Layout::Rgba => 4,
            Layout::Gray | Layout::GrayAlpha | Layout::Cmyk => return Ok(None),
        };
        let pixels = image.data().chunks_exact(channels).map(color);
        let Some(numbers) = Colors::of(pixels) else { return Ok(None) };
        let colors = numbers.in_order();
        let depth = depth(colors.len());
        let indices = pack(image, channels, &numbers, depth)?;
        Ok(Some(Self { colors, indices, depth }))
    }

    pub(super) const fn depth(&self) -> BitDepth {
        self.depth
    }

    /// Rows of packed numbers, as PNG stores them.
    pub(super) fn indices(&self) -> &[u8] {
        &self.indices
    }

    pub(super) fn colors(&self) -> Vec<u8> {
        self.colors.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect()
    }

    /// Alpha of each color, up to the last that is not opaque.
    pub(super) fn alpha(&self) -> Option<Vec<u8>> {
        let last = self.colors.iter().rposition(|color| color[3] != 255)?;
        Some(self.colors.iter().take(last + 1).map(|color| color[3]).collect())
    }
}

/// What cannot be seen is one color.
fn color(pixel: &[u8]) -> [u8; 4] {
    match rgba(pixel) {
        [_, _, _, 0] => [0; 4],
        color => color,
    }
}

const fn depth(colors: usize) -> BitDepth {
    match colors {
        0..=2 => BitDepth::One,
        3..=4 => BitDepth::Two,
        5..=16 => BitDepth::Four,
        _ => BitDepth::Eight,
    }
}

fn pack(image: &Image, channels: usize, numbers: &Colors, depth: BitDepth) -> Result<Vec<u8>> {
    let bits = depth as usize;
    let row_bytes = (image.width() as usize * bits).div_ceil(8);
    let mut packed = reserve(row_bytes as u64 * u64::from(image.height()))?;
    for row in image.rows() {
        for group in row.chunks(channels * (8 / bits)) {
            let mut byte = 0;
            for (place, pixel) in group.chunks_exact(channels).enumerate() {
                let number = numbers.number(color(pixel));
                byte |= number << (8 - bits * (place + 1));
            }
            packed.push(byte);
        }
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_two_colors_into_bits() {
        let data = [[255, 0, 0], [0, 0, 255], [255, 0, 0]].concat();
        let palette = Palette::of(&Image::new(3, 1, Layout::Rgb, data).unwrap()).unwrap().unwrap();
        assert_eq!(palette.colors(), [255, 0, 0, 0, 0, 255]);
        assert_eq!(palette.indices(), [0b0100_0000]);
        assert_eq!(palette.alpha(), None);
    }

    #[test]
    fn gives_up_at_the_257th_color() {
        let color = |n: u32| [n.to_le_bytes()[0], n.to_le_bytes()[1], 7];
        for (count, fits) in [(256, true), (257, false)] {
            let data: Vec<u8> = (0..count).flat_map(color).collect();
            let palette = Palette::of(&Image::new(count, 1, Layout::Rgb, data).unwrap()).unwrap();
            assert_eq!(palette.is_some(), fits);
        }
    }
}
