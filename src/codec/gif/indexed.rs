//! A picture as numbers into at most 256 colors, one of which may be transparent: exact where it has no more, else with
//! colors that a network learns. A pixel is opaque or it is nothing: alpha below half is nothing. Never dithers, which
//! would cost bytes.

use color_quant::NeuQuant;

use crate::codec::colors::{Colors, rgba};
use crate::error::Result;
use crate::image::Image;
use crate::limits::reserve;

const MAX_COLORS: usize = 256;
const CLEAR: [u8; 4] = [0; 4];
/// Pixels that the network learns from, at 0.5 µs each; it can leave out 29 of 30 at most. Small pictures are shown to it
/// several times: once alone is 2 to 8 dB worse at 32 pixels. Four times as many gave three photographs 0.1 to 0.7 dB more.
const SAMPLES: usize = 50_000;

pub(super) struct Indexed {
    /// RGB.
    palette: Vec<u8>,
    transparent: Option<u8>,
    indices: Vec<u8>,
}

impl Indexed {
    pub(super) fn of(image: &Image) -> Result<Self> {
        match Colors::of(pixels(image)) {
            Some(colors) => exact(image, &colors),
            None => quantized(image),
        }
    }

    pub(super) fn palette(&self) -> &[u8] {
        &self.palette
    }

    pub(super) const fn transparent(&self) -> Option<u8> {
        self.transparent
    }

    pub(super) fn indices(&self) -> &[u8] {
        &self.indices
    }
}

/// The pixels as GIF can say them.
fn pixels(image: &Image) -> impl Iterator<Item = [u8; 4]> {
    image.data().chunks_exact(image.layout().channels()).map(|pixel| match rgba(pixel) {
        [_, _, _, ..=127] => CLEAR,
        [r, g, b, _] => [r, g, b, 255],
    })
}

fn exact(image: &Image, colors: &Colors) -> Result<Indexed> {
    let list = colors.in_order();
    let transparent = list.contains(&CLEAR).then(|| colors.number(CLEAR));
    let palette = list.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
    Ok(Indexed { palette, transparent, indices: indices(image, |color| colors.number(color))? })
}

fn quantized(image: &Image) -> Result<Indexed> {
    let transparent = pixels(image).any(|color| color == CLEAR).then_some(u8::MAX);
    let network = train(image, MAX_COLORS - usize::from(transparent.is_some()))?;
    let mut palette = network.color_map_rgb();
    if transparent.is_some() {
        palette.extend([0; 3]);
    }
    let number = |color: [u8; 4]| match transparent {
        Some(number) if color == CLEAR => number,
        _ => u8::try_from(network.index_of(&color)).unwrap_or_default(),
    };
    Ok(Indexed { palette, transparent, indices: indices(image, number)? })
}

/// A network that has seen a part of what is opaque.
fn train(image: &Image, colors: usize) -> Result<NeuQuant> {
    let pixels_of_image = u64::from(image.width()) * u64::from(image.height());
    let mut seen = reserve((pixels_of_image + SAMPLES as u64) * 4)?;
    seen.extend(pixels(image).filter(|color| *color != CLEAR).flatten());
    let once = seen.len();
    for _ in 1..(SAMPLES * 4).div_ceil(once.max(4)) {
        seen.extend_from_within(..once);
    }
    let step = (once / 4 / SAMPLES).clamp(1, 30);
    Ok(NeuQuant::new(i32::try_from(step).unwrap_or(1), colors, &seen))
}

fn indices(image: &Image, number: impl Fn([u8; 4]) -> u8) -> Result<Vec<u8>> {
    let mut indices = reserve(u64::from(image.width()) * u64::from(image.height()))?;
    indices.extend(pixels(image).map(number));
    Ok(indices)
}
