//! The inputs that others are made from: the seeds, and those that did something new. Bounded in number and bytes.

use std::collections::HashSet;

use crate::random::Random;

const MAX_INPUTS: usize = 4096;
const MAX_BYTES: usize = 64 << 20;

#[derive(Default)]
pub struct Corpus {
    inputs: Vec<Vec<u8>>,
    /// The first of them, which stay.
    seeds: usize,
    bytes: usize,
    /// Outcomes that were seen.
    seen: HashSet<u64>,
}

impl Corpus {
    pub fn new(seeds: Vec<Vec<u8>>) -> Self {
        let mut corpus = Self::default();
        for seed in seeds.into_iter().take(MAX_INPUTS / 2) {
            corpus.bytes += seed.len();
            corpus.inputs.push(seed);
        }
        corpus.seeds = corpus.len();
        corpus
    }

    pub fn outcomes(&self) -> usize {
        self.seen.len()
    }

    pub const fn len(&self) -> usize {
        self.inputs.len()
    }

    pub fn input(&self, index: usize) -> &[u8] {
        self.inputs.get(index).map_or(&[], Vec::as_slice)
    }

    /// Keeps an input whose outcome is new.
    pub fn learn(&mut self, outcome: u64, input: &[u8], random: &mut Random) {
        if self.seen.insert(outcome) {
            self.add(input.to_vec(), random);
        }
    }

    /// One of the inputs; of two the shorter one more often, because it is executed faster.
    pub fn pick(&self, random: &mut Random) -> &[u8] {
        let (one, other) = (self.input(random.below(self.len())), self.input(random.below(self.len())));
        if (one.len() <= other.len()) == random.once_in(4) { other } else { one }
    }

    fn add(&mut self, input: Vec<u8>, random: &mut Random) {
        self.bytes += input.len();
        self.inputs.push(input);
        while self.inputs.len() > self.seeds && (self.inputs.len() > MAX_INPUTS || self.bytes > MAX_BYTES) {
            let learned = self.inputs.len() - self.seeds;
            let removed = self.inputs.swap_remove(self.seeds + random.below(learned));
            self.bytes -= removed.len();
        }
    }
}
