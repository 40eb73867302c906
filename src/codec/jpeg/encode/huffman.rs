//! The best Huffman table for symbols that came so often, within the 16 bits that JPEG allows (T.81, K.2).

use super::tokens::Histogram;

/// The longest code.
const MAX_BITS: usize = 16;

/// The symbol that does not exist: it takes the code of ones alone, which no table may have.
const RESERVED: usize = 256;

pub(super) struct Table {
    /// How many codes there are of 1, 2, ... 16 bits.
    counts: [u8; MAX_BITS],
    /// The symbols, shortest code first.
    symbols: Vec<u8>,
    codes: [Code; 256],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) len: u8,
}

impl Table {
    pub(super) fn new(histogram: &Histogram) -> Self {
        let (symbols, mut counts) = lengths(histogram);
        limit(&mut counts);
        // The longest code goes to the symbol that does not exist, which came least often.
        if let Some(count) = counts.iter_mut().rev().find(|count| **count > 0) {
            *count -= 1;
        }
        let counts = std::array::from_fn(|index| u8::try_from(counts[index + 1]).unwrap_or(u8::MAX));
        let codes = codes(&counts, &symbols);
        Self { counts, symbols, codes }
    }

    pub(super) const fn counts(&self) -> &[u8; MAX_BITS] {
        &self.counts
    }

    pub(super) fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// What symbols that came so often take, with the bits after them: those of a value or, in scans of AC, of a run's length.
    pub(super) fn bits(&self, histogram: &Histogram, is_dc: bool) -> u64 {
        let extra = |symbol: u8| match symbol & 15 {
            0 if !is_dc && symbol != 0xf0 => symbol >> 4,
            size => size,
        };
        let each = (0..=u8::MAX).zip(&self.codes).map(|(symbol, code)| u64::from(code.len + extra(symbol)));
        each.zip(histogram).map(|(bits, count)| bits * u64::from(*count)).sum()
    }

    pub(super) const fn codes(&self) -> &[Code; 256] {
        &self.codes
    }
}

/// Codes of each length; deeper than `MAX_BITS` at first. Fibonacci numbers up to 2^40 make 58 levels at most.
type Counts = [u32; 64];

/// The symbols that came, most often first, and how many codes of each length the best tree has.
fn lengths(histogram: &Histogram) -> (Vec<u8>, Counts) {
    let mut leaves: Vec<(u64, usize)> = histogram.iter().map(|count| u64::from(*count)).zip(0..).collect();
    leaves.retain(|(count, _)| *count > 0);
    leaves.push((1, RESERVED));
    // Seldom first; of two that came as often, the later one first, and so the reserved one before all.
    leaves.sort_unstable_by_key(|(count, symbol)| (*count, std::cmp::Reverse(*symbol)));
    let symbols = leaves.iter().rev().filter_map(|(_, symbol)| u8::try_from(*symbol).ok()).collect();
    let counts = leaves.iter().map(|(count, _)| *count).collect();
    (symbols, depths(counts))
}

/// Huffman's tree by two queues: leaves, and nodes as they are joined, which come in rising order by themselves.
fn depths(leaves: Vec<u64>) -> Counts {
    let count = leaves.len();
    let mut weights = leaves;
    let mut parents = vec![0_usize; count * 2];
    let (mut leaf, mut node) = (0, count);
    for joined in count..(count * 2).saturating_sub(1) {
        let mut weight = 0;
        for _ in 0..2 {
            let next = match (weights.get(leaf).filter(|_| leaf < count), weights.get(node)) {
                (Some(first), Some(second)) if second < first => &mut node,
                (Some(_), _) => &mut leaf,
                _ => &mut node,
            };
            weight += weights.get(*next).copied().unwrap_or_default();
            if let Some(parent) = parents.get_mut(*next) {
                *parent = joined;
            }
            *next += 1;
        }
        weights.push(weight);
    }
    let mut depth = vec![0_usize; count * 2];
    let mut counts = [0; 64];
    for index in (0..(count * 2).saturating_sub(2)).rev() {
        depth[index] = depth[parents[index]] + 1;
        if index < count {
            counts[depth[index].min(63)] += 1;
        }
    }
    if count == 1 {
        counts[1] = 1;
    }
    counts
}

/// Shortens codes of more than 16 bits, as figure K.3 of T.81 does: two of them give one bit to a shorter one.
fn limit(counts: &mut Counts) {
    for length in (MAX_BITS + 1..counts.len()).rev() {
        while counts[length] > 0 {
            let Some(shorter) = (1..length - 1).rev().find(|shorter| counts[*shorter] > 0) else { return };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
}

/// The codes of the symbols, in rising order (T.81, C.2).
fn codes(counts: &[u8; MAX_BITS], symbols: &[u8]) -> [Code; 256] {
    let mut codes = [Code::default(); 256];
    let mut symbols = symbols.iter();
    let mut bits = 0;
    for (len, count) in (1..).zip(counts) {
        for symbol in symbols.by_ref().take((*count).into()) {
            codes[usize::from(*symbol)] = Code { bits, len };
            bits += 1;
        }
        bits <<= 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    /// Space that the codes take of 2^16; the code of ones alone must stay free.
    fn used(table: &Table) -> u32 {
        (1..).zip(table.counts()).map(|(len, count)| u32::from(*count) << (16 - len)).sum()
    }

    fn assert_right(histogram: &Histogram) {
        let table = Table::new(histogram);
        assert!(used(&table) < 1 << 16, "{:?}", table.counts());
        assert_eq!(table.counts().iter().map(|count| usize::from(*count)).sum::<usize>(), table.symbols().len());
        for (count, code) in histogram.iter().zip(table.codes()) {
            assert_eq!(*count > 0, code.len > 0);
            assert!(code.len == 0 || u32::from(code.bits) != (1_u32 << code.len) - 1, "ones alone");
        }
    }

    #[test]
    fn every_histogram_has_a_table() {
        assert_right(&[0; 256]);
        assert_right(&[1; 256]);
        let mut one = [0; 256];
        one[7] = 1_000_000;
        assert_right(&one);
        let mut noise = Noise::new(3);
        for round in 0..200 {
            let shift = round % 33;
            assert_right(&std::array::from_fn(|_| {
                let count = u32::try_from(noise.below(1 << 32)).unwrap();
                count.checked_shr(shift + u32::from(noise.byte() % 8)).unwrap_or(0)
            }));
        }
    }

    #[test]
    fn steep_histograms_stay_within_16_bits() {
        let (mut small, mut large) = (1_u32, 1_u32);
        let histogram = std::array::from_fn(|index| {
            if index > 44 {
                return 0;
            }
            (small, large) = (large, small.saturating_add(large));
            small
        });
        assert_right(&histogram);
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let mut histogram = [0; 256];
        histogram[..4].copy_from_slice(&[50, 25, 12, 6]);
        let table = Table::new(&histogram);
        assert_eq!(table.codes()[..4].iter().map(|code| code.len).collect::<Vec<_>>(), [1, 2, 3, 4]);
    }
}
