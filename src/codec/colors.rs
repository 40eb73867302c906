//! The colors of a picture that has few of them, each with a number. Exact: no color is changed.

use std::collections::HashMap;

const MAX_COLORS: usize = 256;

/// At most 256 colors, numbered in order of appearance.
pub(super) struct Colors(HashMap<[u8; 4], u8>);

impl Colors {
    /// `None` at the 257th color.
    pub(super) fn of(pixels: impl Iterator<Item = [u8; 4]>) -> Option<Self> {
        let mut numbers = HashMap::with_capacity(MAX_COLORS);
        let mut previous = None;
        for color in pixels {
            if previous == Some(color) {
                continue;
            }
            previous = Some(color);
            if !numbers.contains_key(&color) {
                let next = u8::try_from(numbers.len()).ok()?;
                numbers.insert(color, next);
            }
        }
        Some(Self(numbers))
    }

    pub(super) fn number(&self, color: [u8; 4]) -> u8 {
        self.0.get(&color).copied().unwrap_or_default()
    }

    pub(super) fn in_order(&self) -> Vec<[u8; 4]> {
        let mut colors: Vec<_> = self.0.iter().map(|(color, number)| (*number, *color)).collect();
        colors.sort_unstable();
        colors.into_iter().map(|(_, color)| color).collect()
    }
}

/// RGBA of a pixel of any layout but CMYK.
pub(super) fn rgba(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [gray] => [gray, gray, gray, 255],
        [gray, a] => [gray, gray, gray, a],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, a] => [r, g, b, a],
        _ => [0; 4],
    }
}
