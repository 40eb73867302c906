//! PNG pixels at a fraction of the size: rows are read one at a time and averaged, so that the whole picture never exists.

use super::decode::{Reader, fault, open, profile, sample};
use crate::codec::decode::{Decoded, Shrink};
use crate::codec::foreign::sized;
use crate::codec::header::Header;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::{Limits, reserve};

pub(in crate::codec) fn decode_shrunk(
    bytes: &[u8],
    header: &Header,
    shrink: Shrink,
    limits: &Limits,
    buffer: Vec<u8>,
) -> Result<Decoded> {
    let mut reader = open(bytes, header)?;
    if header.is_progressive || (reader.info().width, reader.info().height) != (header.width, header.height) {
        return Err(Error::input("the PNG", "rows of the size that its header says", "others"));
    }
    let profile = profile(&reader, limits);
    let (layout, is_wide) = sample(&reader, header)?;
    let (width, height) = shrink.apply((header.width, header.height));
    let mut buffer = sized(buffer, layout.bytes(width, height))?;
    let row_bytes = width as usize * layout.channels();
    let mut sums = Sums::new(header.width, shrink.divisor() as usize, layout, is_wide)?;
    for target in buffer.chunks_exact_mut(row_bytes.max(1)) {
        sums.read(&mut reader)?;
        sums.write(target);
    }
    Ok(Decoded { image: Image::new(width, height, layout, buffer)?, profile })
}

/// Sums of one row of cells. Colors are weighted by alpha, so that what cannot be seen does not bleed into what can.
struct Sums {
    values: Vec<u32>,
    rows: u32,
    width: usize,
    side: usize,
    layout: Layout,
    is_wide: bool,
}

impl Sums {
    fn new(width: u32, side: usize, layout: Layout, is_wide: bool) -> Result<Self> {
        let width = width as usize;
        let len = width.div_ceil(side) * layout.channels();
        let mut values = reserve(len as u64)?;
        values.resize(len, 0);
        Ok(Self { values, rows: 0, width, side, layout, is_wide })
    }

    /// The next `side` rows, or what is left of the picture.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.values.fill(0);
        self.rows = 0;
        while (self.rows as usize) < self.side {
            let Some(row) = reader.next_row().map_err(|error| fault(&error))? else { break };
            self.add(row.data());
            self.rows += 1;
        }
        Ok(())
    }

    fn add(&mut self, row: &[u8]) {
        let channels = self.layout.channels();
        let step = if self.is_wide { 2 } else { 1 };
        let cells = row.chunks(self.side * channels * step);
        for (cell, sums) in cells.zip(self.values.chunks_exact_mut(channels)) {
            for pixel in cell.chunks_exact(channels * step) {
                add_pixel(pixel, step, self.layout.has_alpha(), sums);
            }
        }
    }

    fn write(&self, target: &mut [u8]) {
        let channels = self.layout.channels();
        for (index, (pixel, sums)) in
            target.chunks_exact_mut(channels).zip(self.values.chunks_exact(channels)).enumerate()
        {
            let columns = self.side.min(self.width - (index * self.side).min(self.width));
            #[expect(clippy::cast_possible_truncation, reason = "at most 8")]
            let count = columns as u32 * self.rows;
            write_pixel(pixel, sums, count, self.layout.has_alpha());
        }
    }
}

/// High bytes of big-endian samples are all that is kept of 16 bits.
fn add_pixel(pixel: &[u8], step: usize, has_alpha: bool, sums: &mut [u32]) {
    let alpha = if has_alpha { pixel.get(pixel.len() - step).map_or(255, |alpha| u32::from(*alpha)) } else { 1 };
    let last = sums.len() - 1;
    for (index, (sample, sum)) in pixel.iter().step_by(step).zip(sums).enumerate() {
        *sum += if has_alpha && index == last { alpha } else { u32::from(*sample) * alpha };
    }
}

fn write_pixel(pixel: &mut [u8], sums: &[u32], count: u32, has_alpha: bool) {
    let total_alpha = sums.last().copied().unwrap_or(0);
    let weight = if has_alpha { total_alpha } else { count };
    let last = sums.len() - 1;
    for (index, (sample, sum)) in pixel.iter_mut().zip(sums).enumerate() {
        let divisor = if has_alpha && index == last { count } else { weight }.max(1);
        *sample = u8::try_from((sum + divisor / 2) / divisor).unwrap_or(u8::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_by_alpha() {
        let mut sums = [0; 4];
        add_pixel(&[200, 100, 0, 255], 1, true, &mut sums);
        add_pixel(&[0, 0, 255, 0], 1, true, &mut sums);
        let mut pixel = [9; 4];
        write_pixel(&mut pixel, &sums, 2, true);
        assert_eq!(pixel, [200, 100, 0, 128]);
    }

    #[test]
    fn averages_plainly_without_alpha() {
        let mut sums = [0; 1];
        for sample in [10, 20, 31] {
            add_pixel(&[sample], 1, false, &mut sums);
        }
        let mut pixel = [0];
        write_pixel(&mut pixel, &sums, 3, false);
        assert_eq!(pixel, [20]);
    }
}
