//! A sequential scan, a row of units at a time: blocks are read and transformed in small groups, so that coefficients
//! never leave the first-level cache. Keeps no picture.

use std::rc::Rc;

use super::band::{Band, GROUP};
use super::bits::Bits;
use super::block::{Block, Coding, Reader};
use super::fault::damaged_data;
use super::frame::Frame;
#[cfg(target_arch = "x86_64")]
use super::idct::Avx2;
use super::idct::{Kernels, Portable, transform};
use super::scale::Scale;
use super::scan::{Part, Scan};
use super::tables::Tables;
use crate::error::Result;
use crate::limits::reserve;

/// A component of the scan.
#[derive(Debug)]
struct Lane {
    component: usize,
    reader: Reader,
    scale: Scale,
    /// Blocks of a unit.
    wide: usize,
    high: usize,
    prediction: i32,
    /// The blocks of a group, row by row, and whether each is flat.
    blocks: Vec<Block>,
    is_flat: Vec<bool>,
}

/// A scan that is being read.
#[derive(Debug)]
pub(super) struct SequentialScan<'a> {
    lanes: Vec<Lane>,
    bits: Bits<'a>,
    units_wide: usize,
    units_high: usize,
    restart_interval: u32,
    /// Units until the next restart marker.
    until_restart: u32,
    #[cfg(target_arch = "x86_64")]
    avx2: Option<Avx2>,
}

impl<'a> SequentialScan<'a> {
    pub(super) fn new(data: &'a [u8], scan: &Scan, frame: &Frame, tables: &Tables, scales: [Scale; 4]) -> Result<Self> {
        let mut lanes: Vec<Lane> = reserve(scan.parts.len() as u64)?;
        for (index, part) in scan.parts.iter().enumerate() {
            let alike = scan.parts.iter().take(index).position(|other| (other.dc, other.ac) == (part.dc, part.ac));
            let coding = match alike.and_then(|at| lanes.get(at)) {
                Some(lane) => Rc::clone(&lane.reader.coding),
                None => Rc::new(coding(part, frame, tables)?),
            };
            lanes.push(Lane::new(part, coding, scan, frame, tables, scales)?);
        }
        let (units_wide, units_high) = match scan.parts.as_slice() {
            // T.81 A.2.2: a single component is not padded to the units of all.
            [part] => frame.components.get(part.component).map_or((0, 0), |c| (c.blocks_wide, c.blocks_high)),
            _ => (frame.units_wide, frame.units_high),
        };
        Ok(Self {
            lanes,
            bits: Bits::new(data),
            units_wide,
            units_high,
            restart_interval: tables.restart_interval,
            until_restart: tables.restart_interval,
            #[cfg(target_arch = "x86_64")]
            avx2: Avx2::detect(),
        })
    }

    pub(super) const fn units_high(&self) -> usize {
        self.units_high
    }

