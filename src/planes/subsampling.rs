//! How much coarser the chroma grid is than luma's. Both grids start at the picture's upper left edge, so that their
//! centers agree (JFIF 1.02, section "Spatial relationship of components").

/// Luma samples to one chroma sample, in each direction: 1, 2 or 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subsampling {
    across: u8,
    down: u8,
}

impl Subsampling {
    /// 4:4:4.
    pub const NONE: Self = Self { across: 1, down: 1 };
    /// 4:2:2.
    pub const ACROSS: Self = Self { across: 2, down: 1 };
    /// 4:4:0: a 4:2:2 picture that was turned.
    pub const DOWN: Self = Self { across: 1, down: 2 };
    /// 4:2:0.
    pub const BOTH: Self = Self { across: 2, down: 2 };
    /// 4:1:1.
    pub const ACROSS_4: Self = Self { across: 4, down: 1 };

    /// `None` for what no picture of ours has: other factors than 1, 2 and 4.
    pub const fn new(across: u8, down: u8) -> Option<Self> {
        if matches!((across, down), (1 | 2 | 4, 1 | 2 | 4)) { Some(Self { across, down }) } else { None }
    }

    pub const fn across(self) -> u8 {
        self.across
    }

    pub const fn down(self) -> u8 {
        self.down
    }

    /// Of the picture lying on its side.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self { across: self.down, down: self.across }
    }

    /// The size of a chroma plane. The last sample of an odd side covers less than the others.
    pub const fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        (width.div_ceil(self.across as u32), height.div_ceil(self.down as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sides_are_rounded_up() {
        assert_eq!(Subsampling::BOTH.size((5, 4)), (3, 2));
        assert_eq!(Subsampling::ACROSS.turned().size((5, 5)), (5, 3));
        assert_eq!(Subsampling::ACROSS_4.size((1, 1)), (1, 1));
    }
}
