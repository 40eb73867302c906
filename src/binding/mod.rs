//! The Node boundary: mirrors with `Option`s, `TryFrom` into the engine's types, promises that our threads settle. It converts; it does not decide.

#![allow(unreachable_pub, reason = "what is public here is exported to Node by the macro")]

mod cache;
mod engine;
mod functions;
mod options;
mod permit;
mod settle;
