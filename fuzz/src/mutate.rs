//! One input from another. Bytes here; the parts of a format in the files below.

pub mod boxes;
pub mod jpeg;
pub mod png;

use crate::random::Random;

/// Inputs never grow beyond it.
pub const MAX_BYTES: usize = 64 << 10;

/// Ends of ranges, and signs of formats.
const SPECIAL: [u8; 12] = [0, 1, 2, 7, 8, 15, 16, 63, 127, 128, 254, 255];

/// Some changes of bytes, no matter what they mean. `other` is another input to take parts of.
pub fn bytes(random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(4) {
        change(random, input, other);
    }
    input.truncate(MAX_BYTES);
}

fn change(random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
    let at = random.below(input.len());
    let most = if random.once_in(4) { 512 } else { 8 };
    let len = 1 + random.below(most);
    match random.below(9) {
        0 | 1 => with_byte(input, at, |byte| byte ^ 1 << random.below(8)),
        2 => with_byte(input, at, |_| random.byte()),
        3 => with_byte(input, at, |_| random.pick(&SPECIAL).copied().unwrap_or_default()),
        4 => with_byte(input, at, |byte| byte.wrapping_add(random.below(9) as u8).wrapping_sub(4)),
        5 => drop(input.drain(at..(at + len).min(input.len()))),
        6 => {
            let new: Vec<u8> = (0..len).map(|_| random.byte()).collect();
            drop(input.splice(at..at, new));
        }
        7 => {
            let from = random.below(other.len());
            let part = &other[from..(from + len).min(other.len())];
            let end = if random.once_in(2) { at } else { (at + part.len()).min(input.len()) };
            drop(input.splice(at..end, part.iter().copied()));
        }
        _ if random.once_in(4) => input.truncate(at),
        _ => with_byte(input, at, |_| 0xff),
    }
}

fn with_byte(input: &mut [u8], at: usize, new: impl FnOnce(u8) -> u8) {
    if let Some(byte) = input.get_mut(at) {
        *byte = new(*byte);
    }
}
