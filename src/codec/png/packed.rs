//! A palette and its picture packed as PNG stores them. Chooses no color.

use png::BitDepth;

use crate::codec::palette::{MAX_COLORS, Palette};
use crate::error::Result;
use crate::limits::reserve;

pub(super) struct Packed {
    colors: Vec<[u8; 4]>,
    indices: Vec<u8>,
    depth: BitDepth,
}

impl Packed {
    pub(super) fn of(palette: &Palette, (width, height): (u32, u32)) -> Result<Self> {
        let (colors, places) = transparent_first(palette.colors());
        let depth = depth(colors.len());
        let (width, bits) = (width as usize, depth as usize);
        let mut indices = reserve((width * bits).div_ceil(8) as u64 * u64::from(height))?;
        for row in palette.indices(width) {
            pack(row.iter().map(|number| places[usize::from(*number)]), bits, &mut indices);
        }
        Ok(Self { colors, indices, depth })
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

/// `tRNS` ends with the last color that is not opaque: those come first. Also says the new place of each old number.
fn transparent_first(palette: &[[u8; 4]]) -> (Vec<[u8; 4]>, [u8; MAX_COLORS]) {
    let mut order: Vec<_> = (0..=u8::MAX).zip(palette.iter().copied()).collect();
    order.sort_by_key(|(number, color)| (color[3] == 255, *number));
    let mut places = [0; MAX_COLORS];
    for (place, (number, _)) in (0..=u8::MAX).zip(&order) {
        places[usize::from(*number)] = place;
    }
    (order.into_iter().map(|(_, color)| color).collect(), places)
}

const fn depth(colors: usize) -> BitDepth {
    match colors {
        0..=2 => BitDepth::One,
        3..=4 => BitDepth::Two,
        5..=16 => BitDepth::Four,
        _ => BitDepth::Eight,
    }
}

/// One row, the first number in the highest bits.
fn pack(mut row: impl Iterator<Item = u8>, bits: usize, packed: &mut Vec<u8>) {
    if bits == 8 {
        packed.extend(row);
        return;
    }
    while let Some(first) = row.next() {
        let others = row.by_ref().take(8 / bits - 1).zip(2..);
        let byte = others.fold(first << (8 - bits), |byte, (number, place)| byte | number << (8 - bits * place));
        packed.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::encode::{Quality, Speed};
    use crate::codec::palette::Bands;
    use crate::image::{Image, Layout};

    fn exact(width: u32, layout: Layout, data: Vec<u8>) -> Option<Packed> {
        let image = Image::new(width, 1, layout, data).unwrap();
        let palette = Palette::of(&image, Quality::new(100.0).unwrap(), Speed::Balanced, Bands::Dithered).unwrap()?;
        Some(Packed::of(&palette, (width, 1)).unwrap())
    }

    #[test]
    fn packs_two_colors_into_bits() {
        let palette = exact(3, Layout::Rgb, [[255, 0, 0], [0, 0, 255], [255, 0, 0]].concat()).unwrap();
        assert_eq!(palette.colors(), [255, 0, 0, 0, 0, 255]);
        assert_eq!(palette.indices(), [0b0100_0000]);
        assert_eq!(palette.alpha(), None);
    }

    #[test]
    fn alpha_comes_first() {
        let palette = exact(3, Layout::GrayAlpha, vec![9, 255, 7, 128, 3, 255]).unwrap();
        assert_eq!(palette.colors(), [7, 7, 7, 9, 9, 9, 3, 3, 3]);
        assert_eq!(palette.alpha(), Some(vec![128]));
        assert_eq!(palette.indices(), [0b0100_1000]);
    }

    #[test]
    fn lossless_gives_up_at_the_257th_color() {
        for (count, fits) in [(256, true), (257, false)] {
            let data: Vec<u8> = (0..count).flat_map(|n: u32| [n.to_le_bytes()[0], n.to_le_bytes()[1], 7]).collect();
            assert_eq!(exact(count, Layout::Rgb, data).is_some(), fits);
        }
    }

    #[test]
    fn gray_is_packed_up_to_16_levels() {
        assert!(exact(16, Layout::Gray, (0..16).collect()).is_some());
        assert!(exact(17, Layout::Gray, (0..17).collect()).is_none());
    }
}
