//! A picture and how it is encoded, from bytes: any bytes are a recipe. Encodes nothing.

use std::fmt;

use pixmill::codec::Speed;
use pixmill::planes::Range;

use crate::random::{Random, hash};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    GrayPixels,
    RgbPixels,
    GrayPlane,
    /// 4:4:4.
    FullPlanes,
    /// 4:2:0.
    HalfPlanes,
}

const SHAPES: [Shape; 5] =
    [Shape::GrayPixels, Shape::RgbPixels, Shape::GrayPlane, Shape::FullPlanes, Shape::HalfPlanes];
const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];
const HEAD: usize = 8;
/// Most pictures are small, so that many are made; one in sixteen has a long side.
const SHORT: u32 = 40;
const LONG: u32 = 400;

pub struct Recipe<'a> {
    pub width: u32,
    pub height: u32,
    pub shape: Shape,
    pub range: Range,
    pub quality: u8,
    pub speed: Speed,
    /// What the samples are made by.
    content: u8,
    data: &'a [u8],
}

impl<'a> Recipe<'a> {
    pub fn parse(bytes: &'a [u8]) -> Self {
        let mut head = [0; HEAD];
        let len = bytes.len().min(HEAD);
        head[..len].copy_from_slice(&bytes[..len]);
        let [width, height, long, shape, quality, speed, content, fine] = head;
        let side = |short: u8, is_long: bool| {
            let most = if is_long { LONG } else { SHORT };
            1 + (u32::from(short) * 256 + u32::from(fine)) * most / (256 * 256)
        };
        Self {
            width: side(width, long == 1 || long == 0x80),
            height: side(height, long == 2),
            shape: SHAPES[usize::from(shape) % SHAPES.len()],
            range: if shape & 0x80 == 0 { Range::Full } else { Range::Video },
            quality: 1 + quality % 100,
            speed: SPEEDS[usize::from(speed) % SPEEDS.len()],
            content,
            data: &bytes[len..],
        }
    }

    /// One of each shape and speed.
    pub fn seeds() -> Vec<Vec<u8>> {
        let mut random = Random::new(1);
        let mut seeds = Vec::new();
        for shape in 0..SHAPES.len() as u8 {
            for speed in 0..SPEEDS.len() as u8 {
                let mut seed = Self::random(&mut random);
                (seed[3], seed[5]) = (shape, speed);
                seeds.push(seed);
            }
        }
        seeds
    }

    pub fn random(random: &mut Random) -> Vec<u8> {
        let len = HEAD + random.below(64);
        let mut bytes: Vec<u8> = (0..len).map(|_| random.byte()).collect();
        bytes[2] = random.below(48) as u8;
        bytes
    }

    /// Samples of one plane, `turn` being its number.
    pub fn samples(&self, len: usize, turn: u64) -> Vec<u8> {
        let mut random = Random::new(hash(self.data) ^ turn);
        let spread = usize::from(self.content >> 3) * 8 + 1;
        let at = |index: usize| self.data.get(index % self.data.len().max(1)).copied().unwrap_or(128);
        (0..len)
            .map(|index| match self.content % 8 {
                // The bytes themselves, and stretched.
                0 => at(index),
                1 => at(index / 8),
                2 => random.byte(),
                // Black and white: the largest coefficients.
                3 => {
                    if random.once_in(2) {
                        255
                    } else {
                        0
                    }
                }
                4 => {
                    if (index / (1 + spread / 16)).is_multiple_of(2) {
                        255
                    } else {
                        0
                    }
                }
                5 => (index * spread / 64) as u8,
                6 => 128_u8.wrapping_add(random.below(spread) as u8),
                _ => at(0).wrapping_add(turn as u8),
            })
            .collect()
    }
}

impl fmt::Display for Recipe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, shape, range, quality, speed, content, .. } = self;
        write!(f, "{width}x{height} {shape:?} {range:?}, quality {quality}, {speed:?}, content {}", content % 8)
    }
}
