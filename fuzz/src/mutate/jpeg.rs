//! Changes of a JPEG by its segments, so that most of them get past the headers. Knows what fields mean, and lies in them.

use super::MAX_BYTES;
use crate::jpeg::{DHT, DQT, DRI, EOI, SOI, SOS, Segment, assemble, parse};
use crate::random::Random;

/// Sampling factors of cameras and editors, and some that nobody writes.
const FACTORS: [u8; 11] = [0x11, 0x21, 0x12, 0x22, 0x41, 0x14, 0x42, 0x44, 0x31, 0x13, 0x24];
/// Parts of the coefficients that progressive scans name: first, last, and the two halves of the approximation.
const PARTS: [[u8; 3]; 10] = [
    [0, 0, 0x00],
    [0, 0, 0x01],
    [0, 0, 0x10],
    [1, 5, 0x02],
    [1, 63, 0x00],
    [1, 63, 0x21],
    [1, 63, 0x10],
    [6, 63, 0x02],
    [63, 63, 0x0d],
    [0, 63, 0x00],
];
/// How often one marker is tried that decoders treat in a way of their own.
const MARKERS: [u8; 12] = [0xc0, 0xc1, 0xc2, 0xc4, 0xc9, 0xcc, 0xd0, 0xd9, 0xdc, 0xdd, 0xe2, 0xee];

/// One to four changes. A file without two segments is given back as it is.
pub fn segments(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut segments = parse(input);
    if segments.len() < 2 {
        return input.to_vec();
    }
    for _ in 0..=random.below(4) {
        match random.below(12) {
            0 => rearrange(random, &mut segments, other),
            1 | 2 => change_frame(random, &mut segments),
            3 => change_tables(random, &mut segments, DHT),
            4 => change_tables(random, &mut segments, DQT),
            5 | 6 => change_scan(random, &mut segments),
            7 => change_restarts(random, &mut segments),
            8 => change_body(random, &mut segments),
            _ => change_data(random, &mut segments, other),
        }
    }
    let mut bytes = assemble(&segments);
    bytes.truncate(MAX_BYTES);
    bytes
}

fn rearrange(random: &mut Random, segments: &mut Vec<Segment>, other: &[u8]) {
    let (from, to) = (random.below(segments.len()), random.below(segments.len()));
    match random.below(6) {
        0 => segments.swap(from, to),
        1 if segments.len() > 2 => drop(segments.remove(from)),
        2 if segments.len() < 200 => segments.insert(to, segments[from].clone()),
        3 => segments[from].marker = random.pick(&MARKERS).copied().unwrap_or(EOI),
        4 => {
            let others = parse(other);
            if let Some(segment) = random.pick(&others) {
                segments.insert(to, segment.clone());
            }
        }
        _ => repair(segments),
    }
}

/// The start and the end that other changes have taken away.
fn repair(segments: &mut Vec<Segment>) {
    segments.retain(|segment| !matches!(segment.marker, SOI | EOI));
    segments.insert(0, Segment { marker: SOI, ..Segment::default() });
    segments.push(Segment { marker: EOI, ..Segment::default() });
}

fn bodies<'s>(
    random: &mut Random,
    segments: &'s mut [Segment],
    is_wanted: impl Fn(&Segment) -> bool,
) -> Option<&'s mut Segment> {
    let places: Vec<usize> = (0..segments.len()).filter(|&at| is_wanted(&segments[at])).collect();
    let at = random.pick(&places).copied()?;
    segments.get_mut(at).filter(|segment| segment.body.as_ref().is_some_and(|body| !body.is_empty()))
}

fn change_frame(random: &mut Random, segments: &mut [Segment]) {
    let Some(segment) = bodies(random, segments, Segment::is_frame) else { return };
    match random.below(5) {
        0 => {
            segment.marker =
                if random.once_in(8) { 0xc0 + random.below(16) as u8 } else { 0xc0 + random.below(3) as u8 }
        }
        1 => {
            // Height or width, often one more or less than whole units.
            let at = 1 + 2 * random.below(2);
            let side = if random.once_in(8) { random.next() as u16 } else { 1 + random.below(96) as u16 };
            put(segment, at, &side.to_be_bytes());
        }
        2 => {
            let (component, factors) = (random.below(4), random.pick(&FACTORS).copied().unwrap_or(0x11));
            put(segment, 7 + 3 * component, &[factors]);
        }
        3 => put(segment, 8 + 3 * random.below(4), &[random.below(5) as u8]),
        _ => change_components(random, segment),
    }
}