    /// What follows the scan, or a little more.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.bits.rest()
    }

    /// Reads the next row of units into row `row` of the bands, one for each component of the frame.
    pub(super) fn read_row(&mut self, bands: &mut [Band], row: usize) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = self.avx2 {
            return self.read_row_avx2(avx2, bands, row);
        }
        self.read_row_with(Portable, bands, row)
    }

    /// The same code, compiled with the shifts of BMI2: they take the bit reader's dependency chain from 4 steps to 3.
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "a function for some processors only")]
    fn read_row_avx2(&mut self, avx2: Avx2, bands: &mut [Band], row: usize) -> Result<()> {
        #[target_feature(enable = "avx2,bmi1,bmi2")]
        fn read(scan: &mut SequentialScan<'_>, avx2: Avx2, bands: &mut [Band], row: usize) -> Result<()> {
            scan.read_row_with(avx2, bands, row)
        }
        // SAFETY: `avx2` exists only where AVX2, BMI1 and BMI2 were detected.
        unsafe { read(self, avx2, bands, row) }
    }

    #[inline(always)]
    fn read_row_with<K: Kernels>(&mut self, kernels: K, bands: &mut [Band], row: usize) -> Result<()> {
        for first in (0..self.units_wide).step_by(GROUP) {
            self.read_group(GROUP.min(self.units_wide - first))?;
            for lane in &self.lanes {
                if let Some(band) = bands.get_mut(lane.component) {
                    lane.transform(kernels, band, row, first);
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn read_group(&mut self, units: usize) -> Result<()> {
        for lane in &mut self.lanes {
            lane.clear();
        }
        for unit in 0..units {
            self.restart_when_due()?;
            let mut bits = self.bits;
            for lane in &mut self.lanes {
                lane.read_unit(&mut bits, unit);
            }
            self.bits = bits;
            if bits.is_damaged() {
                return Err(damaged_data());
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn restart_when_due(&mut self) -> Result<()> {
        if self.restart_interval == 0 {
            return Ok(());
        }
        if self.until_restart == 0 {
            self.until_restart = self.restart_interval;
            if !self.bits.restart() {
                return Err(damaged_data());
            }
            for lane in &mut self.lanes {
                lane.prediction = 0;
            }
        }
        self.until_restart -= 1;
        Ok(())
    }
}

impl Lane {
    fn new(
        part: &Part,
        coding: Rc<Coding>,
        scan: &Scan,
        frame: &Frame,
        tables: &Tables,
        scales: [Scale; 4],
    ) -> Result<Self> {
        let component = frame.components.get(part.component).ok_or_else(damaged_data)?;
        let (wide, high) = if scan.parts.len() == 1 { (1, 1) } else { (component.horizontal, component.vertical) };
        let scale = scales.get(part.component).copied().unwrap_or(Scale::Full);
        let reader = Reader { coding, quantization: tables.quantization(component.quantization)? };
        let count = GROUP * wide * high;
        let mut blocks = reserve(count as u64)?;
        blocks.resize(count, Block::ZERO);
        let mut is_flat = reserve(count as u64)?;
        is_flat.resize(count, true);
        Ok(Self { component: part.component, reader, scale, wide, high, prediction: 0, blocks, is_flat })
    }

    /// Blocks of the last group of a row may stay unread: they are transformed all the same, into what nobody looks at.
    #[inline(always)]
    fn clear(&mut self) {
        if self.scale == Scale::Full {
            self.blocks.fill(Block::ZERO);
        } else {
            self.blocks.iter_mut().for_each(Block::clear_kept);
        }
        self.is_flat.fill(true);
    }

    #[inline(always)]
    fn read_unit(&mut self, bits: &mut Bits<'_>, unit: usize) {
        let across = GROUP * self.wide;
        for row in 0..self.high {
            let first = row * across + unit * self.wide;
            let blocks = self.blocks.get_mut(first..first + self.wide).unwrap_or_default();
            let is_flat = self.is_flat.get_mut(first..first + self.wide).unwrap_or_default();
            for (block, is_flat) in blocks.iter_mut().zip(is_flat) {
                *is_flat = self.reader.read(self.scale, bits, &mut self.prediction, block);
            }
        }
    }

    #[inline(always)]
    fn transform<K: Kernels>(&self, kernels: K, band: &mut Band, row: usize, first: usize) {
        let across = GROUP * self.wide;
        let n = self.scale.samples();
        let stride = band.stride;
        let rows = self.blocks.chunks_exact(across).zip(self.is_flat.chunks_exact(across));
        for (index, (blocks, is_flat)) in rows.enumerate() {
            let start = (row * self.high + index) * n * stride + first * self.wide * n;
            let out = band.samples.get_mut(start..).unwrap_or_default();
            transform(kernels, self.scale, blocks, is_flat, out, stride);
        }
    }
}

fn coding(part: &Part, frame: &Frame, tables: &Tables) -> Result<Coding> {
    let (dc, ac) = (tables.dc(part.dc)?, tables.ac(part.ac)?);
    let skips = Tables::skips(&ac, frame.units_wide * frame.units_high);
    Ok(Coding { dc, ac, skips })
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "the numbers of a test are small")]
mod tests {
    use jpeg_encoder::{ColorType, Encoder};

    use super::super::headers::Headers;
    use super::super::store::Store;
    use super::*;
    use crate::limits::Limits;

    fn jpeg(is_progressive: bool) -> Vec<u8> {
        let pixels: Vec<u8> = (0..150u32 * 90 * 3).map(|at| (at * at / 77 % 256) as u8).collect();
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 85);
        encoder.set_progressive(is_progressive);
        encoder.encode(&pixels, 150, 90, ColorType::Rgb).unwrap();
        bytes
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn rows_are_the_same_without_avx2() {
        let bytes = jpeg(false);
        let (headers, frame, scan) = Headers::read(&bytes, &Limits::default()).unwrap();
        for scale in Scale::ALL {
            let [with, without] = [true, false].map(|has_avx2| {
                let mut bands: Vec<Band> =
                    frame.components.iter().map(|c| Band::new(&frame, c, scale, frame.units_high).unwrap()).collect();
                let mut scan = SequentialScan::new(headers.data(), &scan, &frame, &headers.tables, [scale; 4]).unwrap();
                scan.avx2 = scan.avx2.filter(|_| has_avx2);
                (0..scan.units_high()).for_each(|row| scan.read_row(&mut bands, row).unwrap());
                bands.into_iter().map(|band| band.samples).collect::<Vec<_>>()
            });
            assert_eq!(with, without);
        }
    }

    #[test]
    fn stored_rows_are_the_same_without_avx2() {
        let bytes = jpeg(true);
        let (headers, frame, scan) = Headers::read(&bytes, &Limits::default()).unwrap();
        for scale in Scale::ALL {
            let mut stores: Vec<Store> =
                frame.components.iter().map(|c| Store::new(&frame, c, scale).unwrap()).collect();
            let (data, tables) = (headers.data(), &headers.tables);
            super::super::progressive::read(data, &scan, &frame, tables, &mut stores, &|| false).unwrap();
            for (store, component) in stores.iter().zip(&frame.components) {
                let mut bands = [0, 1].map(|_| Band::new(&frame, component, scale, 1).unwrap());
                store.transform_row(1, &mut bands[0]);
                store.transform_row_with(Portable, 1, &mut bands[1]);
                assert_eq!(bands[0].samples, bands[1].samples);
            }
        }
    }
}
