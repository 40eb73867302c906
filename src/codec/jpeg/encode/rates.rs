//! What the symbols of coefficients cost in bits, as far as they came so far. An estimate: of sequential coding, whose
//! runs and sizes progressive scans share.

/// Zeros before a value in the high four bits, the value's size in the low ones.
const SYMBOLS: usize = 256;
const END: usize = 0;
const ZEROS: usize = 0xf0;

/// The cost of a symbol that never came.
const MAX_BITS: f32 = 16.0;

/// Symbols that the guess at the start is worth.
const GUESS: f32 = 4000.0;

pub(super) struct Rates {
    counts: [u32; SYMBOLS],
    bits: [f32; SYMBOLS],
    rows: u32,
}

impl Rates {
    /// Starts from a guess: each zero before a value costs 0.45 bits, each bit of its size 1.9.
    pub(super) fn new() -> Self {
        let mut counts = [0; SYMBOLS];
        for run in 0..16_u8 {
            for size in 1..11_u8 {
                let bits = 1.9 + 0.45 * f32::from(run) + 1.9 * f32::from(size - 1);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 4,000")]
                let count = (GUESS * (-bits).exp2()).max(1.0) as u32;
                counts[usize::from(run << 4 | size)] = count;
            }
        }
        (counts[END], counts[ZEROS]) = (1100, 12);
        let mut rates = Self { counts, bits: [0.0; SYMBOLS], rows: 0 };
        rates.update();
        rates
    }

    /// Counts a value that was kept; the zeros before it may be up to 62.
    pub(super) fn count(&mut self, zeros: usize, size: usize) {
        self.counts[ZEROS] += u32::try_from(zeros / 16).unwrap_or_default();
        self.counts[((zeros % 16) << 4) | (size % 16)] += 1;
    }

    pub(super) const fn count_end(&mut self) {
        self.counts[END] += 1;
    }

    /// A row of blocks is done. Costs change quickly at first, then seldom.
    pub(super) fn finish_row(&mut self) {
        self.rows += 1;
        if matches!(self.rows, 2 | 5 | 13) || self.rows.is_multiple_of(32) {
            self.update();
        }
    }

    fn update(&mut self) {
        let total: f32 = self.counts.iter().map(|count| *count as f32).sum();
        for ((symbol, count), bits) in (0..=u8::MAX).zip(&self.counts).zip(&mut self.bits) {
            let code = if *count > 0 { (total / *count as f32).log2().clamp(1.0, MAX_BITS) } else { MAX_BITS };
            *bits = code + f32::from(symbol & 15);
        }
    }

    /// Bits of a value of this size, and of one a bit shorter, after so many zeros but for runs of 16.
    #[inline]
    pub(super) const fn value_and_shorter(&self, zeros: usize, size: usize) -> (f32, f32) {
        let place = ((zeros % 16) << 4) | (size % 16);
        (self.bits[place], self.bits[place.saturating_sub(1)])
    }

    /// Bits of the runs of 16 zeros among so many.
    #[inline]
    pub(super) fn zeros(&self, zeros: usize) -> f32 {
        if zeros < 16 { 0.0 } else { (zeros / 16) as f32 * self.bits[ZEROS] }
    }

    pub(super) const fn end(&self) -> f32 {
        self.bits[END]
    }
}
