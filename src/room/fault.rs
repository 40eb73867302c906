//! What can go wrong with a child, as the error of its job.

use std::fmt::Display;

use crate::error::Error;

/// No child can be had: what needs one is not decoded.
#[cold]
pub(super) fn unavailable(reason: impl Display) -> Error {
    Error::unsupported("the source", "a picture that needs no locked room, or a room that can be opened", reason)
}

/// A child that has failed on its job. Nobody can tell whether its bytes are to blame, but to try again is of no use.
#[cold]
pub(super) fn failed(how: impl Display) -> Error {
    Error::input("the source", "a picture that the locked room decodes", how)
}
