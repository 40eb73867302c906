//! The scan that adds the low bit of a band of coefficients (T.81, G.1.2.3): new ones become symbols, bits of those that
//! are known already follow them or wait in the run of blocks.

use super::blocks::Blocks;
use super::run::Run;
use super::scan::Scan;
use super::tokens::Tokens;
use crate::error::Result;

pub(super) fn refine(scan: Scan, blocks: &Blocks, tokens: &mut Tokens) -> Result<()> {
    let mut run = Run::new()?;
    for block in blocks.iter() {
        let (mask, values) = block.band(scan);
        if mask == 0 {
            run.extend(&[], tokens);
        } else {
            refine_block(scan, mask, values, &mut run, tokens);
        }
    }
    run.flush(tokens);
    Ok(())
}

/// Correction bits of a block that wait for the symbol before them.
struct Corrections {
    bits: [u8; 64],
    len: usize,
}

impl Corrections {
    fn push(&mut self, level: u16) {
        self.bits[self.len % 64] = (level & 1) as u8;
        self.len += 1;
    }

    fn as_slice(&self) -> &[u8] {
        self.bits.get(..self.len).unwrap_or_default()
    }

    fn say(&mut self, tokens: &mut Tokens) {
        tokens.bits(self.as_slice());
        self.len = 0;
    }
}

fn refine_block(scan: Scan, mut mask: u64, values: &[i16], run: &mut Run, tokens: &mut Tokens) {
    let newest = last_new(scan, mask, values);
    let mut corrections = Corrections { bits: [0; 64], len: 0 };
    let (mut zeros, mut last) = (0, u32::from(scan.first) - 1);
    for value in values {
        let place = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        let level = value.unsigned_abs() >> scan.shift;
        if level == 0 {
            continue;
        }
        zeros += place.wrapping_sub(last + 1);
        last = place;
        // Runs of 16 zeros are said only where a new coefficient follows; the rest is the end of the block.
        while zeros > 15 && newest.is_some_and(|newest| place <= newest) {
            run.flush(tokens);
            tokens.symbol(0xf0, 0, 0);
            corrections.say(tokens);
            zeros -= 16;
        }
        if level > 1 {
            corrections.push(level);
            continue;
        }
        run.flush(tokens);
        #[expect(clippy::cast_possible_truncation, reason = "15 zeros at most")]
        tokens.symbol((zeros << 4 | 1) as u8, 1, (*value > 0).into());
        corrections.say(tokens);
        zeros = 0;
    }
    if last != scan.last.into() || corrections.len > 0 {
        run.extend(corrections.as_slice(), tokens);
    }
}

/// The place of the block's last coefficient that this scan makes known.
fn last_new(scan: Scan, mut mask: u64, values: &[i16]) -> Option<u32> {
    let mut newest = None;
    for value in values {
        if value.unsigned_abs() >> scan.shift == 1 {
            newest = Some(mask.trailing_zeros());
        }
        mask &= mask.wrapping_sub(1);
    }
    newest
}
