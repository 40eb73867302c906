//! Numbers that are the same for the same seed: SplitMix64 (Steele, Lea and Flood, 2014). Also the hash of an input, by
//! which a check chooses among its variations: what an input does depends on its bytes alone.

#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// Below `end`, or 0 where that is 0.
    pub const fn below(&mut self, end: usize) -> usize {
        let bits = (self.next() >> 32) as u32;
        ((bits as u128 * end as u128) >> 32) as usize
    }

    /// True once in `of` times.
    pub const fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub const fn byte(&mut self) -> u8 {
        (self.next() >> 56) as u8
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

const fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

pub fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = mixed(state ^ u64::from_le_bytes(word)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    }
    mixed(state)
}
