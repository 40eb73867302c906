//! Interleaved pixels made smaller by Lanczos3 in linear light, row by row. Colors are weighted by alpha, or the edges of what is
//! transparent would show the colors that nobody was meant to see. Keeps the rows that a window spans, never the source.

use std::sync::Arc;

use super::axis::Axis;
use super::kernels::{GROUP, LANES, TILE, Tile, WEIGHT_BITS};
use super::lightness::Lightness;
use super::resize::{reach, whole, zeroes};
use super::vertical::VerticalPass;
use super::windows::Windows;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;

/// One row of samples, without padding.
#[derive(Debug, Clone, Copy)]
pub enum Samples<'a> {
    Bytes(&'a [u8]),
    /// 16 bits, the high byte first.
    Wide(&'a [u8]),
}

/// Down first, over all channels at once: its sums do not care whose samples they are. Only the short rows that are left are
/// taken apart.
pub struct PixelsResizer {
    across: Windows,
    source: (usize, usize),
    lightness: Lightness,
    layout: Layout,
    vertical: VerticalPass<i16>,
    /// The row that came in last, as it came and as levels.
    last: Vec<u8>,
    row: Vec<i16>,
    /// One that the columns are summed to, all channels interleaved, and one channel of it.
    sums: Vec<i16>,
    line: Vec<i16>,
    /// The target's row, channel by channel.
    resized: Vec<i16>,
    target: Vec<u8>,
    target_width: usize,
}

impl PixelsResizer {
    /// Writes into `target`, which is at least as long as the picture. Ink is no light, and refused.
    pub fn new(layout: Layout, across: &Axis, down: &Axis, target: Vec<u8>) -> Result<Self> {
        let source = (across.samples() as usize, down.samples() as usize);
        let (target_width, wanted) = (across.target() as usize, layout.bytes(across.target(), down.target()));
        if (target.len() as u64) < wanted || layout == Layout::Cmyk {
            return Err(Error::internal(format!("{layout:?} of {wanted} bytes in {}", target.len())));
        }
        let across = Windows::across(across)?;
        let (width, channels) = (across.used().len(), layout.channels());
        let vertical = VerticalPass::new(Arc::new(Windows::down(down)?), width * channels)?;
        let (last, row) = (reserve(width as u64 * channels as u64 * 2)?, zeroes(width * channels)?);
        let sums = zeroes((width * channels).next_multiple_of(TILE))?;
        let line = zeroes(width + across.span())?;
        let resized = zeroes(across.len().next_multiple_of(GROUP) * channels)?;
        let lightness = Lightness::of(layout);
        Ok(Self { across, source, lightness, layout, vertical, last, row, sums, line, resized, target, target_width })
    }

    /// Bytes of the rows that are kept and of the weights; the target is the caller's.
    pub fn working_bytes(layout: Layout, across: &Axis, down: &Axis) -> u64 {
        let channels = layout.channels() as u64;
        let samples = u64::from(across.samples()) * channels;
        let rows = VerticalPass::<i16>::working_bytes(samples, down.samples().into(), reach(down));
        let line = u64::from(across.samples()) + reach(across) + LANES as u64;
        let resized = (u64::from(across.target()) + GROUP as u64) * channels;
        Windows::working_bytes(across, down) + rows + (samples * 3 + TILE as u64 + line + resized) * 2
    }

    /// The next row of the source, from the top.
    pub fn push_row(&mut self, samples: Samples<'_>) -> Result<()> {
        let (bytes, sample_bytes) = match samples {
            Samples::Bytes(bytes) => (bytes, 1),
            Samples::Wide(bytes) => (bytes, 2),
        };
        let pixel_bytes = self.layout.channels() * sample_bytes;
        if bytes.len() != self.source.0 * pixel_bytes || self.vertical.pushed() >= self.source.1 {
            return Err(Error::internal(format!("row {} of {} bytes", self.vertical.pushed(), bytes.len())));
        }
        if self.vertical.skip() {
            return Ok(());
        }
        let used = self.across.used();
        let seen = bytes.get(used.start * pixel_bytes..used.end * pixel_bytes).unwrap_or_default();
        // Of a page or a screenshot many rows are like the one above them.
        if seen != self.last {
            match samples {
                Samples::Bytes(_) => self.lightness.lighten(seen, &mut self.row),
                Samples::Wide(_) => self.lightness.lighten_wide(seen, &mut self.row),
            }
            self.last.clear();
            self.last.extend_from_slice(seen);
        }
        self.vertical.push(&self.row, interleave);
        while let Some(y) = self.vertical.next(WEIGHT_BITS, &mut self.sums) {
            self.write(y);
        }
        Ok(())
    }

    fn write(&mut self, y: usize) {
        let channels = self.layout.channels();
        let (used, len) = (self.across.used().len(), self.resized.len() / channels);
        for (channel, resized) in self.resized.chunks_exact_mut(len.max(1)).enumerate() {
            let line = self.line.get_mut(..used).unwrap_or_default();
            match self.layout {
                Layout::Gray => pick::<1>(&self.sums, channel, line),
                Layout::GrayAlpha => pick::<2>(&self.sums, channel, line),
                Layout::Rgb => pick::<3>(&self.sums, channel, line),
                Layout::Rgba | Layout::Cmyk => pick::<4>(&self.sums, channel, line),
            }
            self.vertical.kernels().horizontal(&self.line, self.across.taps(), resized);
        }
        let row_bytes = self.target_width * channels;
        if let Some(row) = self.target.get_mut(y * row_bytes..(y + 1) * row_bytes) {
            self.lightness.darken(&self.resized, row);
        }
    }

    /// The picture, once every row that counts has come.
    pub fn finish(self) -> Result<Image> {
        let (done, height) = (self.vertical.done(), self.vertical.len());
        if done < height {
            return Err(Error::internal(format!("a picture that ends after {done} of {height} rows")));
        }
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        Image::new(side(self.target_width), side(height), self.layout, self.target)
    }
}

/// One channel of interleaved samples.
fn pick<const CHANNELS: usize>(samples: &[i16], channel: usize, line: &mut [i16]) {
    for (to, pixel) in line.iter_mut().zip(samples.as_chunks::<CHANNELS>().0) {
        *to = pixel.get(channel).copied().unwrap_or_default();
    }
}

/// Of a known length it is a few shuffles.
fn interleave(upper: &[i16], lower: &[i16], tile: &mut Tile) {
    let (upper, lower): ([i16; TILE], [i16; TILE]) = (whole(upper), whole(lower));
    for (pair, (upper, lower)) in tile.as_chunks_mut::<2>().0.iter_mut().zip(upper.into_iter().zip(lower)) {
        *pair = [upper, lower];
    }
}

#[cfg(test)]
mod tests;
