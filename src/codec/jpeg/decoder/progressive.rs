//! One scan of a progressive file, from bits into the stores of its components. Transforms nothing.

use super::bits::Bits;
use super::fault::{damaged, damaged_data};
use super::frame::Frame;
use super::huffman::Table;
use super::refine::Refinement;
use super::scan::{Part, Scan};
use super::store::Store;
use super::tables::Tables;
use crate::error::{Error, Result};

/// A scan that is being read.
struct Reading<'a, 'c> {
    bits: Bits<'a>,
    restart_interval: u32,
    until_restart: u32,
    /// Blocks that are still to be passed over because their bands are at their ends.
    end_of_band_run: u32,
    predictions: [i32; 4],
    is_cancelled: &'c dyn Fn() -> bool,
}

/// A row of blocks of a component, and what its AC coefficients are read with.
struct Row<'r> {
    refinement: &'r Refinement,
    table: &'r Table,
    /// Those that the scale keeps, block by block.
    coefficients: &'r mut [i16],
    /// A mask for each block.
    significant: &'r mut [u64],
}

/// Reads the scan at the head of `data` and gives back what follows it.
pub(super) fn read<'a>(
    data: &'a [u8],
    scan: &Scan,
    frame: &Frame,
    tables: &Tables,
    stores: &mut [Store],
    is_cancelled: &dyn Fn() -> bool,
) -> Result<&'a [u8]> {
    for part in &scan.parts {
        let component = frame.components.get(part.component).ok_or_else(damaged_data)?;
        let store = stores.get_mut(part.component).ok_or_else(damaged_data)?;
        store.latch(|| tables.quantization(component.quantization))?;
    }
    let mut reading = Reading {
        bits: Bits::new(data),
        restart_interval: tables.restart_interval,
        until_restart: tables.restart_interval,
        end_of_band_run: 0,
        predictions: [0; 4],
        is_cancelled,
    };
    match (scan.parts.as_slice(), scan.is_dc()) {
        ([part], true) => reading.read_dc_alone(*part, scan, frame, tables, stores)?,
        (_, true) => reading.read_dc(scan, frame, tables, stores)?,
        ([part], false) => reading.read_ac(*part, scan, frame, tables, stores)?,
        _ => return Err(damaged("AC coefficients of several components in one scan")),
    }
    Ok(reading.bits.rest())
}

impl Reading<'_, '_> {
    /// DC coefficients of several components, unit by unit.
    fn read_dc(&mut self, scan: &Scan, frame: &Frame, tables: &Tables, stores: &mut [Store]) -> Result<()> {
        let readers = scan.parts.iter().map(|part| dc_table(part, scan, tables)).collect::<Result<Vec<_>>>()?;
        for unit_y in 0..frame.units_high {
            self.check_cancelled()?;
            for unit_x in 0..frame.units_wide {
                self.restart_when_due()?;
                for (part, table) in scan.parts.iter().zip(&readers) {
                    let (Some(component), Some(store)) =
                        (frame.components.get(part.component), stores.get_mut(part.component))
                    else {
                        continue;
                    };
                    for y in unit_y * component.vertical..(unit_y + 1) * component.vertical {
                        for x in unit_x * component.horizontal..(unit_x + 1) * component.horizontal {
                            self.read_dc_of(part.component, y * store.wide + x, scan, table.as_deref(), store);
                        }
                    }
                }
                self.check_damage()?;
            }
        }
        Ok(())
    }

    /// DC coefficients of one component, block by block.
    fn read_dc_alone(
        &mut self,
        part: Part,
        scan: &Scan,
        frame: &Frame,
        tables: &Tables,
        stores: &mut [Store],
    ) -> Result<()> {
        let table = dc_table(&part, scan, tables)?;
        let component = frame.components.get(part.component).ok_or_else(damaged_data)?;
        let store = stores.get_mut(part.component).ok_or_else(damaged_data)?;
        for y in 0..component.blocks_high {
            self.check_cancelled()?;
            for x in 0..component.blocks_wide {
                self.restart_when_due()?;
                self.read_dc_of(part.component, y * store.wide + x, scan, table.as_deref(), store);
                self.check_damage()?;
            }
        }
        Ok(())
    }

