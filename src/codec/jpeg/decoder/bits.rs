//! Bits of entropy-coded data, most significant first, without the stuffed zeros. Stops at a marker and hands out
//! zeros from there; never reads past it and never allocates.

/// A reservoir of 64 bits before the bytes that are still to come. It is copied into registers while a block is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    rest: &'a [u8],
    /// The next bit is the highest. Below `count` there may be bits that the next refill brings again.
    reservoir: u64,
    count: u32,
    /// Zeros that were put in after the end.
    padding: u32,
    is_damaged: bool,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(rest: &'a [u8]) -> Self {
        Self { rest, reservoir: 0, count: 0, padding: 0, is_damaged: false }
    }

    /// What was not read yet: starts with the marker where one stopped the reading.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Says whether what was read cannot be what an encoder wrote: no such code, or more bits than there were.
    #[inline(always)]
    pub(super) const fn is_damaged(&self) -> bool {
        self.is_damaged || self.count < self.padding
    }

    /// Remembers damage, for the check after the block.
    pub(super) const fn damage(&mut self) {
        self.is_damaged = true;
    }

    /// At least 56 bits are there afterwards.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(bytes) = self.rest.first_chunk::<8>() {
            let word = u64::from_be_bytes(*bytes);
            if !has_ff(word) {
                self.reservoir |= word >> (self.count & 63);
                // At most 7 of the 8 bytes that are there.
                let taken = (63 - (self.count & 63)) as usize >> 3;
                self.rest = self.rest.get(taken..).unwrap_or_default();
                self.count |= 0x38;
                return;
            }
        }
        *self = self.refill_bytewise();
    }

    /// At least 32 bits are there afterwards: enough for a code of 16 and a value of 15.
    #[inline(always)]
    pub(super) fn ensure(&mut self) {
        if self.count < 32 {
            self.refill();
        }
    }

    /// By value, so that the caller's copy can stay in registers.
    #[cold]
    #[inline(never)]
    fn refill_bytewise(mut self) -> Self {
        while self.count < 56 {
            let byte = self.next_byte().unwrap_or_else(|| {
                self.padding += 8;
                0
            });
            self.reservoir |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
    }

    /// The next byte of data, past the zero after a 0xff; none at a marker and at the end.
    fn next_byte(&mut self) -> Option<u8> {
        let (&byte, after) = self.rest.split_first()?;
        if byte != 0xff {
            self.rest = after;
            return Some(byte);
        }
        // Fill bytes may precede the zero, as libjpeg reads it.
        let fill = after.iter().take_while(|&&byte| byte == 0xff).count();
        let after = after.get(fill..)?;
        match after.split_first() {
            Some((0, after)) => {
                self.rest = after;
                Some(0xff)
            }
            _ => None,
        }
    }

    /// The next N bits, which stay where they are.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "N bits are left")]
    pub(super) const fn peek<const N: u32>(&self) -> usize {
        (self.reservoir >> (64 - N)) as usize
    }

    /// The reservoir as it is: the next bit is the highest.
    #[inline(always)]
    pub(super) const fn window(&self) -> u64 {
        self.reservoir
    }

    /// Drops bits that are there; `len` below 64.
    #[inline(always)]
    pub(super) const fn consume(&mut self, len: u32) {
        self.reservoir <<= len & 63;
        self.count = self.count.wrapping_sub(len & 63);
    }

    /// Takes up to 32 bits that are there.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "at most 32 bits are left")]
    pub(super) const fn take(&mut self, len: u32) -> u32 {
        let value = (self.reservoir >> 1 >> (63 - (len & 63))) as u32;
        self.consume(len);
        value
    }

    /// Goes on after the restart marker that comes next, past whatever lies before it. False where another comes.
    pub(super) fn restart(&mut self) -> bool {
        if self.is_damaged() {
            return false;
        }
        match super::markers::find(self.rest) {
            Some((0xd0..=0xd7, after)) => {
                *self = Self::new(after);
                true
            }
            _ => false,
        }
    }
}

/// Says whether one of the eight bytes is 0xff.
#[inline(always)]
pub(super) const fn has_ff(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    (!word).wrapping_sub(ONES) & word & (ONES << 7) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(bytes: &[u8], step: u32, count: u32) -> (Vec<u32>, bool) {
        let mut bits = Bits::new(bytes);
        let mut values = Vec::new();
        for _ in 0..count {
            bits.ensure();
            values.push(bits.take(step));
        }
        (values, bits.is_damaged())
    }

    #[test]
    fn reads_across_stuffed_zeros_and_stops_at_a_marker() {
        let bytes = [1, 2, 0xff, 0, 3, 0xff, 0xff, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0xff, 0xd9, 77];
        let expected = [1, 2, 255, 3, 255, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
        assert_eq!(read_all(&bytes, 8, 15), (expected.to_vec(), false));
        let (values, is_damaged) = read_all(&bytes, 8, 16);
        assert_eq!((values.last(), is_damaged), (Some(&0), true));
    }

    #[test]
    fn odd_steps_agree_with_a_slow_reader() {
        let mut state = 1u32;
        let bytes: Vec<u8> = (0..999)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24).min(254) as u8
            })
            .collect();
        for step in 1..=31 {
            let bit = |at: u32| u32::from(bytes[at as usize / 8] >> (7 - at % 8) & 1);
            let count = 999 * 8 / step;
            let expected: Vec<u32> =
                (0..count).map(|i| (0..step).fold(0, |value, b| value << 1 | bit(i * step + b))).collect();
            assert_eq!(read_all(&bytes, step, count), (expected, false));
        }
    }

    #[test]
    fn restarts_after_the_marker_only() {
        let mut bits = Bits::new(&[1, 0xff, 0xd3, 9]);
        bits.refill();
        assert!(bits.restart());
        bits.refill();
        assert_eq!(bits.take(8), 9);
        assert!(!Bits::new(&[1, 0xff, 0xd9, 9]).restart());
    }

    #[test]
    fn finds_ff() {
        assert!(has_ff(0xff00) && has_ff(0xff << 56) && has_ff(u64::MAX));
        assert!(!has_ff(0xfefe_fefe_fefe_fefe) && !has_ff(0) && !has_ff(0x7f80_0f0f_f0f0_8080));
    }
}