fn change_components(random: &mut Random, segment: &mut Segment) {
    let Some(body) = segment.body.as_mut().filter(|body| body.len() >= 6) else { return };
    let count = [1, 3, 4, 2][random.below(4)];
    body.resize(6 + 3 * count, 0);
    body[5] = count as u8;
    for (index, entry) in body[6..].chunks_exact_mut(3).enumerate() {
        if entry[1] == 0 {
            entry.copy_from_slice(&[index as u8 + 1, 0x11, 0]);
        }
    }
}

fn change_tables(random: &mut Random, segments: &mut [Segment], marker: u8) {
    let Some(segment) = bodies(random, segments, |segment| segment.marker == marker) else { return };
    let len = segment.body.as_ref().map_or(0, Vec::len);
    match random.below(5) {
        0 => put(segment, 0, &[(random.below(2) << 4 | random.below(4)) as u8]),
        // The counts of code lengths, or the first factors.
        1 => put(segment, 1 + random.below(16), &[random.below(4) as u8]),
        2 => put(segment, 1 + random.below(len), &[random.byte()]),
        3 => {
            let (a, b) = (1 + random.below(len), 1 + random.below(len));
            if let Some(body) = segment.body.as_mut().filter(|body| a.max(b) < body.len()) {
                body.swap(a, b);
            }
        }
        _ => put(segment, 17 + random.below(len), &[(random.below(16) << 4 | random.below(16)) as u8]),
    }
}

fn change_scan(random: &mut Random, segments: &mut [Segment]) {
    let Some(segment) = bodies(random, segments, |segment| segment.marker == SOS) else { return };
    let Some(body) = segment.body.as_mut() else { return };
    match random.below(4) {
        0 if body.len() >= 4 => {
            let part = random.pick(&PARTS).copied().unwrap_or_default();
            let at = body.len() - 3;
            body[at..].copy_from_slice(&part);
        }
        1 => {
            // Fewer or more components.
            let count = 1 + random.below(4);
            let ids = (0..count).flat_map(|index| [index as u8 + 1, (random.below(4) << 4 | random.below(4)) as u8]);
            *body = [count as u8].into_iter().chain(ids).chain([0, 63, 0]).collect();
        }
        2 => {
            let at = random.below(body.len());
            body[at] = random.byte() & 0x33;
        }
        _ => put(segment, 1 + random.below(8), &[random.byte() & 0x13]),
    }
}

fn change_restarts(random: &mut Random, segments: &mut Vec<Segment>) {
    let interval = [0, 1, 2, 3, random.next() as u16][random.below(5)].to_be_bytes().to_vec();
    match bodies(random, segments, |segment| segment.marker == DRI) {
        Some(segment) if random.once_in(2) => segment.body = Some(interval),
        Some(_) | None => {
            let at = random.below(segments.len());
            let body = Some(interval);
            segments.insert(at, Segment { marker: DRI, body, data: Vec::new() });
        }
    }
    if let Some(segment) = segments.iter_mut().find(|segment| segment.marker == SOS) {
        let at = random.below(segment.data.len());
        drop(segment.data.splice(at..at, [0xff, 0xd0 + random.below(8) as u8]));
    }
}

fn change_body(random: &mut Random, segments: &mut [Segment]) {
    let Some(segment) = bodies(random, segments, |_| true) else { return };
    let Some(body) = segment.body.as_mut() else { return };
    let at = random.below(body.len());
    match random.below(3) {
        0 => body.truncate(at),
        1 => body[at] ^= 1 << random.below(8),
        _ => body.insert(at, random.byte()),
    }
}

/// Entropy-coded data: bits, cuts, and data of another file.
fn change_data(random: &mut Random, segments: &mut [Segment], other: &[u8]) {
    let places: Vec<usize> = (0..segments.len()).filter(|&at| segments[at].data.len() > 1).collect();
    let Some(&place) = random.pick(&places) else { return };
    let data = &mut segments[place].data;
    let at = random.below(data.len());
    match random.below(7) {
        0..=2 => data[at] ^= 1 << random.below(8),
        3 => data[at] = random.byte(),
        4 => data.truncate(at),
        5 => drop(data.drain(at..(at + 1 + random.below(16)).min(data.len()))),
        _ => {
            let others: Vec<Segment> = parse(other).into_iter().filter(|segment| segment.data.len() > 1).collect();
            if let Some(segment) = random.pick(&others) {
                let from = random.below(segment.data.len());
                data.truncate(at);
                data.extend(&segment.data[from..]);
            }
        }
    }
}

fn put(segment: &mut Segment, at: usize, bytes: &[u8]) {
    if let Some(place) = segment.body.as_mut().and_then(|body| body.get_mut(at..at + bytes.len())) {
        place.copy_from_slice(bytes);
    }
}
