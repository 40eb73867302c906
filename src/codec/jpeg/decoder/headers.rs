//! Reads segments, from the start of the file to a scan and from a scan to the next. Leaves the entropy-coded data to
//! others.

use super::fault::{cut, damaged};
use super::frame::{Coding, Frame};
use super::info::Signs;
use super::markers;
use super::profile::Pieces;
use super::scan::Scan;
use super::tables::Tables;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// Where in the file the reading stands, and what it has brought so far.
#[derive(Debug, Clone)]
pub(super) struct Headers<'a> {
    /// What comes next: after a scan's header its entropy-coded data.
    rest: &'a [u8],
    pub(super) tables: Tables,
    pub(super) signs: Signs,
    pub(super) pieces: Pieces<'a>,
    scans: u32,
}

impl<'a> Headers<'a> {
    /// Reads up to and with the header of the first scan.
    pub(super) fn read(bytes: &'a [u8], limits: &Limits) -> Result<(Self, Frame, Scan)> {
        let rest =
            bytes.strip_prefix(&[0xff, markers::SOI]).ok_or_else(|| damaged("one that does not begin as a JPEG"))?;
        let (tables, signs, pieces) = (Tables::default(), Signs::default(), Pieces::default());
        let mut headers = Self { rest, tables, signs, pieces, scans: 0 };
        let mut frame = None;
        let body = headers.next_scan(limits, &mut frame)?.ok_or_else(|| damaged("one without a scan"))?;
        let frame = frame.ok_or_else(|| damaged("a scan before the frame"))?;
        let scan = Scan::parse(body, &frame)?;
        Ok((headers, frame, scan))
    }

    /// The entropy-coded data of the scan whose header was read last, and everything after it.
    pub(super) const fn data(&self) -> &'a [u8] {
        self.rest
    }

    /// The next scan after the bytes that the last one has left, or none at the end of the picture.
    pub(super) fn scan_after(&mut self, rest: &'a [u8], frame: &Frame, limits: &Limits) -> Result<Option<Scan>> {
        self.rest = rest;
        let mut second = Some(());
        let body = self.next_scan(limits, &mut second)?;
        body.map(|body| Scan::parse(body, frame)).transpose()
    }

    fn next_scan<F: SetFrame>(&mut self, limits: &Limits, frame: &mut Option<F>) -> Result<Option<&'a [u8]>> {
        loop {
            let (marker, after) = markers::find(self.rest).ok_or_else(cut)?;
            self.rest = after;
            if marker == markers::EOI {
                return Ok(None);
            }
            if markers::is_bare(marker) {
                continue;
            }
            let (body, after) = markers::segment(after)?;
            self.rest = after;
            match marker {
                markers::SOS => {
                    self.scans += 1;
                    limits.check_scans(self.scans)?;
                    if self.signs.is_motion_jpeg {
                        self.tables.fill_in()?;
                    }
                    return Ok(Some(body));
                }
                0xc0..=0xcf if marker != markers::DHT => set_frame(frame, marker, body, limits)?,
                markers::DNL => {
                    return Err(Error::unsupported("the JPEG", "a height in its frame", "one after its scan"));
                }
                markers::APP0 => {
                    self.signs.is_jfif |= body.starts_with(b"JFIF\0");
                    self.signs.is_motion_jpeg |= body.starts_with(b"AVI1\0");
                }
                markers::APP2 => self.pieces.add(body),
                markers::APP14 => self.take_adobe(body)?,
                _ => self.tables.define(marker, body)?,
            }
        }
    }

    fn take_adobe(&mut self, body: &[u8]) -> Result<()> {
        if body.starts_with(b"Adobe") {
            let transform = body.get(11).copied().ok_or_else(|| damaged("an Adobe segment that is cut off"))?;
            if transform > 2 {
                return Err(damaged(format!("an Adobe color transform {transform}")));
            }
            self.signs.adobe = Some(transform);
        }
        Ok(())
    }
}

/// What a frame segment becomes: a frame, or a fault where there is one already.
trait SetFrame: Sized {
    fn parse(body: &[u8], coding: Coding, limits: &Limits) -> Result<Self>;
}

impl SetFrame for Frame {
    fn parse(body: &[u8], coding: Coding, limits: &Limits) -> Result<Self> {
        Self::parse(body, coding, limits)
    }
}

impl SetFrame for () {
    fn parse(_: &[u8], _: Coding, _: &Limits) -> Result<Self> {
        Ok(())
    }
}

/// Decoders disagree about which of two frames counts, and a size check on the wrong one is none.
fn set_frame<F: SetFrame>(frame: &mut Option<F>, marker: u8, body: &[u8], limits: &Limits) -> Result<()> {
    let coding = match marker {
        0xc0 | 0xc1 => Coding::Sequential,
        0xc2 => Coding::Progressive,
        markers::DAC => return Err(Error::unsupported("the JPEG", "Huffman coding", "arithmetic coding")),
        _ => {
            let received = format!("frame type {}", marker - 0xc0);
            return Err(Error::unsupported("the JPEG", "baseline or progressive coding", received));
        }
    };
    if frame.is_some() {
        return Err(damaged("a second frame"));
    }
    *frame = Some(F::parse(body, coding, limits)?);
    Ok(())
}
