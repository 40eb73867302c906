//! A JPEG decoder made for thumbnails: 8-bit Huffman-coded files, sequential and progressive, to 1/1, 1/2, 1/4 or 1/8
//! of their size, as planes in bands of rows. Strict: damaged files are refused, not painted gray. Turns and manages no
//! colors.

#![expect(
    clippy::inline_always,
    reason = "the bit reader stays in registers only where its callers are one function, for one processor"
)]

mod band;
mod bits;
mod block;
mod fault;
mod frame;
mod headers;
mod huffman;
mod idct;
mod info;
mod markers;
mod planes;
mod profile;
mod progressive;
mod refine;
mod scale;
mod scan;
mod sequential;
mod skips;
mod standard;
mod store;
mod symbol;
mod tables;

pub(in crate::codec) use frame::Component;
pub(in crate::codec) use info::Color;
pub(in crate::codec) use planes::Decoder;
pub(in crate::codec) use scale::Scale;