    /// T.81 G.1.2.1: a difference in the first scan, one bit in each later one.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "wraps as libjpeg's does")]
    fn read_dc_of(&mut self, component: usize, block: usize, scan: &Scan, table: Option<&Table>, store: &mut Store) {
        let Some(coefficient) = store.coefficients.get_mut(block * store.scale.kept()) else { return };
        self.bits.ensure();
        if let Some(table) = table {
            let symbol = table.symbol(&mut self.bits);
            let prediction = &mut self.predictions[component & 3];
            *prediction = prediction.wrapping_add(symbol.value(self.bits.window()));
            self.bits.consume(symbol.len());
            *coefficient = (*prediction << scan.low) as i16;
        } else {
            *coefficient |= (self.bits.take(1) << scan.low) as i16;
        }
    }

    /// AC coefficients of one component, a row of blocks at a time.
    fn read_ac(&mut self, part: Part, scan: &Scan, frame: &Frame, tables: &Tables, stores: &mut [Store]) -> Result<()> {
        let table = tables.ac(part.ac)?;
        let component = frame.components.get(part.component).ok_or_else(damaged_data)?;
        let store = stores.get_mut(part.component).ok_or_else(damaged_data)?;
        let (kept, wide) = (store.scale.kept(), store.wide);
        let refinement = Refinement::new(scan, store.scale);
        let rows = store.coefficients.chunks_exact_mut(kept * wide).zip(store.significant.chunks_exact_mut(wide));
        for (coefficients, significant) in rows.take(component.blocks_high) {
            self.check_cancelled()?;
            let significant = significant.get_mut(..component.blocks_wide).unwrap_or_default();
            self.read_ac_row(Row { refinement: &refinement, table: &table, coefficients, significant })?;
        }
        Ok(())
    }

    fn read_ac_row(&mut self, row: Row<'_>) -> Result<()> {
        #[cfg(target_arch = "x86_64")]
        if crate::processor::has_avx2() {
            return self.read_ac_row_bmi(row);
        }
        self.read_ac_row_with(row)
    }

    /// The same code, compiled with the shifts of BMI2 and the counts of POPCNT.
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "a function for some processors only")]
    fn read_ac_row_bmi(&mut self, row: Row<'_>) -> Result<()> {
        #[target_feature(enable = "bmi1,bmi2,popcnt")]
        fn read(reading: &mut Reading<'_, '_>, row: Row<'_>) -> Result<()> {
            reading.read_ac_row_with(row)
        }
        // SAFETY: where there is AVX2 as we ask for it, these were detected too.
        unsafe { read(self, row) }
    }

    #[inline(always)]
    fn read_ac_row_with(&mut self, row: Row<'_>) -> Result<()> {
        let Row { refinement, table, coefficients, significant } = row;
        for (block, significant) in coefficients.chunks_exact_mut(refinement.kept()).zip(significant) {
            self.restart_when_due()?;
            let mut bits = self.bits;
            if refinement.is_later() {
                self.end_of_band_run = refinement.read(&mut bits, table, self.end_of_band_run, block, significant);
            } else if self.end_of_band_run > 0 {
                self.end_of_band_run -= 1;
                continue;
            } else {
                self.end_of_band_run = refinement.read_first(&mut bits, table, block, significant);
            }
            self.bits = bits;
            self.check_damage()?;
        }
        Ok(())
    }

    fn check_cancelled(&self) -> Result<()> {
        if (self.is_cancelled)() { Err(Error::Cancelled) } else { Ok(()) }
    }

    #[inline(always)]
    fn check_damage(&self) -> Result<()> {
        if self.bits.is_damaged() { Err(damaged_data()) } else { Ok(()) }
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
            (self.predictions, self.end_of_band_run) = ([0; 4], 0);
        }
        self.until_restart -= 1;
        Ok(())
    }
}

/// Refinements of DC have no codes.
fn dc_table(part: &Part, scan: &Scan, tables: &Tables) -> Result<Option<Box<Table>>> {
    if scan.is_refinement() { Ok(None) } else { tables.dc(part.dc).map(Some) }
}
