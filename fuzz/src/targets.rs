//! What can be fuzzed: for each target its seeds, its mutations, and what must hold for every input.

mod avif_container;
mod avif_decode;
mod headers;
mod jpeg_decoder;
mod jpeg_roundtrip;
mod optimize;
mod planted;
mod png;
mod recipe;
mod rows;
mod zune;

use pixmill::error::Error;
use pixmill::limits::Limits;

use crate::random::{Random, hash};

/// A check is a function of the input's bytes alone, so that a file repeats it.
pub trait Target {
    fn name(&self) -> &'static str;

    fn seeds(&self) -> Vec<Vec<u8>>;

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8>;

    /// What came of an input, or what must not be.
    fn check(&self, input: &[u8]) -> Result<Verdict, String>;
}

/// An input that did nothing wrong.
pub struct Verdict {
    pub is_accepted: bool,
    /// Inputs of the same outcome are taken to be alike.
    pub outcome: u64,
}

impl Verdict {
    pub fn accepted(outcome: impl std::fmt::Debug) -> Self {
        Self { is_accepted: true, outcome: hash(format!("{outcome:?}").as_bytes()) }
    }

    /// By the words of the error: what it quotes of the file is always new.
    pub fn refused(error: &Error) -> Self {
        let text = error.to_string();
        let words = text.split(' ').filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        Self { is_accepted: false, outcome: hash(words.collect::<String>().as_bytes()) }
    }
}

const ALL: [&dyn Target; 8] = [
    &jpeg_decoder::JpegDecoder,
    &jpeg_roundtrip::JpegRoundtrip,
    &headers::Headers,
    &optimize::Optimize,
    &png::Png,
    &avif_container::AvifContainer,
    &avif_decode::AvifDecode,
    &planted::Planted,
];

pub fn find(name: &str) -> Option<&'static dyn Target> {
    ALL.into_iter().find(|target| target.name() == name)
}

pub fn names() -> String {
    ALL.map(|target| target.name()).join(", ")
}

/// Small pictures, so that many are executed.
fn limits() -> Limits {
    Limits { max_pixels: 256 * 256, max_side: 4096, max_scans: 16, max_profile_bytes: 64 << 10, ..Limits::default() }
}

/// Refusals must blame the file.
fn check_blame(error: &Error) -> Result<(), String> {
    match error {
        Error::Input(_) | Error::Unsupported(_) | Error::Limit { .. } => Ok(()),
        other => Err(format!("{}: {other}", other.code())),
    }
}

/// A number by its size, for outcomes.
const fn bucket(value: usize) -> u32 {
    usize::BITS - value.leading_zeros()
}
