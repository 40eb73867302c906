//! The JPEG decoder with a planted defect: pictures 25 to 29 wide that it accepts are said to be wrong. Shows that a defect that no
//! seed has is found, repeated and told.

use super::jpeg_decoder::{JpegDecoder, mutated};
use super::{Target, Verdict};
use crate::jpeg::Frame;
use crate::random::Random;

pub struct Planted;

impl Planted {
    fn is_defect(input: &[u8]) -> bool {
        Frame::of(input).is_some_and(|frame| (25..30).contains(&frame.width))
    }
}

impl Target for Planted {
    fn name(&self) -> &'static str {
        "planted"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        JpegDecoder.seeds().into_iter().filter(|seed| !Self::is_defect(seed)).collect()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        mutated(random, input, other)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let verdict = JpegDecoder.check(input)?;
        if verdict.is_accepted && Self::is_defect(input) { Err("the planted defect".to_owned()) } else { Ok(verdict) }
    }
}
