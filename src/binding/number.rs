//! Numbers as JavaScript passes them: `f64`, checked once, with the bounds in the error.

use crate::error::{Error, Result};

/// A tebibyte: more is a mistake in the unit.
pub(super) const MAX_MEMORY_BYTES: f64 = 1_099_511_627_776.0;

/// Bytes that are to be lent.
pub(super) fn to_bytes(name: &str, value: f64) -> Result<u64> {
    integer(name, value, 0.0, MAX_MEMORY_BYTES)
}

/// A number that JavaScript passed for `name`, checked once.
pub(super) fn integer(name: &str, value: f64, min: f64, max: f64) -> Result<u64> {
    if value.fract() != 0.0 || !(min..=max).contains(&value) {
        return Err(Error::option(name, format!("an integer from {min} to {max}"), value));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok(value as u64)
}
