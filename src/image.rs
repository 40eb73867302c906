//! Pixels in memory: interleaved rows of 8-bit samples without padding.
//! Knows no file format, and never allocates by itself.

use crate::error::{Error, Result};

/// What the samples of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Ink: 255 is full coverage. Only a decoder makes it, only the color step takes it.
    Cmyk,
}

impl Layout {
    pub const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::GrayAlpha | Self::Rgba)
    }

    /// Bytes of a picture of this size. Cannot overflow: sides are 32 bits, channels at most 4.
    pub const fn bytes(self, width: u32, height: u32) -> u64 {
        (width as u64).saturating_mul(height as u64).saturating_mul(self.channels() as u64)
    }
}

/// A picture. The data is exactly `layout.bytes(width, height)` long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    layout: Layout,
    data: Vec<u8>,
}

impl Image {
    /// Takes the buffer over. A longer buffer is cut, a shorter one is a defect of the caller.
    pub fn new(width: u32, height: u32, layout: Layout, mut data: Vec<u8>) -> Result<Self> {
        let wanted = layout.bytes(width, height);
        if (data.len() as u64) < wanted {
            return Err(Error::internal(format!("a {width}x{height} picture in {} bytes", data.len())));
        }
        data.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
        Ok(Self { width, height, layout, data })
    }

    pub const fn width(&self) -> u32 {
        self.width
    }

    pub const fn height(&self) -> u32 {
        self.height
    }

    pub const fn layout(&self) -> Layout {
        self.layout
    }

    pub const fn has_alpha(&self) -> bool {
        self.layout.has_alpha()
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

    /// RGBA to RGB in place, without a look at the alpha.
    pub fn drop_alpha(mut self) -> Result<Self> {
        if self.layout != Layout::Rgba {
            return Ok(self);
        }
        let pixels = self.data.len() / 4;
        for index in 1..pixels {
            self.data.copy_within(index * 4..index * 4 + 3, index * 3);
        }
        Self::new(self.width, self.height, Layout::Rgb, self.data)
    }

    pub fn row_bytes(&self) -> usize {
        self.width as usize * self.layout.channels()
    }

    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.data.chunks_exact(self.row_bytes().max(1))
    }

    /// Says that no pixel is transparent, so that alpha may be dropped.
    pub fn is_opaque(&self) -> bool {
        match self.layout {
            Layout::GrayAlpha => self.data.chunks_exact(2).all(|pixel| pixel.last() == Some(&255)),
            Layout::Rgba => self.data.chunks_exact(4).all(|pixel| pixel.last() == Some(&255)),
            Layout::Gray | Layout::Rgb | Layout::Cmyk => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_exactly_its_pixels() {
        let image = Image::new(2, 3, Layout::Rgb, vec![7; 20]).unwrap();
        assert_eq!(image.data().len(), 18);
        assert_eq!(image.rows().count(), 3);
        assert!(Image::new(2, 3, Layout::Rgba, vec![7; 20]).is_err());
    }

    #[test]
    fn tells_whether_alpha_matters() {
        assert!(Image::new(1, 2, Layout::Rgba, vec![0, 0, 0, 255, 9, 9, 9, 255]).unwrap().is_opaque());
        assert!(!Image::new(1, 1, Layout::GrayAlpha, vec![0, 254]).unwrap().is_opaque());
    }
}
