//! Changes of an ISO base media file: of its boxes, their lengths and numbers, and of the coded bytes behind them.

use super::{MAX_BYTES, bytes};
use crate::random::Random;

/// Boxes of the files that we know lie within it.
const HEAD_BYTES: usize = 1600;
const NUMBERS: [u32; 12] = [0, 1, 2, 3, 8, 64, 255, 256, 65_535, 65_536, 0x7fff_ffff, u32::MAX];
/// Letters that mean something to the parser.
const KINDS: [&[u8; 4]; 28] = [
    b"ftyp", b"meta", b"hdlr", b"pitm", b"iinf", b"infe", b"iloc", b"iref", b"dimg", b"auxl", b"prem", b"iprp",
    b"ipco", b"ipma", b"ispe", b"av1C", b"colr", b"nclx", b"prof", b"auxC", b"irot", b"imir", b"clap", b"idat",
    b"grid", b"av01", b"moov", b"avis",
];

/// Mostly of what describes the picture.
pub fn changed(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut changed = input.to_vec();
    for _ in 0..=random.below(3) {
        let head = changed.len().min(HEAD_BYTES);
        let at = random.below(head.max(1));
        match random.below(8) {
            0 | 1 => put(&mut changed, at, &random.pick(&NUMBERS).copied().unwrap_or_default().to_be_bytes()),
            2 => put(&mut changed, at, &[0, 0, 0, random.below(64) as u8]),
            3 => put(&mut changed, at, *random.pick(&KINDS).unwrap_or(&b"free")),
            4 => rename(random, &mut changed, head),
            5 => spliced(random, &mut changed, other),
            6 => put(&mut changed, at, &[random.byte()]),
            _ => bytes(random, &mut changed, other),
        }
    }
    changed.truncate(MAX_BYTES);
    changed
}

/// Of the coded bytes, which are at the end.
pub fn recoded(random: &mut Random, input: &[u8]) -> Vec<u8> {
    let mut changed = input.to_vec();
    let start = input.windows(4).position(|window| window == b"mdat").map_or(0, |at| at + 4);
    for _ in 0..=random.below(4) {
        let at = start + random.below((changed.len() - start).max(1));
        // The headers of a stream are its first bytes.
        let at = if random.once_in(2) { start + (at - start) % 48 } else { at };
        match random.below(4) {
            0 => put(&mut changed, at, &[random.byte(), random.byte()]),
            1 => put(&mut changed, at, &[0xff]),
            _ => {
                let bit = 1 << random.below(8);
                if let Some(byte) = changed.get_mut(at) {
                    *byte ^= bit;
                }
            }
        }
    }
    changed
}

fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    bytes.iter_mut().skip(at).zip(new).for_each(|(byte, new)| *byte = *new);
}

/// One kind of box becomes another one.
fn rename(random: &mut Random, bytes: &mut [u8], head: usize) {
    let (Some(from), Some(to)) = (random.pick(&KINDS).copied(), random.pick(&KINDS).copied()) else { return };
    let found = bytes.get(..head).and_then(|head| head.windows(4).position(|window| window == from));
    if let Some(at) = found {
        put(bytes, at, to);
    }
}

/// A box of another file in the place of one of this.
fn spliced(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let Some(kind) = random.pick(&KINDS).copied() else { return };
    let (Some(own), Some(new)) = (boxed(bytes, kind), boxed(other, kind)) else { return };
    let new = other.get(new).unwrap_or_default().to_vec();
    bytes.splice(own, new);
}

fn boxed(bytes: &[u8], kind: &[u8; 4]) -> Option<std::ops::Range<usize>> {
    let at = bytes.windows(4).position(|window| window == kind)?.checked_sub(4)?;
    let len = u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?) as usize;
    (len >= 8 && at.checked_add(len)? <= bytes.len()).then_some(at..at + len)
}
