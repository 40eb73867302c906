//! The container of an AVIF, in the server's process: as every header, by changes of its boxes.

use pixmill::codec::probe;
use pixmill::format::SourceFormat;

use super::{Target, Verdict, headers::Headers, limits};
use crate::random::Random;
use crate::{mutate, seeds};

pub struct AvifContainer;

impl Target for AvifContainer {
    fn name(&self) -> &'static str {
        "avif-container"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::avifs()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        mutate::boxes::changed(random, input, other)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        // What is no AVIF any more is another target's.
        match probe(input, &limits()) {
            Ok(header) if header.format != SourceFormat::Avif => Ok(Verdict::accepted("another format")),
            _ => Headers.check(input),
        }
    }
}
