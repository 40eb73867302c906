//! What the engine agrees to work on, and the one way to allocate pixels.
//! Limits are checked against headers, before anything of a picture's size exists.

use crate::error::{Error, Result};

/// The policy. A file that passes it may still be refused by the memory budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of the picture that is decoded.
    pub max_pixels: u64,
    /// Pixels of one side of a source.
    pub max_side: u32,
    /// Pixels of one side of a variant.
    pub max_output_side: u32,
    /// Scans of a progressive JPEG: each one walks all of the picture's blocks again.
    pub max_scans: u32,
    /// Bytes of an ICC profile; a larger one is ignored, as a broken one is.
    pub max_profile_bytes: usize,
    /// Frames that `probe` counts before it says "at least this many".
    pub max_counted_frames: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 100_000_000,
            max_side: 65_535,
            max_output_side: 16_384,
            max_scans: 100,
            max_profile_bytes: 4 << 20,
            max_counted_frames: 100_000,
        }
    }
}

impl Limits {
    /// Refuses sides and pixel counts above the policy, and pictures without pixels.
    pub fn check_size(&self, width: u32, height: u32) -> Result<()> {
        if width == 0 || height == 0 {
            return Err(Error::input("the picture's size", "at least 1x1 pixels", format!("{width}x{height}")));
        }
        let side = width.max(height);
        if side > self.max_side {
            return Err(Error::Limit { what: "side", max: self.max_side.into(), got: side.into() });
        }
        let pixels = u64::from(width) * u64::from(height);
        if pixels > self.max_pixels {
            return Err(Error::Limit { what: "pixels", max: self.max_pixels, got: pixels });
        }
        Ok(())
    }

    /// Refuses a progressive JPEG that asks for more passes than any encoder writes.
    pub fn check_scans(&self, scans: u32) -> Result<()> {
        if scans > self.max_scans {
            return Err(Error::Limit { what: "scans", max: self.max_scans.into(), got: scans.into() });
        }
        Ok(())
    }
}

/// An empty vector with room for `len` items, or an error where the system has no more memory to give.
pub fn reserve<T>(len: u64) -> Result<Vec<T>> {
    let refused = || Error::internal(format!("a refusal of the system to give room for {len} items"));
    let wanted = usize::try_from(len).map_err(|_| refused())?;
    let mut items = Vec::new();
    items.try_reserve_exact(wanted).map_err(|_| refused())?;
    Ok(items)
}

/// `len` zero bytes, or an error as `reserve` gives it.
pub fn zeroed(len: u64) -> Result<Vec<u8>> {
    let mut bytes = reserve(len)?;
    bytes.resize(usize::try_from(len).unwrap_or_default(), 0);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_by_name() {
        let limits = Limits::default();
        assert!(limits.check_size(10_000, 10_000).is_ok());
        assert!(matches!(limits.check_size(10_001, 10_000), Err(Error::Limit { what: "pixels", .. })));
        assert!(matches!(limits.check_size(65_536, 1), Err(Error::Limit { what: "side", .. })));
        assert!(matches!(limits.check_size(u32::MAX, u32::MAX), Err(Error::Limit { what: "side", .. })));
        assert!(matches!(limits.check_size(0, 5), Err(Error::Input(_))));
        assert!(matches!(limits.check_scans(101), Err(Error::Limit { what: "scans", max: 100, got: 101 })));
    }

    #[test]
    fn an_impossible_allocation_is_an_error() {
        assert!(matches!(reserve::<u8>(u64::MAX), Err(Error::Internal(_))));
        assert!(matches!(reserve::<u64>(u64::MAX / 8), Err(Error::Internal(_))));
        assert_eq!(zeroed(7).unwrap(), [0; 7]);
    }
}
