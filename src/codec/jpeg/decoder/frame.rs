//! The frame header: size, components and the grid of blocks that follows from them. Holds no samples.

use super::fault::damaged;
use super::scale::Scale;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// How the blocks are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Sequential,
    Progressive,
}

/// One component of the picture, in the order of the frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) struct Component {
    pub(in crate::codec) id: u8,
    /// Sampling factors.
    pub(in crate::codec) horizontal: usize,
    pub(in crate::codec) vertical: usize,
    pub(super) quantization: usize,
    /// Blocks that carry samples.
    pub(super) blocks_wide: usize,
    pub(super) blocks_high: usize,
}

/// A frame that the limits allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) coding: Coding,
    pub(super) components: Vec<Component>,
    /// The largest sampling factors.
    pub(super) horizontal: usize,
    pub(super) vertical: usize,
    /// Units of all components together, in both directions.
    pub(super) units_wide: usize,
    pub(super) units_high: usize,
}

impl Frame {
    pub(super) fn parse(body: &[u8], coding: Coding, limits: &Limits) -> Result<Self> {
        let cut = || damaged("a frame segment that is cut off");
        let (&[precision, h1, h0, w1, w0, count], table) = body.split_first_chunk().ok_or_else(cut)?;
        if precision != 8 {
            return Err(Error::unsupported("the JPEG", "8 bits a sample", precision));
        }
        let (width, height) = (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
        limits.check_size(width, height)?;
        if !matches!(count, 1 | 3 | 4) {
            return Err(damaged(format!("{count} components")));
        }
        if table.len() != 3 * usize::from(count) {
            return Err(cut());
        }
        let mut components =
            table.as_chunks::<3>().0.iter().map(|&entry| component(entry)).collect::<Result<Vec<_>>>()?;
        if let [single] = components.as_mut_slice() {
            // A single component is not interleaved, whatever its factors say.
            (single.horizontal, single.vertical) = (1, 1);
        }
        Self { width, height, coding, components, horizontal: 1, vertical: 1, units_wide: 0, units_high: 0 }.measured()
    }

    fn measured(mut self) -> Result<Self> {
        let (width, height) = (self.width as usize, self.height as usize);
        self.horizontal = self.components.iter().map(|c| c.horizontal).max().unwrap_or(1);
        self.vertical = self.components.iter().map(|c| c.vertical).max().unwrap_or(1);
        self.units_wide = width.div_ceil(8 * self.horizontal);
        self.units_high = height.div_ceil(8 * self.vertical);
        for component in &mut self.components {
            if !self.horizontal.is_multiple_of(component.horizontal)
                || !self.vertical.is_multiple_of(component.vertical)
            {
                let received = format!("{}x{} of", component.horizontal, component.vertical);
                let received = format!("{received} {}x{}", self.horizontal, self.vertical);
                return Err(Error::unsupported("the JPEG", "sampling factors that divide the largest", received));
            }
            component.blocks_wide = (width * component.horizontal).div_ceil(8 * self.horizontal);
            component.blocks_high = (height * component.vertical).div_ceil(8 * self.vertical);
        }
        Ok(self)
    }

    /// The samples of a component's plane.
    pub(super) fn plane_size(&self, component: &Component, scale: Scale) -> (usize, usize) {
        let n = scale.samples();
        let width = (self.width as usize * component.horizontal * n).div_ceil(8 * self.horizontal);
        let height = (self.height as usize * component.vertical * n).div_ceil(8 * self.vertical);
        (width, height)
    }

    /// Blocks of a component in a row, with those that only fill the last unit.
    pub(super) const fn padded_wide(&self, component: &Component) -> usize {
        self.units_wide * component.horizontal
    }

    pub(super) const fn padded_high(&self, component: &Component) -> usize {
        self.units_high * component.vertical
    }
}

fn component([id, factors, quantization]: [u8; 3]) -> Result<Component> {
    let (horizontal, vertical) = (usize::from(factors >> 4), usize::from(factors & 15));
    if !(1..=4).contains(&horizontal) || !(1..=4).contains(&vertical) {
        return Err(damaged(format!("sampling factors {horizontal}x{vertical}")));
    }
    if quantization > 3 {
        return Err(damaged(format!("quantization table {quantization}")));
    }
    Ok(Component { id, horizontal, vertical, quantization: quantization.into(), blocks_wide: 0, blocks_high: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Result<Frame> {
        Frame::parse(body, Coding::Sequential, &Limits::default())
    }

    #[test]
    fn measures_the_grid() {
        let frame = parse(&[8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).unwrap();
        assert_eq!((frame.units_wide, frame.units_high), (3, 2));
        let chroma = frame.components[1];
        assert_eq!((chroma.blocks_wide, chroma.blocks_high), (3, 2));
        assert_eq!((frame.padded_wide(&frame.components[0]), frame.padded_high(&chroma)), (6, 2));
        assert_eq!(frame.plane_size(&chroma, Scale::Full), (17, 9));
        assert_eq!(frame.plane_size(&chroma, Scale::Eighth), (3, 2));
    }

    #[test]
    fn refuses_by_fault() {
        let factors = |first, second| parse(&[8, 0, 9, 0, 9, 3, 1, first, 0, 2, second, 0, 3, 0x11, 0]);
        assert!(matches!(factors(0x31, 0x21), Err(Error::Unsupported(_))));
        assert!(factors(0x31, 0x11).is_ok());
        assert!(matches!(factors(0x51, 0x11), Err(Error::Input(_))));
        assert!(matches!(parse(&[12, 0, 9, 0, 9, 1, 1, 0x11, 0]), Err(Error::Unsupported(_))));
        assert!(matches!(parse(&[8, 0, 0, 0, 9, 1, 1, 0x11, 0]), Err(Error::Input(_))));
        assert!(parse(&[8, 0, 9, 0, 9, 1, 1, 0x11]).is_err());
    }
}
