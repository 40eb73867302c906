//! The run of blocks that have nothing more to say in a scan, and the correction bits that wait for its end
//! (T.81, G.1.2.2 and G.1.2.3).

use super::tokens::Tokens;
use crate::error::Result;

/// The longest run that a symbol can say.
const MAX_RUN: u32 = 32_767;

/// Correction bits that are kept at most; then the run ends early. libjpeg keeps 1,000.
const MAX_BITS: usize = 1_000;

pub(super) struct Run {
    blocks: u32,
    bits: Vec<u8>,
}

impl Run {
    pub(super) fn new() -> Result<Self> {
        Ok(Self { blocks: 0, bits: crate::limits::reserve(MAX_BITS as u64 + 64)? })
    }

    /// One block more has ended; `bits` are its corrections.
    #[inline]
    pub(super) fn extend(&mut self, bits: &[u8], tokens: &mut Tokens) {
        self.blocks += 1;
        self.bits.extend_from_slice(bits);
        if self.blocks == MAX_RUN || self.bits.len() > MAX_BITS {
            self.flush(tokens);
        }
    }

    /// Says the run, if there is one.
    #[inline]
    pub(super) fn flush(&mut self, tokens: &mut Tokens) {
        if self.blocks > 0 {
            self.say(tokens);
        }
    }

    fn say(&mut self, tokens: &mut Tokens) {
        let size = self.blocks.ilog2();
        #[expect(clippy::cast_possible_truncation, reason = "at most 14")]
        tokens.symbol((size as u8) << 4, size, self.blocks & ((1 << size) - 1));
        tokens.bits(&self.bits);
        self.blocks = 0;
        self.bits.clear();
    }
}
