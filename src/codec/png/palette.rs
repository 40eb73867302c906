//! A picture as numbers into at most 256 colors, packed as PNG stores it. Exact where it has no more; else quantized.

use png::BitDepth;

use super::quantize::{Quantized, Unique, quantize};
use crate::codec::encode::{Quality, Speed};
use crate::error::Result;
use crate::image::{Image, Layout};
use crate::limits::reserve;

const MAX_COLORS: usize = 256;
/// What k-means sees. With more the tables leave the cache of a core (at 2^17: 1 MB of slots, 1.5 MB of colors).
pub(super) const MAX_UNIQUE: usize = 1 << 17;

pub(super) struct Palette {
    colors: Vec<[u8; 4]>,
    indices: Vec<u8>,
    depth: BitDepth,
}

impl Palette {
    /// `None` where 256 colors are too few for the quality, or for gray, which is as small by itself above 16 levels.
    pub(super) fn of(image: &Image, quality: Quality, speed: Speed) -> Result<Option<Self>> {
        let Some(unique) = unique(image, quality)? else { return Ok(None) };
        if unique.colors().len() <= MAX_COLORS {
            let map = (0..=u8::MAX).take(unique.colors().len()).collect();
            return Self::pack(image, &unique, Quantized { palette: unique.colors().to_vec(), map }).map(Some);
        }
        let quantized = quantize(&unique, image.width(), quality, speed)?;
        quantized.map(|quantized| Self::pack(image, &unique, quantized)).transpose()
    }

    fn pack(image: &Image, unique: &Unique, quantized: Quantized) -> Result<Self> {
        let Quantized { palette, mut map } = quantized;
        let (colors, places) = transparent_first(&palette);
        for number in &mut map {
            *number = places[usize::from(*number)];
        }
        let depth = depth(colors.len());
        let indices = pack(image, unique.numbers(), &map, depth)?;
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

fn unique(image: &Image, quality: Quality) -> Result<Option<Unique>> {
    match image.layout() {
        Layout::Cmyk => Ok(None),
        Layout::Gray => Unique::exact(image, 16),
        _ if quality.get() == 100 => Unique::exact(image, MAX_COLORS),
        _ => Unique::merged(image, MAX_UNIQUE),
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

fn pack(image: &Image, numbers: &[u32], map: &[u8], depth: BitDepth) -> Result<Vec<u8>> {
    let (width, bits) = (image.width() as usize, depth as usize);
    let row_bytes = (width * bits).div_ceil(8);
    let mut packed = reserve(row_bytes as u64 * u64::from(image.height()))?;
    let index = |number: &u32| map.get(*number as usize).copied().unwrap_or_default();
    for row in numbers.chunks_exact(width) {
        if bits == 8 {
            packed.extend(row.iter().map(index));
            continue;
        }
        packed.extend(row.chunks(8 / bits).map(|group| {
            let places = group.iter().zip(1..);
            places.fold(0, |byte, (number, place)| byte | index(number) << (8 - bits * place))
        }));
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(width: u32, layout: Layout, data: Vec<u8>) -> Option<Palette> {
        let image = Image::new(width, 1, layout, data).unwrap();
        Palette::of(&image, Quality::new(100.0).unwrap(), Speed::Balanced).unwrap()
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
