//! One plane of 8-bit samples, rows without padding. Never knows what its samples mean.

use crate::error::{Error, Result};
use crate::limits;

/// The data is exactly `width * height` long, and neither side is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    width: u32,
    height: u32,
    data: Vec<u8>,
}

impl Plane {
    /// Takes the buffer over. A longer buffer is cut, a shorter one is a defect of the caller.
    pub fn new(width: u32, height: u32, mut data: Vec<u8>) -> Result<Self> {
        let wanted = Self::bytes(width, height);
        if wanted == 0 || (data.len() as u64) < wanted {
            return Err(Error::internal(format!("a {width}x{height} plane in {} bytes", data.len())));
        }
        data.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        Ok(Self { width, height, data })
    }

    /// A black plane.
    pub fn zeroed(width: u32, height: u32) -> Result<Self> {
        Self::new(width, height, limits::zeroed(Self::bytes(width, height))?)
    }

    /// Cannot overflow: sides are 32 bits.
    pub const fn bytes(width: u32, height: u32) -> u64 {
        width as u64 * height as u64
    }

    pub const fn width(&self) -> u32 {
        self.width
    }

    pub const fn height(&self) -> u32 {
        self.height
    }

    pub fn data(&self) -> &[u8] {
        &self.data
    }

    pub fn data_mut(&mut self) -> &mut [u8] {
        &mut self.data
    }

    /// Gives the buffer back, to be lent again.
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }

    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.data.chunks_exact(self.width as usize)
    }

    pub fn rows_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut [u8]> + ExactSizeIterator {
        self.data.chunks_exact_mut(self.width as usize)
    }

    pub fn row(&self, y: usize) -> Option<&[u8]> {
        let width = self.width as usize;
        self.data.get(y.checked_mul(width)?..)?.get(..width)
    }

    pub fn row_mut(&mut self, y: usize) -> Option<&mut [u8]> {
        let width = self.width as usize;
        self.data.get_mut(y.checked_mul(width)?..)?.get_mut(..width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_exactly_its_samples() {
        let plane = Plane::new(3, 2, vec![7; 9]).unwrap();
        assert_eq!(plane.data().len(), 6);
        assert_eq!(plane.row(1), Some(&[7; 3][..]));
        assert_eq!(plane.row(2), None);
        assert!(Plane::new(3, 2, vec![7; 5]).is_err());
        assert!(Plane::new(0, 2, vec![]).is_err());
        assert!(Plane::zeroed(u32::MAX, u32::MAX).is_err());
    }
}
