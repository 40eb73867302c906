//! The Node boundary: mirrors with `Option`s, `TryFrom` into the engine's types, promises that our threads settle. It converts; it does not decide.

#![allow(unreachable_pub, reason = "what is public here is exported to Node by the macro")]
#![cfg_attr(test, allow(dead_code, reason = "the macro exports nothing to a test"))]
#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "napi hands out owned values and lends the environment"
)]

mod batch;
mod cache;
mod engine;
mod functions;
mod number;
mod options;
mod permit;
mod settle;
