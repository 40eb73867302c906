//! The encoder's kernels with AVX2. Each has a portable twin that a test compares exactly.

#![allow(unsafe_code, reason = "vector instructions; each block says why it is sound")]

pub(super) mod color;
pub(super) mod transform;
