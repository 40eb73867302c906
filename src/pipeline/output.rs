//! What a job hands back: the variant's bytes, and where the time went.

use crate::format::Format;

/// One finished variant.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub data: Vec<u8>,
    pub format: Format,
    pub width: u32,
    pub height: u32,
    pub timings: Timings,
}

/// Milliseconds of each part of a job. `resize` is all that lies between decoder and encoder; planes are
/// resized while they are decoded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timings {
    pub read: f64,
    pub decode: f64,
    pub resize: f64,
    pub encode: f64,
    pub total: f64,
}
