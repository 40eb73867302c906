//! The different colors of a picture, how much each is seen, and the picture as numbers into them.
//! Exact until there are more than may be kept; then colors that differ in their lowest bits are one. Chooses no palette.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::smooth;
use crate::codec::colors::rgba;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::reserve;

/// Slots of the first table; it doubles as it fills to a half.
const FIRST_BITS: u32 = 10;
/// Noise with 4 bits a sample is 4096 opaque colors: what is still too many then has all alphas too, and is no picture.
const MAX_MERGED_BITS: u32 = 4;

pub(in crate::codec) struct Unique {
    colors: Vec<[u8; 4]>,
    weights: Vec<u64>,
    numbers: Vec<u32>,
}

impl Unique {
    /// The colors, or `None` where there are more than `max`.
    pub(in crate::codec) fn exact(image: &Image, max: usize) -> Result<Option<Self>> {
        Self::collect(image, Table::new(max, 0)?)
    }

    /// The colors, merged by as many low bits as bring them to `max`. Alpha is never merged.
    pub(in crate::codec) fn merged(image: &Image, max: usize) -> Result<Option<Self>> {
        Self::collect(image, Table::new(max, MAX_MERGED_BITS)?)
    }

    fn collect(image: &Image, mut table: Table) -> Result<Option<Self>> {
        let width = image.width() as usize;
        let mut numbers = reserve(u64::from(image.width()) * u64::from(image.height()))?;
        let (mut row, mut above) = (reserve(width as u64)?, reserve(width as u64)?);
        for samples in image.rows() {
            row.clear();
            row.extend(samples.chunks_exact(image.layout().channels()).map(seen));
            if above.is_empty() {
                above.extend_from_slice(&row);
            }
            if !table.count(&row, &above, &mut numbers)? {
                return Ok(None);
            }
            std::mem::swap(&mut row, &mut above);
        }
        Ok(Some(Self { colors: table.colors, weights: table.weights, numbers }))
    }

    pub(in crate::codec) fn colors(&self) -> &[[u8; 4]] {
        &self.colors
    }

    /// Pixels of each color, those of smooth places counted several times.
    pub(super) fn weights(&self) -> &[u64] {
        &self.weights
    }

    /// The number of each pixel's color.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Each pixel as a byte for the number of its color.
    pub(in crate::codec) fn mapped(&self, byte: impl Fn(u32) -> u8) -> Result<Vec<u8>> {
        let mut bytes = reserve(self.numbers.len() as u64)?;
        bytes.extend(self.numbers.iter().map(|number| byte(*number)));
        Ok(bytes)
    }
}

/// What cannot be seen is one color.
fn seen(pixel: &[u8]) -> [u8; 4] {
    match rgba(pixel) {
        [_, _, _, 0] => [0; 4],
        color => color,
    }
}

/// Open addressing over the colors found so far. The seed keeps a crafted picture from crowding one place, which would take
/// 2^33 steps; as numbers go by first appearance, the outcome is the same with any seed.
struct Table {
    /// Numbers plus one; zero is free.
    slots: Vec<u32>,
    bits: u32,
    seed: u64,
    max: usize,
    /// Low bits that are not looked at, and the most that they may become.
    merged_bits: u32,
    max_merged_bits: u32,
    colors: Vec<[u8; 4]>,
    weights: Vec<u64>,
}

impl Table {
    fn new(max: usize, max_merged_bits: u32) -> Result<Self> {
        let (slots, colors, weights) = (Vec::new(), Vec::new(), Vec::new());
        let seed = RandomState::new().build_hasher().finish() | 1;
        let mut table = Self { slots, bits: FIRST_BITS, seed, max, merged_bits: 0, max_merged_bits, colors, weights };
        table.rebuild(FIRST_BITS)?;
        Ok(table)
    }

    /// Counts a row, merging until it fits; `false` at one color too many.
    fn count(&mut self, row: &[[u8; 4]], above: &[[u8; 4]], numbers: &mut Vec<u32>) -> Result<bool> {
        while !self.has_room_for(row.len()) && self.merged_bits < self.max_merged_bits {
            self.merge(numbers)?;
        }
        self.try_count(row, above, numbers)
    }

    const fn has_room_for(&self, more: usize) -> bool {
        self.colors.len().saturating_add(more) <= self.max
    }

    /// Looks at one bit less from now on, and renumbers what was counted. The color that was seen first stands for the others.
    fn merge(&mut self, numbers: &mut [u32]) -> Result<()> {
        let mut next = Self::new(self.max, self.max_merged_bits)?;
        next.merged_bits = self.merged_bits + 1;
        let mut renumbered = reserve(self.colors.len() as u64)?;
        for (color, weight) in self.colors.iter().zip(&self.weights) {
            let number = next.number(*color)?.unwrap_or_default();
            if let Some(sum) = next.weights.get_mut(number as usize) {
                *sum += weight;
            }
            renumbered.push(number);
        }
        for number in numbers {
            *number = renumbered.get(*number as usize).copied().unwrap_or_default();
        }
        *self = next;
        Ok(())
    }

