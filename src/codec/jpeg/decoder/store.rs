//! The coefficients of a component while a progressive file is read: those that its scale needs, and for each block
//! which of the 64 are not zero, because refinements are coded by that. Reads no bits.

use super::band::Band;
use super::block::Block;
use super::frame::{Component, Frame};
#[cfg(target_arch = "x86_64")]
use super::idct::Avx2;
use super::idct::{Kernels, Portable, transform};
use super::scale::Scale;
use crate::error::Result;
use crate::limits::reserve;

/// The coefficients of one component.
#[derive(Debug)]
pub(super) struct Store {
    /// N x N for each block, columns first.
    pub(super) coefficients: Vec<i16>,
    /// One bit for each coefficient of a block, in zigzag order. Empty where no AC coefficient is needed.
    pub(super) significant: Vec<u64>,
    pub(super) scale: Scale,
    /// Blocks of a row, with those that only fill the last unit.
    pub(super) wide: usize,
    /// Rows of blocks in a unit.
    vertical: usize,
    /// By place in a block; none before the component's first scan.
    quantization: Option<[i16; 64]>,
}

impl Store {
    pub(super) fn new(frame: &Frame, component: &Component, scale: Scale) -> Result<Self> {
        let wide = frame.padded_wide(component);
        let blocks = wide * frame.padded_high(component);
        let mut coefficients = reserve((blocks * scale.kept()) as u64)?;
        coefficients.resize(blocks * scale.kept(), 0);
        let masks = if scale.needs_ac() { blocks } else { 0 };
        let mut significant = reserve(masks as u64)?;
        significant.resize(masks, 0);
        Ok(Self { coefficients, significant, scale, wide, vertical: component.vertical, quantization: None })
    }

    /// Bytes for a component: for each block `kept` numbers of 16 bits and, where AC coefficients are read, a mask of
    /// 64.
    pub(super) fn bytes(frame: &Frame, component: &Component, scale: Scale) -> u64 {
        let blocks = (frame.padded_wide(component) * frame.padded_high(component)) as u64;
        blocks * (2 * scale.kept() as u64 + if scale.needs_ac() { 8 } else { 0 })
    }

    /// The table in force at the component's first scan is the one that counts (libjpeg's `latch_quant_tables`).
    pub(super) fn latch(&mut self, in_zigzag: impl FnOnce() -> Result<[i16; 64]>) -> Result<()> {
        if self.quantization.is_none() {
            let mut by_place = [0; 64];
            for (&place, factor) in self.scale.places().iter().zip(in_zigzag()?) {
                if usize::from(place) < self.scale.kept() {
                    by_place[usize::from(place & 63)] = factor;
                }
            }
            self.quantization = Some(by_place);
        }
        Ok(())
    }

    /// Transforms a row of units into a band of one unit.
    pub(super) fn transform_row(&self, unit: usize, band: &mut Band) {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx2) = Avx2::detect() {
            return self.transform_row_avx2(avx2, unit, band);
        }
        self.transform_row_with(Portable, unit, band);
    }

    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "a function for some processors only")]
    fn transform_row_avx2(&self, avx2: Avx2, unit: usize, band: &mut Band) {
        #[target_feature(enable = "avx2,bmi1,bmi2")]
        fn transform(store: &Store, avx2: Avx2, unit: usize, band: &mut Band) {
            store.transform_row_with(avx2, unit, band);
        }
        // SAFETY: `avx2` exists only where AVX2, BMI1 and BMI2 were detected.
        unsafe { transform(self, avx2, unit, band) }
    }

    #[inline(always)]
    pub(super) fn transform_row_with<K: Kernels>(&self, kernels: K, unit: usize, band: &mut Band) {
        let kept = self.scale.kept();
        let n = self.scale.samples();
        let quantization = self.quantization.unwrap_or([0; 64]);
        for row in 0..self.vertical {
            let first = (unit * self.vertical + row) * self.wide;
            let coefficients = self.coefficients.get(first * kept..(first + self.wide) * kept).unwrap_or_default();
            let significant = self.significant.get(first..first + self.wide).unwrap_or_default();
            let stride = band.stride;
            let out = band.samples.get_mut(row * n * stride..).unwrap_or_default();
            for (pair, coefficients) in coefficients.chunks(2 * kept).enumerate() {
                let mut blocks = [Block::ZERO; 2];
                for (block, coefficients) in blocks.iter_mut().zip(coefficients.chunks_exact(kept)) {
                    for ((place, coefficient), factor) in block.0.iter_mut().zip(coefficients).zip(&quantization) {
                        *place = coefficient.wrapping_mul(*factor);
                    }
                }
                let is_flat = significant.iter().skip(2 * pair).take(2).all(|&mask| mask >> 1 == 0);
                let out = out.get_mut(pair * 2 * n..).unwrap_or_default();
                transform(kernels, self.scale, &blocks, &[is_flat; 2], out, stride);
            }
        }
    }
}
