//! The inner loops of the resizer: AVX2 where the machine has it, else plain Rust with the very same outcome.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod portable;

/// Weights are fractions of 2^14, so that a pair of products fits the sum and 1.0 fits 16 bits.
pub(super) const WEIGHT_BITS: u32 = 14;
/// Between the two passes a sample of 8 bits has six more, and one bit of room for what overshoots.
pub(super) const LEVEL_BITS: u32 = 6;
/// Columns of a tile.
pub(super) const TILE: usize = 32;
/// Weights of a horizontal window come in this multiple.
pub(super) const LANES: usize = 16;

/// Windows that are summed at once.
pub(super) const GROUP: usize = 8;

/// `TILE` columns of two rows: the upper and the lower sample of a column stand side by side.
pub(super) type Tile = [i16; 2 * TILE];

/// The windows of a row, in whole groups: where each starts, and for each group `lanes` times the next register of
/// weights of all its windows.
#[derive(Clone, Copy)]
pub(super) struct Taps<'a> {
    pub(super) starts: &'a [u32],
    pub(super) weights: &'a [[[i16; LANES]; GROUP]],
    pub(super) lanes: usize,
}

impl Taps<'_> {
    /// Says whether every window lies within that many levels.
    fn fit(&self, levels: usize) -> bool {
        let room = self.lanes.max(1).checked_mul(LANES).and_then(|span| levels.checked_sub(span));
        room.is_some_and(|room| self.starts.iter().all(|start| *start as usize <= room))
    }
}

/// Which of the twins runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kernels {
    Portable,
    /// Made by `detect` only, after the machine said that it can.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Kernels {
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if crate::processor::has_avx2() {
            return Self::Avx2;
        }
        Self::Portable
    }

    /// Puts two rows side by side.
    pub(super) fn interleave(self, upper: &[u8; TILE], lower: &[u8; TILE], tile: &mut Tile) {
        match self {
            Self::Portable => portable::interleave(upper, lower, tile),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a call into code for AVX2")]
            // SAFETY: `Avx2` is made by `detect` only, which asked the machine.
            Self::Avx2 => unsafe { avx2::interleave(upper, lower, tile) },
        }
    }

    /// One row of levels from columns of tiles, `weights.len()` tiles to a column. Sums are divided by 2^`shift`.
    pub(super) fn vertical(self, columns: &[Tile], weights: &[[i16; 2]], shift: u32, levels: &mut [i16]) {
        match self {
            Self::Portable => portable::vertical(columns, weights, shift, levels),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a call into code for AVX2")]
            // SAFETY: as above.
            Self::Avx2 => unsafe { avx2::vertical(columns, weights, shift, levels) },
        }
    }

    /// One row of levels from a longer one, in whole groups. Does nothing where a window reaches beyond its end.
    pub(super) fn horizontal(self, levels: &[i16], taps: Taps<'_>, resized: &mut [i16]) {
        match self {
            Self::Portable => portable::horizontal(levels, taps, resized),
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "a call into code for AVX2")]
            // SAFETY: as above.
            Self::Avx2 => unsafe { avx2::horizontal(levels, taps, resized) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: &mut u32) -> i16 {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, _, low, high] = seed.to_le_bytes();
        i16::from_le_bytes([low, high])
    }

    /// Weights whose absolute sum stays below two, as those of Lanczos do.
    fn weights(seed: &mut u32, count: usize) -> Vec<i16> {
        (0..count).map(|_| noise(seed) / i16::try_from(count.max(2)).unwrap()).collect()
    }

    #[test]
    fn twins_interleave_alike() {
        let seed = &mut 1;
        let upper: [u8; TILE] = std::array::from_fn(|_| noise(seed).to_ne_bytes()[0]);
        let lower: [u8; TILE] = std::array::from_fn(|_| noise(seed).to_ne_bytes()[0]);
        let (mut plain, mut fast) = ([0; 2 * TILE], [0; 2 * TILE]);
        Kernels::Portable.interleave(&upper, &lower, &mut plain);
        Kernels::detect().interleave(&upper, &lower, &mut fast);
        assert_eq!(plain, fast);
    }

    #[test]
    fn twins_sum_columns_alike() {
        let seed = &mut 2;
        for (slots, tiles, shift) in [(1, 1, 8), (2, 3, 14), (7, 5, 8), (31, 2, 14)] {
            let columns: Vec<Tile> = (0..slots * tiles).map(|_| std::array::from_fn(|_| noise(seed))).collect();
            let pairs = weights(seed, slots * 2);
            let pairs = pairs.as_chunks::<2>().0;
            let (mut plain, mut fast) = (vec![0; tiles * TILE], vec![0; tiles * TILE]);
            Kernels::Portable.vertical(&columns, pairs, shift, &mut plain);
            Kernels::detect().vertical(&columns, pairs, shift, &mut fast);
            assert_eq!(plain, fast, "{slots} slots, {tiles} tiles");
        }
    }

    #[test]
    fn twins_sum_rows_alike() {
        let seed = &mut 3;
        for (target, lanes) in [(8, 1), (16, 2), (8, 3), (40, 4), (16, 10)] {
            let levels: Vec<i16> = (0..300).map(|_| noise(seed)).collect();
            let starts: Vec<u32> = (0..target).map(|at| at * 3).collect();
            let weights: Vec<i16> = starts.iter().flat_map(|_| weights(seed, lanes * LANES)).collect();
            let taps = Taps { starts: &starts, weights: weights.as_chunks().0.as_chunks().0, lanes };
            let (mut plain, mut fast) = (vec![0; starts.len()], vec![0; starts.len()]);
            Kernels::Portable.horizontal(&levels, taps, &mut plain);
            Kernels::detect().horizontal(&levels, taps, &mut fast);
            assert_eq!(plain, fast, "{target} samples of {lanes} registers");
        }
    }
}
