//! The fraction of each side that a picture is decoded to, and what is kept of a block for it. Decodes nothing.

/// Samples that the inverse transform makes of a block's eight, in each direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::codec) enum Scale {
    Full,
    Half,
    Quarter,
    Eighth,
}

/// Where a coefficient goes that the scaled transform does not use. No kept one has this place, but at full scale.
const DROPPED: u8 = 63;

/// Zigzag order to rows of eight, ITU-T T.81 figure A.6.
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Zigzag order to the place in a block of N x N, columns first: the transform then needs one transposition, not two.
const PLACES: [[u8; 64]; 4] = [places(8), places(4), places(2), places(1)];

impl Scale {
    pub(in crate::codec) const ALL: [Self; 4] = [Self::Full, Self::Half, Self::Quarter, Self::Eighth];

    /// N of N/8.
    pub(in crate::codec) const fn samples(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// Coefficients that are kept of a block.
    pub(in crate::codec) const fn kept(self) -> usize {
        self.samples() * self.samples()
    }

    /// Says whether any coefficient but DC is kept.
    pub(super) const fn needs_ac(self) -> bool {
        self.kept() > 1
    }

    /// The zigzag index of the last coefficient that is kept.
    pub(super) const fn last_kept(self) -> usize {
        match self {
            Self::Full => 63,
            Self::Half => 24,
            Self::Quarter => 4,
            Self::Eighth => 0,
        }
    }

    /// The place of each coefficient in a block of N x N; `DROPPED` lies outside of all but the full one.
    pub(super) const fn places(self) -> &'static [u8; 64] {
        &PLACES[self as usize]
    }

    /// One bit for each kept coefficient, in zigzag order.
    pub(super) const fn kept_mask(self) -> u64 {
        let mut mask = 0;
        let mut k = 0;
        while k < 64 {
            if (self.places()[k] as usize) < self.kept() {
                mask |= 1 << k;
            }
            k += 1;
        }
        mask
    }
}

const fn places(n: u8) -> [u8; 64] {
    let mut places = [DROPPED; 64];
    let mut k = 0;
    while k < 64 {
        let (row, column) = (ZIGZAG[k] / 8, ZIGZAG[k] % 8);
        if row < n && column < n {
            places[k] = column * n + row;
        }
        k += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_n_by_n_and_nothing_after_the_last() {
        for scale in Scale::ALL {
            assert_eq!(scale.kept_mask().count_ones() as usize, scale.kept());
            assert_eq!(scale.kept_mask().ilog2() as usize, scale.last_kept());
        }
    }
}
