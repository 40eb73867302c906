//! The resizer's loops in plain Rust. They say what the SIMD twins must compute, to the bit.

use super::{GROUP, LANES, TILE, Taps, Tile, WEIGHT_BITS};

pub(super) fn interleave(upper: &[u8; TILE], lower: &[u8; TILE], tile: &mut Tile) {
    for (pair, (upper, lower)) in tile.as_chunks_mut::<2>().0.iter_mut().zip(upper.iter().zip(lower)) {
        *pair = [i16::from(*upper), i16::from(*lower)];
    }
}

pub(super) fn vertical(columns: &[Tile], weights: &[[i16; 2]], shift: u32, levels: &mut [i16]) {
    let columns = columns.chunks_exact(weights.len().max(1));
    for (column, levels) in columns.zip(levels.as_chunks_mut::<TILE>().0) {
        let mut sums = [0; TILE];
        for (tile, [upper, lower]) in column.iter().zip(weights) {
            for (sum, [above, below]) in sums.iter_mut().zip(tile.as_chunks::<2>().0) {
                *sum += i32::from(*above) * i32::from(*upper) + i32::from(*below) * i32::from(*lower);
            }
        }
        for (level, sum) in levels.iter_mut().zip(sums) {
            *level = rounded(sum, shift);
        }
    }
}

pub(super) fn horizontal(levels: &[i16], taps: Taps<'_>, resized: &mut [i16]) {
    if !taps.fit(levels.len()) {
        return;
    }
    let groups = taps.starts.as_chunks::<GROUP>().0.iter().zip(taps.weights.chunks_exact(taps.lanes.max(1)));
    for (target, (starts, weights)) in resized.as_chunks_mut::<GROUP>().0.iter_mut().zip(groups) {
        let mut sums = [0; GROUP];
        for (weights, offset) in weights.iter().zip((0..).step_by(LANES)) {
            for ((sum, weights), start) in sums.iter_mut().zip(weights).zip(starts) {
                let seen = levels.get(*start as usize + offset..).unwrap_or_default();
                *sum +=
                    seen.iter().zip(weights).map(|(seen, weight)| i32::from(*seen) * i32::from(*weight)).sum::<i32>();
            }
        }
        *target = sums.map(|sum| rounded(sum, WEIGHT_BITS));
    }
}

fn rounded(sum: i32, shift: u32) -> i16 {
    let level = (sum + (1 << (shift - 1))) >> shift;
    i16::try_from(level).unwrap_or(if level < 0 { i16::MIN } else { i16::MAX })
}
