//! The ways in which a JPEG is refused, in the words of the one error. Decides nothing.

use std::fmt;

use crate::error::Error;

/// The file is not what an encoder wrote.
#[cold]
pub(super) fn damaged(received: impl fmt::Display) -> Error {
    Error::input("the JPEG", "a decodable file", received)
}

/// The file ends before its picture does.
#[cold]
pub(super) fn cut() -> Error {
    damaged("one that ends before its end marker")
}

/// Entropy-coded data that no encoder writes, or less of it than there are blocks.
#[cold]
pub(super) fn damaged_data() -> Error {
    damaged("damaged or missing entropy-coded data")
}
