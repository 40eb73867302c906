//! One component on its way from samples to kept coefficients, eight rows at a time. Writes nothing.

use super::band::Band;
use super::blocks::Blocks;
use super::optimize::Optimizer;
use super::planes::Plane;
use super::steps::Steps;
use super::transform::{Kernel, Levels};
use crate::error::Result;

pub(super) struct Component {
    band: Band,
    steps: Steps,
    kernel: Kernel,
    optimizer: Option<Optimizer>,
    blocks: Blocks,
}

impl Component {
    pub(super) fn new((width, height): (u32, u32), steps: Steps, optimizer: Option<Optimizer>) -> Result<Self> {
        let (band, blocks) = (Band::new(width)?, Blocks::new(width, height)?);
        Ok(Self { band, steps, kernel: Kernel::detect(), optimizer, blocks })
    }

    /// Takes all rows of a plane of this component's size.
    pub(super) fn take(&mut self, plane: &Plane) -> Result<()> {
        for top in (0..plane.height() as usize).step_by(8) {
            for y in 0..8 {
                self.band.set(y, plane.row(top + y));
            }
            self.finish_band()?;
        }
        Ok(())
    }

    /// Takes the eight rows from `top` on, in place of all before.
    pub(super) fn take_row(&mut self, plane: &Plane, top: usize) -> Result<()> {
        self.blocks.clear();
        for y in 0..8 {
            self.band.set(y, plane.row(top + y));
        }
        self.finish_band()
    }

    /// The rows to fill before `finish_band`.
    pub(super) const fn band(&mut self) -> &mut Band {
        &mut self.band
    }

    /// Turns the band's eight rows into a row of blocks.
    pub(super) fn finish_band(&mut self) -> Result<()> {
        self.blocks.grow()?;
        let Some(optimizer) = &mut self.optimizer else {
            let mut levels = Levels::ZERO;
            for samples in self.band.blocks() {
                self.kernel.quantize(samples, &self.steps, &mut levels);
                self.blocks.push(&levels);
            }
            return Ok(());
        };
        for samples in self.band.blocks() {
            let scaled = self.kernel.scale(samples, &self.steps);
            optimizer.choose(&scaled, &self.steps, &mut self.blocks);
        }
        optimizer.finish_row();
        Ok(())
    }

    pub(super) const fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The kept coefficients.
    pub(super) const fn blocks(&self) -> &Blocks {
        &self.blocks
    }
}
