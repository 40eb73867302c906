//! Which coefficients of a block to keep, and whether to round them down by a size: the choice that costs least in bits and
//! error together, found by dynamic programming over the candidates.

use super::blocks::Blocks;
use super::rates::Rates;
use super::steps::Steps;
use super::transform::{Scaled, rounded};
use super::zigzag::COLUMNS;

/// Kept candidates that are looked back at: more found nothing.
const WINDOW: usize = 12;

/// Bits that a squared error of one step is worth: `WORTH / (BUSY + energy)`, so that errors count less where the block
/// hides them. Both by measurement.
const WORTH: f32 = 1_763_456.0;
const BUSY: f32 = 92_682.0;

pub(super) struct Optimizer {
    rates: Rates,
    candidates: Candidates,
}

/// The coefficients of a block that may be kept, in the file's order; place 0 stands for the block's start.
struct Candidates {
    count: usize,
    places: [u8; 64],
    levels: [f32; 64],
    /// The error of making this one and all before it zero.
    zeroed: [f32; 64],
    /// The least cost up to a candidate that is kept, and how it came about.
    paths: [Path; 64],
}

#[derive(Clone, Copy)]
struct Path {
    cost: f32,
    before: u8,
    size: u8,
    level: i16,
}

impl Path {
    const START: Self = Self { cost: 0.0, before: 0, size: 0, level: 0 };
}

impl Optimizer {
    pub(super) fn new() -> Self {
        let candidates =
            Candidates { count: 0, places: [0; 64], levels: [0.0; 64], zeroed: [0.0; 64], paths: [Path::START; 64] };
        Self { rates: Rates::new(), candidates }
    }

    /// Adds the best choice for a block to `blocks`.
    pub(super) fn choose(&mut self, (scaled, mask): &(Scaled, u64), steps: &Steps, blocks: &mut Blocks) {
        let dc = rounded(scaled[0][0]);
        let worth = WORTH / (BUSY + steps.energy(scaled));
        self.candidates.collect(scaled, *mask, worth);
        for index in 1..=self.candidates.count {
            self.candidates.extend(index, worth, &self.rates);
        }
        let (mask, levels, count) = self.candidates.best(&mut self.rates);
        blocks.push_chosen(dc, mask, levels.into_iter().take(count));
    }

    pub(super) fn finish_row(&mut self) {
        self.rates.finish_row();
    }
}

impl Candidates {
    /// All coefficients that `mask` names, in the file's order.
    fn collect(&mut self, scaled: &Scaled, mut mask: u64, worth: f32) {
        let levels = scaled.as_flattened();
        self.count = 0;
        let mut zeroed = 0.0;
        while mask != 0 {
            let place = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            let level = levels[usize::from(COLUMNS[place % 64]) % 64];
            zeroed += worth * level * level;
            self.count += 1;
            let index = self.count % 64;
            #[expect(clippy::cast_possible_truncation, reason = "below 64")]
            let place = place as u8;
            (self.places[index], self.levels[index], self.zeroed[index]) = (place, level, zeroed);
        }
    }

    /// The cheapest way to keep candidate `index`.
    fn extend(&mut self, index: usize, worth: f32, rates: &Rates) {
        let level = self.levels[index % 64];
        let choices = Choices::new(level.abs(), worth);
        let (nearest, shorter) = (choices.nearest, choices.shorter);
        let place = usize::from(self.places[index % 64]);
        let until = self.zeroed[(index - 1) % 64];
        let (mut least, mut chosen) = (f32::MAX, (0, false));
        for before in (index.saturating_sub(WINDOW)..index).rev() {
            let zeros = place - usize::from(self.places[before % 64]) - 1;
            let base = self.paths[before % 64].cost + until - self.zeroed[before % 64] + rates.zeros(zeros);
            // No value costs less than one bit.
            if base + 1.0 >= least {
                continue;
            }
            let costs = rates.value_and_shorter(zeros, nearest.size.into());
            let (cost, short_cost) = (base + nearest.error + costs.0, base + shorter.error + costs.1);
            if cost < least {
                (least, chosen) = (cost, (before, false));
            }
            if shorter.level > 0 && short_cost < least {
                (least, chosen) = (short_cost, (before, true));
            }
        }
        let choice = if chosen.1 { shorter } else { nearest };
        let sign = if level < 0.0 { -1 } else { 1 };
        #[expect(clippy::cast_possible_truncation, reason = "below 64")]
        let before = chosen.0 as u8;
        self.paths[index % 64] = Path { cost: least, before, size: choice.size, level: choice.level * sign };
    }

    /// The block at the least cost: its mask, its levels, and how many there are.
    fn best(&self, rates: &mut Rates) -> (u64, [i16; 64], usize) {
        let total = self.zeroed[self.count % 64];
        let (mut index, mut least) = (0, total + rates.end());
        for last in 1..=self.count {
            let end = if self.places[last % 64] == 63 { 0.0 } else { rates.end() };
            let cost = self.paths[last % 64].cost + total - self.zeroed[last % 64] + end;
            if cost < least {
                (index, least) = (last, cost);
            }
        }
        if self.places[index % 64] != 63 {
            rates.count_end();
        }
        self.trace(index, rates)
    }

    /// Walks back from the last candidate that is kept.
    fn trace(&self, mut index: usize, rates: &mut Rates) -> (u64, [i16; 64], usize) {
        let (mut mask, mut levels, mut count) = (0, [0; 64], 0);
        while index > 0 {
            let (path, place) = (self.paths[index % 64], self.places[index % 64]);
            let before = usize::from(path.before);
            rates.count(usize::from(place - self.places[before % 64] - 1), path.size.into());
            mask |= 1 << place;
            levels[count % 64] = path.level;
            (index, count) = (before, count + 1);
        }
        levels.get_mut(..count).unwrap_or_default().reverse();
        (mask, levels, count)
    }
}

/// A level that a candidate may take.
#[derive(Clone, Copy)]
struct Choice {
    level: i16,
    size: u8,
    error: f32,
}

/// The nearest level, and the largest that is a bit shorter: zero where there is none.
struct Choices {
    nearest: Choice,
    shorter: Choice,
}

impl Choices {
    #[inline]
    fn new(magnitude: f32, worth: f32) -> Self {
        let choice = |level: i16, size| {
            let error = magnitude - f32::from(level);
            Choice { level, size, error: worth * error * error }
        };
        let nearest = rounded(magnitude).max(1);
        #[expect(clippy::cast_possible_truncation, reason = "levels are below 1,025")]
        let size = (nearest.ilog2() + 1) as u8;
        Self { nearest: choice(nearest, size), shorter: choice((1 << (size - 1)) - 1, size - 1) }
    }
}
