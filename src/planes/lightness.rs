//! Rows of interleaved samples as levels of light, colors weighted by alpha, and back. Looks at one row at a time.

use super::gamma::{LightTables, TABLES};
use super::kernels::LEVEL_BITS;
use crate::image::Layout;

/// The level of full light, and of full coverage.
const FULL: i32 = 255 << LEVEL_BITS;
/// 16-bit samples from one byte to the next.
const STEP: u16 = 257;

/// How the samples of a layout are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lightness {
    layout: Layout,
    tables: &'static LightTables,
}

impl Lightness {
    pub(super) fn of(layout: Layout) -> Self {
        Self { layout, tables: &TABLES }
    }

    pub(super) fn lighten(self, samples: &[u8], levels: &mut [i16]) {
        let light = self.tables.levels();
        let pairs = levels.iter_mut().zip(samples);
        match self.layout {
            Layout::Gray | Layout::Rgb => pairs.for_each(|(level, sample)| *level = light[usize::from(*sample)]),
            Layout::GrayAlpha => weigh_all::<2>(samples, levels, light),
            Layout::Rgba | Layout::Cmyk => weigh_all::<4>(samples, levels, light),
        }
    }

    /// Of 16 bits, the high byte first.
    pub(super) fn lighten_wide(self, bytes: &[u8], levels: &mut [i16]) {
        let channels = self.layout.channels();
        let light = self.tables.levels();
        for (levels, pixel) in levels.chunks_exact_mut(channels).zip(bytes.chunks_exact(channels * 2)) {
            let samples = pixel.as_chunks::<2>().0.iter().map(|bytes| u16::from_be_bytes(*bytes));
            levels.iter_mut().zip(samples).for_each(|(level, sample)| *level = between(light, sample));
            if let (true, [colors @ .., alpha], Some(coverage)) = (self.layout.has_alpha(), levels, pixel.last_chunk())
            {
                *alpha = straight(u16::from_be_bytes(*coverage));
                weigh(colors, (*alpha).into());
            }
        }
    }

    /// `levels` holds one channel behind the other, each as long as a row or longer.
    pub(super) fn darken(self, levels: &[i16], samples: &mut [u8]) {
        match self.layout {
            Layout::Gray => self.store::<1>(levels, samples),
            Layout::Rgb => self.store::<3>(levels, samples),
            Layout::GrayAlpha => self.store_unweighed::<2>(levels, samples),
            Layout::Rgba | Layout::Cmyk => self.store_unweighed::<4>(levels, samples),
        }
    }

    fn store<const CHANNELS: usize>(self, levels: &[i16], samples: &mut [u8]) {
        let len = (levels.len() / CHANNELS).max(1);
        for (channel, levels) in levels.chunks_exact(len).enumerate() {
            for (pixel, level) in samples.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(levels) {
                pixel[channel] = self.tables.sample(*level);
            }
        }
    }

    fn store_unweighed<const CHANNELS: usize>(self, levels: &[i16], samples: &mut [u8]) {
        let len = (levels.len() / CHANNELS).max(1);
        let (colors, alphas) = levels.split_at(len * (CHANNELS - 1));
        let pixels = samples.as_chunks_mut::<CHANNELS>().0;
        for (channel, levels) in colors.chunks_exact(len).enumerate() {
            for ((pixel, level), alpha) in pixels.iter_mut().zip(levels).zip(alphas) {
                pixel[channel] = self.tables.sample(unweighed(*level, *alpha));
            }
        }
        for (pixel, alpha) in pixels.iter_mut().zip(alphas) {
            pixel[CHANNELS - 1] = stored(*alpha);
            if pixel[CHANNELS - 1] == 0 {
                *pixel = [0; CHANNELS];
            }
        }
    }
}

/// Opaque pixels have nothing to weigh: full coverage is full light. What is transparent is mostly flat, and then like the pixel
/// before it.
fn weigh_all<const CHANNELS: usize>(samples: &[u8], levels: &mut [i16], light: &[i16; 256]) {
    let (mut last, mut weighed) = ([0; CHANNELS], [0; CHANNELS]);
    for (levels, pixel) in levels.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(samples.as_chunks::<CHANNELS>().0) {
        if *pixel != last {
            (last, weighed) = (*pixel, pixel.map(|sample| light[usize::from(sample)]));
            if let ([colors @ .., coverage], [.., alpha @ ..=254]) = (weighed.as_mut_slice(), pixel.as_slice()) {
                *coverage = i16::from(*alpha) << LEVEL_BITS;
                weigh(colors, (*coverage).into());
            }
        }
        *levels = weighed;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a level times a share of the full one")]
fn weigh(colors: &mut [i16], coverage: i32) {
    for color in colors {
        *color = ((i32::from(*color) * coverage + FULL / 2) / FULL) as i16;
    }
}

/// What overshoots is cut, what nothing covers has no color.
fn unweighed(color: i16, coverage: i16) -> i16 {
    match i32::from(coverage) {
        ..=0 => 0,
        FULL.. => color,
        coverage => (i32::from(color) * FULL / coverage).clamp(0, FULL) as i16,
    }
}

/// Of a 16-bit sample, by a straight line between those of the bytes around it.
#[expect(clippy::cast_possible_truncation, reason = "between two levels")]
fn between(light: &[i16; 256], sample: u16) -> i16 {
    let (below, share) = (usize::from(sample / STEP), i32::from(sample % STEP));
    let level = |at: usize| i32::from(light.get(at).or(light.last()).copied().unwrap_or_default());
    (level(below) + (level(below + 1) - level(below)) * share / i32::from(STEP)) as i16
}

/// Of a 16-bit sample that is no light.
#[expect(clippy::cast_possible_truncation, reason = "at most the full level")]
const fn straight(sample: u16) -> i16 {
    (sample as i32 * FULL / u16::MAX as i32) as i16
}

#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn stored(level: i16) -> u8 {
    ((i32::from(level) + (1 << (LEVEL_BITS - 1))) >> LEVEL_BITS).clamp(0, 255) as u8
}
