//! The segments around the scans: JFIF, color profile, tables, frame (T.81, annex B). Writes no Exif and no comment.

use super::huffman::Table as Huffman;
use super::planes::Sampling;
use super::scan::Scan;
use super::steps::Steps;
use crate::error::{Error, Result};

const SOI: u8 = 0xd8;
const APP0: u8 = 0xe0;
const APP2: u8 = 0xe2;
const DQT: u8 = 0xdb;
const SOF2: u8 = 0xc2;
const DHT: u8 = 0xc4;
const SOS: u8 = 0xda;
const EOI: u8 = 0xd9;

/// JFIF 1.01, no unit, pixels as wide as they are high, no thumbnail.
const JFIF: [u8; 14] = *b"JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00";

/// Before each piece of a profile; then its number, from 1, and how many there are (ICC.1, B.4).
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// What is left for a piece of the profile in a segment of 65,533 bytes.
const PIECE: usize = 65_533 - PROFILE.len() - 2;

/// The largest profile: 255 pieces.
pub(super) const MAX_PROFILE: usize = PIECE * 255;

/// Bytes of all segments but the profile: no file needs more for 3 tables, a frame and 8 scans with Huffman tables.
const SEGMENTS: usize = 4096;

pub(super) struct File {
    bytes: Vec<u8>,
}

impl File {
    /// Starts a file for a picture with this profile.
    pub(super) fn new(profile: Option<&[u8]>) -> Result<Self> {
        let profile = profile.unwrap_or_default();
        if profile.len() > MAX_PROFILE {
            let (max, got) = (MAX_PROFILE as u64, profile.len() as u64);
            return Err(Error::Limit { what: "bytes of the color profile", max, got });
        }
        let pieces = profile.len().div_ceil(PIECE);
        let mut file = Self { bytes: crate::limits::reserve((SEGMENTS + profile.len() + pieces * 18) as u64)? };
        file.bytes.extend([0xff, SOI]);
        file.segment(APP0, &[&JFIF]);
        for (number, piece) in (1..=u8::MAX).zip(profile.chunks(PIECE)) {
            file.segment(APP2, &[PROFILE, &[number, u8::try_from(pieces).unwrap_or(u8::MAX)], piece]);
        }
        Ok(file)
    }

    pub(super) fn tables<'a>(&mut self, tables: impl Iterator<Item = &'a Steps>) {
        for (number, steps) in (0..4).zip(tables) {
            self.segment(DQT, &[&[number], &steps.in_file_order()]);
        }
    }

    /// The frame; each component has the table of its number.
    pub(super) fn frame(&mut self, (width, height): (u32, u32), sampling: Sampling) -> Result<()> {
        let side = |side| u16::try_from(side).map_err(|_| Error::internal("a side that was not checked"));
        let [upper, lower] = side(height)?.to_be_bytes();
        let [left, right] = side(width)?.to_be_bytes();
        let components = [1, 2, 3].map(|number: u8| {
            let density = if number == 1 && sampling == Sampling::Half { 0x22 } else { 0x11 };
            [number, density, number - 1]
        });
        let count = if sampling == Sampling::Gray { 1 } else { 3 };
        let (used, _) = components.as_flattened().split_at(usize::from(count) * 3);
        self.segment(SOF2, &[&[8, upper, lower, left, right, count], used]);
        Ok(())
    }

    /// The head of a scan of one component, with the only Huffman table that it needs.
    pub(super) fn scan(&mut self, scan: Scan, table: &Huffman) {
        let class = if scan.is_dc() { 0 } else { 0x10 };
        self.segment(DHT, &[&[class], table.counts(), table.symbols()]);
        self.segment(SOS, &[&[1, scan.component + 1, 0, scan.first, scan.last, scan.after << 4 | scan.shift]]);
    }

    /// Where the bits of a scan go.
    pub(super) const fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend([0xff, EOI]);
        self.bytes
    }

    fn segment(&mut self, marker: u8, parts: &[&[u8]]) {
        let len: usize = parts.iter().map(|part| part.len()).sum();
        self.bytes.extend([0xff, marker]);
        self.bytes.extend(u16::try_from(len + 2).unwrap_or(u16::MAX).to_be_bytes());
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
    }
}