    fn try_count(&mut self, row: &[[u8; 4]], above: &[[u8; 4]], numbers: &mut Vec<u32>) -> Result<bool> {
        let Some(&first) = row.first() else { return Ok(true) };
        let (mut left, mut number) = (first, None);
        for (&color, &above) in row.iter().zip(above) {
            let known = number.filter(|_| color == left);
            let Some(current) = known.map_or_else(|| self.number(color), |known| Ok(Some(known)))? else {
                return Ok(false);
            };
            if let Some(weight) = self.weights.get_mut(current as usize) {
                *weight += smooth::weight(color, left, above);
            }
            numbers.push(current);
            (left, number) = (color, Some(current));
        }
        Ok(true)
    }

    fn number(&mut self, color: [u8; 4]) -> Result<Option<u32>> {
        let mask = self.slots.len() - 1;
        let mut place = self.place(color);
        while let Some(&slot) = self.slots.get(place).filter(|slot| **slot != 0) {
            if self.colors.get(slot as usize - 1).is_some_and(|known| self.key(*known) == self.key(color)) {
                return Ok(Some(slot - 1));
            }
            place = (place + 1) & mask;
        }
        if self.colors.len() == self.max {
            return Ok(None);
        }
        self.add(place, color).map(Some)
    }

    fn add(&mut self, place: usize, color: [u8; 4]) -> Result<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "at most `max` colors, which is far below")]
        let number = self.colors.len() as u32;
        self.colors.push(color);
        self.weights.push(0);
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = number + 1;
        }
        if self.colors.len() * 2 > self.slots.len() {
            self.rebuild(self.bits + 1)?;
        }
        Ok(number)
    }

    /// Room for twice as many colors, and every known one in its new place.
    fn rebuild(&mut self, bits: u32) -> Result<()> {
        let len = 1_usize << bits;
        self.slots = reserve(len as u64)?;
        self.slots.resize(len, 0);
        self.bits = bits;
        let more = len / 2 + 1 - self.colors.len();
        let refused = |_| Error::internal(format!("a refusal of the system to give room for {more} colors"));
        self.colors.try_reserve_exact(more).map_err(refused)?;
        self.weights.try_reserve_exact(more).map_err(refused)?;
        for (number, color) in (1..).zip(&self.colors) {
            let mut place = self.place(*color);
            while self.slots.get(place).is_some_and(|slot| *slot != 0) {
                place = (place + 1) & (len - 1);
            }
            if let Some(slot) = self.slots.get_mut(place) {
                *slot = number;
            }
        }
        Ok(())
    }

    fn key(&self, color: [u8; 4]) -> u32 {
        let kept = (0xFF_u32 << self.merged_bits) & 0xFF;
        u32::from_le_bytes(color) & (0xFF00_0000 | (kept * 0x01_0101))
    }

    /// Multiplied by the seed, folded, and spread by Knuth's 2^64 / phi, so that the high bits depend on all.
    fn place(&self, color: [u8; 4]) -> usize {
        let product = u64::from(self.key(color)).wrapping_mul(self.seed);
        let spread = (product ^ (product >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        usize::try_from(spread >> (64 - self.bits)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Layout;

    #[test]
    fn numbers_lead_back_to_the_pixels() {
        let data: Vec<u8> = (0..4 * 90 * 50_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect();
        let image = Image::new(90, 50, Layout::Rgba, data).unwrap();
        let unique = Unique::merged(&image, 1 << 17).unwrap().unwrap();
        let back: Vec<u8> = unique.numbers().iter().flat_map(|n| unique.colors()[*n as usize]).collect();
        assert_eq!(back, image.data());
        assert!(unique.weights().iter().all(|weight| *weight > 0));
    }

    #[test]
    fn gives_up_at_one_color_too_many() {
        for (count, fits) in [(256, true), (257, false)] {
            let data: Vec<u8> = (0..count).flat_map(|n: u32| [n.to_le_bytes()[0], n.to_le_bytes()[1], 7]).collect();
            let image = Image::new(count, 1, Layout::Rgb, data).unwrap();
            assert_eq!(Unique::exact(&image, 256).unwrap().is_some(), fits);
        }
    }

    #[test]
    fn too_many_are_merged_and_alpha_never_is() {
        let color = |n: u32| {
            [n.to_le_bytes()[0], n.to_le_bytes()[1], n.to_le_bytes()[0] % 7 * 30, 254 + n.to_le_bytes()[0] % 2]
        };
        let data: Vec<u8> = (0..60_000).flat_map(color).collect();
        let image = Image::new(300, 200, Layout::Rgba, data).unwrap();
        let unique = Unique::merged(&image, 5000).unwrap().unwrap();
        assert!(unique.colors().len() <= 5000);
        for (number, pixel) in unique.numbers().iter().zip(image.data().chunks_exact(4)) {
            let color = unique.colors()[*number as usize];
            assert!(color.iter().zip(pixel).all(|(a, b)| a.abs_diff(*b) < 16), "{color:?} for {pixel:?}");
            assert_eq!(color[3], pixel[3]);
        }
    }

    #[test]
    fn the_invisible_is_one_color() {
        let image = Image::new(2, 1, Layout::Rgba, vec![1, 2, 3, 0, 4, 5, 6, 0]).unwrap();
        assert_eq!(Unique::exact(&image, 256).unwrap().unwrap().colors(), [[0; 4]]);
    }
}
