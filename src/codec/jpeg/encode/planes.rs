//! The samples that the encoder takes: one plane of brightness, or three with color, each with its own stride.
//! Borrows, never copies.

use crate::error::{Error, Result};

/// The longest side that a JPEG can say.
pub(in crate::codec) const MAX_SIDE: u32 = 65_535;

/// One component, row by row. The rows are `stride` samples apart.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) struct Plane<'a> {
    samples: &'a [u8],
    stride: usize,
    width: u32,
    height: u32,
}

impl<'a> Plane<'a> {
    pub(in crate::codec) fn new(samples: &'a [u8], width: u32, height: u32, stride: usize) -> Result<Self> {
        check_sides(width, height)?;
        let needed = u64::from(height - 1).saturating_mul(stride as u64).saturating_add(width.into());
        if stride < width as usize || (samples.len() as u64) < needed {
            let len = samples.len();
            return Err(Error::internal(format!("a {width}x{height} plane, stride {stride}, in {len} samples")));
        }
        Ok(Self { samples, stride, width, height })
    }

    pub(in crate::codec) const fn width(&self) -> u32 {
        self.width
    }

    pub(in crate::codec) const fn height(&self) -> u32 {
        self.height
    }

    /// Row `y`, or the last one below the plane.
    pub(super) fn row(&self, y: usize) -> &'a [u8] {
        let start = y.min(self.height as usize - 1) * self.stride;
        self.samples.get(start..start + self.width as usize).unwrap_or_default()
    }
}

/// Refuses sides that no JPEG can say.
pub(super) fn check_sides(width: u32, height: u32) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(Error::internal(format!("a {width}x{height} picture for JPEG")));
    }
    let side = width.max(height);
    if side > MAX_SIDE {
        return Err(Error::Limit { what: "side", max: MAX_SIDE.into(), got: side.into() });
    }
    Ok(())
}

/// How many samples of color there are to the samples of brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Sampling {
    /// No color.
    Gray,
    /// 4:2:0, one for 2x2.
    Half,
    /// 4:4:4, one for one.
    Full,
}

/// A picture in full-range BT.601 `YCbCr`, as JFIF has it.
#[derive(Debug, Clone, Copy)]
pub(in crate::codec) enum Planes<'a> {
    Gray(Plane<'a>),
    Color { planes: [Plane<'a>; 3], sampling: Sampling },
}

impl<'a> Planes<'a> {
    pub(in crate::codec) const fn gray(luma: Plane<'a>) -> Self {
        Self::Gray(luma)
    }

    /// Y, Cb and Cr. The size of the chroma planes, which are alike, says whether it is 4:4:4 or 4:2:0.
    pub(in crate::codec) fn color(luma: Plane<'a>, blue: Plane<'a>, red: Plane<'a>) -> Result<Self> {
        let (size, chroma) = ((luma.width, luma.height), (blue.width, blue.height));
        let sampling = match chroma {
            full if full == size => Sampling::Full,
            half if half == (size.0.div_ceil(2), size.1.div_ceil(2)) => Sampling::Half,
            _ => return Err(Error::internal(format!("{chroma:?} samples of chroma for {size:?} of luma"))),
        };
        if chroma != (red.width, red.height) {
            return Err(Error::internal("two chroma planes of different sizes"));
        }
        Ok(Self::Color { planes: [luma, blue, red], sampling })
    }

    pub(in crate::codec) const fn sampling(&self) -> Sampling {
        match self {
            Self::Gray(_) => Sampling::Gray,
            Self::Color { sampling, .. } => *sampling,
        }
    }

    /// The components in their order.
    pub(super) fn list(&self) -> &[Plane<'a>] {
        match self {
            Self::Gray(luma) => std::slice::from_ref(luma),
            Self::Color { planes, .. } => planes,
        }
    }

    pub(super) fn size(&self) -> (u32, u32) {
        let (Self::Gray(luma) | Self::Color { planes: [luma, ..], .. }) = self;
        (luma.width, luma.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_as_large_as_they_say() {
        assert!(Plane::new(&[0; 10], 3, 3, 4).is_err());
        assert!(Plane::new(&[0; 11], 3, 3, 4).is_ok(), "the last row needs no padding");
        assert!(Plane::new(&[0; 99], 3, 3, 2).is_err());
        assert!(Plane::new(&[0; 9], 3, 0, 3).is_err());
        assert!(Plane::new(&[0; 9], u32::MAX, u32::MAX, usize::MAX).is_err());
        let long = vec![0; 65_536];
        assert!(matches!(Plane::new(&long, 65_536, 1, 65_536), Err(Error::Limit { what: "side", .. })));
        assert!(Plane::new(&long, 65_535, 1, 65_535).is_ok());
    }

    #[test]
    fn chroma_sizes_say_the_sampling() {
        let plane = |width, height| Plane::new(&[0; 64], width, height, width as usize).unwrap();
        let of = |luma, chroma| Planes::color(luma, chroma, chroma).map(|planes| planes.sampling());
        assert_eq!(of(plane(5, 3), plane(3, 2)), Ok(Sampling::Half));
        assert_eq!(of(plane(5, 3), plane(5, 3)), Ok(Sampling::Full));
        assert!(of(plane(5, 3), plane(2, 1)).is_err());
        assert!(Planes::color(plane(5, 3), plane(3, 2), plane(5, 3)).is_err());
    }
}
