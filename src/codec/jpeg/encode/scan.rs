//! The scans of a file, and what each of them says of a component. The order and the bounds of the scans are here;
//! how symbols become bits is not.

use super::blocks::{Block, Blocks};
use super::refine::refine;
use super::run::Run;
use super::tokens::{Tokens, magnitude};
use crate::codec::encode::Speed;
use crate::error::Result;

/// Part of one component's coefficients. The first coefficients have scans of their own, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) component: u8,
    /// First and last place in the file's order.
    pub(super) first: u8,
    pub(super) last: u8,
    /// Low bits that an earlier scan left out, or 0.
    pub(super) after: u8,
    /// Low bits that are left to a later scan.
    pub(super) shift: u8,
}

impl Scan {
    const fn new(component: u8, (first, last): (u8, u8), after: u8, shift: u8) -> Self {
        Self { component, first, last, after, shift }
    }

    const fn dc(component: u8) -> Self {
        Self::new(component, (0, 0), 0, 0)
    }

    pub(super) const fn is_dc(self) -> bool {
        self.last == 0
    }
}

/// Blue and red have little to say: one scan each. Of brightness, the last bit of all but the lowest two comes last.
const REFINED: [Scan; 8] = [
    Scan::dc(0),
    Scan::dc(1),
    Scan::dc(2),
    Scan::new(0, (1, 2), 0, 0),
    Scan::new(2, (1, 63), 0, 0),
    Scan::new(1, (1, 63), 0, 0),
    Scan::new(0, (3, 63), 0, 1),
    Scan::new(0, (3, 63), 1, 0),
];

const PLAIN: [Scan; 7] = [
    Scan::dc(0),
    Scan::dc(1),
    Scan::dc(2),
    Scan::new(0, (1, 8), 0, 0),
    Scan::new(2, (1, 63), 0, 0),
    Scan::new(1, (1, 63), 0, 0),
    Scan::new(0, (9, 63), 0, 0),
];

/// The scans of a picture of so many components, in the order in which they are shown.
pub(super) fn scans(components: usize, speed: Speed) -> impl Iterator<Item = Scan> {
    let all: &[Scan] = if matches!(speed, Speed::Fast | Speed::Lean) { &PLAIN } else { &REFINED };
    all.iter().copied().filter(move |scan| usize::from(scan.component) < components)
}

/// Fills `tokens` with what the scan says.
pub(super) fn tokenize(scan: Scan, blocks: &Blocks, tokens: &mut Tokens) -> Result<()> {
    if scan.after > 0 {
        start(scan, blocks, tokens)?;
        return refine(scan, blocks, tokens);
    }
    let mut telling = Telling::new(scan)?;
    telling.tell(blocks, tokens)?;
    telling.end(tokens);
    Ok(())
}

/// Empties `tokens` and makes room for what the scan may say of the blocks, and a run that ends with them.
fn start(scan: Scan, blocks: &Blocks, tokens: &mut Tokens) -> Result<()> {
    let count = blocks.dc().len();
    // Each value is a symbol or a correction bit; a block adds at most three runs of 16 zeros, with bits after each, the
    // symbol of a run that ends, and what is left of its bits.
    tokens.start(if scan.is_dc() { count } else { blocks.values().saturating_add(count.saturating_mul(8)) })
}

/// A scan that refines nothing, said in pieces of whole rows; what is pending between two of them.
pub(super) struct Telling {
    scan: Scan,
    run: Run,
    before: i32,
}

impl Telling {
    pub(super) fn new(scan: Scan) -> Result<Self> {
        Ok(Self { scan, run: Run::new()?, before: 0 })
    }

    /// Replaces `tokens` by what the scan says of the blocks that come next.
    pub(super) fn tell(&mut self, blocks: &Blocks, tokens: &mut Tokens) -> Result<()> {
        start(self.scan, blocks, tokens)?;
        if self.scan.is_dc() {
            self.differences(blocks.dc(), tokens);
        } else {
            self.band(blocks, tokens);
        }
        Ok(())
    }

    /// Adds the last run.
    pub(super) fn end(&mut self, tokens: &mut Tokens) {
        self.run.flush(tokens);
    }

    /// The first coefficients, each as the difference to the one before (T.81, F.1.2.1).
    fn differences(&mut self, values: &[i16], tokens: &mut Tokens) {
        for value in values {
            let (size, bits) = magnitude(i32::from(*value) - self.before);
            self.before = (*value).into();
            #[expect(clippy::cast_possible_truncation, reason = "at most 11")]
            tokens.symbol(size as u8, size, bits);
        }
    }

    /// A band of coefficients (T.81, G.1.2.2).
    fn band(&mut self, blocks: &Blocks, tokens: &mut Tokens) {
        for block in blocks.iter() {
            let (mask, values) = block.band(self.scan);
            if mask == 0 {
                self.run.extend(&[], tokens);
                continue;
            }
            let last = say_values(self.scan, mask, values, &mut self.run, tokens);
            if last != self.scan.last.into() {
                self.run.extend(&[], tokens);
            }
        }
    }
}

/// Says the values of one block; the place of the last one that is not zero here, or the place before the band.
#[inline]
fn say_values(scan: Scan, mut mask: u64, values: &[i16], run: &mut Run, tokens: &mut Tokens) -> u32 {
    let mut last = u32::from(scan.first) - 1;
    for value in values {
        let place = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        let (value, sign) = (i32::from(*value), i32::from(*value >> 15));
        let level = value.abs() >> scan.shift;
        if level == 0 {
            continue;
        }
        run.flush(tokens);
        let mut zeros = place.wrapping_sub(last + 1);
        last = place;
        while zeros > 15 {
            tokens.symbol(0xf0, 0, 0);
            zeros -= 16;
        }
        let (size, bits) = magnitude((level ^ sign) - sign);
        #[expect(clippy::cast_possible_truncation, reason = "15 zeros and 10 bits at most")]
        tokens.symbol((zeros << 4 | size) as u8, size, bits);
    }
    last
}

impl<'a> Block<'a> {
    /// What of the block lies in the scan's band.
    #[inline]
    pub(super) fn band(self, scan: Scan) -> (u64, &'a [i16]) {
        let band = u64::MAX >> (63 - scan.last) & u64::MAX << scan.first;
        let below = self.mask & !(u64::MAX << scan.first);
        let mask = self.mask & band;
        let start = below.count_ones() as usize;
        let values = match scan.last {
            63 => self.values.get(start..),
            _ => self.values.get(start..start + mask.count_ones() as usize),
        };
        (mask, values.unwrap_or_default())
    }
}
