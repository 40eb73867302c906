//! The segments before the first scan: size, components, EXIF orientation.

use super::planar::planar;
use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::codec::exif::{self, Orientation};
use crate::codec::header::Header;
use crate::error::Error;
use crate::format::SourceFormat;
use crate::image::Layout;
use crate::limits::Limits;

const SOS: u8 = 0xda;
const EOI: u8 = 0xd9;
const APP1: u8 = 0xe1;
const SOF2: u8 = 0xc2;

/// The start-of-frame segment.
struct Frame {
    width: u16,
    height: u16,
    components: u8,
    is_progressive: bool,
    /// A component has more than two rows of blocks to a unit.
    is_tall: bool,
    coded_samples: u32,
}

pub(in crate::codec) fn header(bytes: &[u8], limits: &Limits) -> Parsed<Header> {
    let mut cursor = Cursor::big(bytes);
    cursor.skip(2);
    let mut frame = None;
    let mut orientation = None;
    let components_at_once = loop {
        match next_marker(&mut cursor)? {
            SOS => break components_of_scan(&mut cursor)?,
            EOI => return Err(bad("a scan before the end of the JPEG", "none")),
            0x01 | 0xd0..=0xd7 => {}
            marker => {
                let body = segment(&mut cursor)?;
                if is_frame(marker) {
                    refuse_second(frame.as_ref())?;
                    frame = Some(parse_frame(marker, body)?);
                } else if marker == APP1 && body.starts_with(b"Exif\0\0") && orientation.is_none() {
                    orientation = Some(exif::orientation(body));
                }
            }
        }
    };
    let frame = frame.ok_or_else(|| bad("a JPEG frame before the first scan", "none"))?;
    let header = describe(&frame, components_at_once, orientation.unwrap_or(Orientation::UPRIGHT));
    Ok(Header { planar: planar(bytes, &header, limits), ..header })
}

/// The segments with a body before the first scan of a file that has already been probed.
pub(super) fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut cursor = Cursor::big(bytes);
    cursor.skip(2);
    std::iter::from_fn(move || match next_marker(&mut cursor).ok()? {
        SOS | EOI => None,
        marker => segment(&mut cursor).ok().map(|body| (marker, body)),
    })
}

fn describe(frame: &Frame, components_at_once: u8, orientation: Orientation) -> Header {
    let layout = match frame.components {
        1 => Layout::Gray,
        4 => Layout::Cmyk,
        _ => Layout::Rgb,
    };
    let still = Header::still(SourceFormat::Jpeg, frame.width.into(), frame.height.into(), layout);
    // A scan for each component is as good as passes: no row has its colors before the last one. Tall units are decoded as
    // if they were, because zune-jpeg cannot.
    let is_progressive = frame.is_progressive || components_at_once < frame.components || frame.is_tall;
    Header { orientation, is_progressive, coded_samples: frame.coded_samples, ..still }
}

/// The next marker's code, past whatever lies before it, as every decoder does.
pub(super) fn next_marker(cursor: &mut Cursor<'_>) -> Parsed<u8> {
    loop {
        if cursor.u8()? != 0xff {
            continue;
        }
        let mut code = cursor.u8()?;
        while code == 0xff {
            code = cursor.u8()?;
        }
        if code != 0 {
            return Ok(code);
        }
    }
}

/// The body of a segment that has a length.
pub(super) fn segment<'a>(cursor: &mut Cursor<'a>) -> Parsed<&'a [u8]> {
    let len = cursor.u16()?.checked_sub(2).ok_or_else(|| bad("a segment of at least 2 bytes", "less"))?;
    cursor.take(len.into())
}

/// From the whole segment, which the decoder of planes needs: a part of it must not lead to another plan.
fn components_of_scan(cursor: &mut Cursor<'_>) -> Parsed<u8> {
    let count = segment(cursor)?.first().copied();
    count.ok_or_else(|| bad("the components of a scan", "none"))
}

/// Says whether the file is coded in passes over all coefficients, and not merely in several scans.
pub(super) fn is_coded_progressively(bytes: &[u8]) -> bool {
    segments(bytes).any(|(marker, _)| marker == SOF2)
}

/// SOF0 to SOF15, without the three codes between them that mean something else.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Decoders disagree about which of two frames counts, and a size check on the wrong one is none.
fn refuse_second(first: Option<&Frame>) -> Parsed<()> {
    if first.is_some() { Err(bad("one JPEG frame", "two")) } else { Ok(()) }
}

fn parse_frame(marker: u8, body: &[u8]) -> Parsed<Frame> {
    if !matches!(marker, 0xc0..=0xc2) {
        let received = format!("frame type {}", marker - 0xc0);
        return Err(Fault::Bad(Error::unsupported("the JPEG", "baseline or progressive coding", received)));
    }
    let short = |_| bad("a whole frame segment", "a cut one");
    let mut cursor = Cursor::big(body);
    let precision = cursor.u8().map_err(short)?;
    if precision != 8 {
        return Err(Fault::Bad(Error::unsupported("the JPEG", "8 bits a sample", precision)));
    }
    let (height, width) = (cursor.u16().map_err(short)?, cursor.u16().map_err(short)?);
    let components = cursor.u8().map_err(short)?;
    if !matches!(components, 1 | 3 | 4) {
        return Err(bad("1, 3 or 4 components", components));
    }
    let table = cursor.take(usize::from(components) * 3).map_err(short)?;
    let (is_progressive, is_tall) = (marker == SOF2, components > 1 && factors(table).any(|(_, v)| v > 2));
    Ok(Frame { width, height, components, is_progressive, is_tall, coded_samples: coded_samples(table)? })
}

/// Sampling factors, across and down.
fn factors(table: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    table.iter().skip(1).step_by(3).map(|factors| (u32::from(factors >> 4), u32::from(factors & 15)))
}

/// Samples per 256 pixels over all components, from their sampling factors.
fn coded_samples(table: &[u8]) -> Parsed<u32> {
    let (mut h_max, mut v_max, mut sum) = (1, 1, 0);
    for (h, v) in factors(table) {
        if !(1..=4).contains(&h) || !(1..=4).contains(&v) {
            return Err(bad("sampling factors from 1 to 4", format!("{h}x{v}")));
        }
        (h_max, v_max, sum) = (h_max.max(h), v_max.max(v), sum + h * v);
    }
    Ok(256 * sum / (h_max * v_max))
}
