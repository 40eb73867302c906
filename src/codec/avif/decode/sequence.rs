//! The sequence header of an AV1 stream (AV1, 5.5), as far as the colors it says. For files whose container says none.

use crate::codec::avif::container::Cicp;

const SEQUENCE_HEADER: u8 = 1;
/// Before the sequence header there is at most a temporal delimiter; some padding is forgiven.
const MAX_UNITS: usize = 16;

/// `None` where it says nothing, or cannot be read.
pub(super) fn colors(stream: &[u8]) -> Option<Cicp> {
    let mut rest = stream;
    for _ in 0..MAX_UNITS {
        let (kind, body, others) = unit(rest)?;
        if kind == SEQUENCE_HEADER {
            return sequence(&mut Bits { bytes: body, at: 0 });
        }
        rest = others;
    }
    None
}

/// The first unit: its kind, its body, and what follows.
fn unit(stream: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&head, mut rest) = stream.split_first()?;
    if head & 4 != 0 {
        rest = rest.get(1..)?;
    }
    let kind = head >> 3 & 15;
    if head & 2 == 0 {
        return Some((kind, rest, &[]));
    }
    let (len, rest) = leb128(rest)?;
    let (body, others) = rest.split_at_checked(len)?;
    Some((kind, body, others))
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(8) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    /// As many zeros as bits that follow a one.
    fn variable(&mut self) -> Option<()> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros < 32 { self.take(zeros).map(drop) } else { Some(()) }
    }
}

fn sequence(bits: &mut Bits<'_>) -> Option<Cicp> {
    let profile = bits.take(3)?;
    bits.take(1)?;
    let is_reduced = bits.flag()?;
    if is_reduced {
        bits.take(5)?;
    } else {
        operating_points(bits)?;
    }
    frame_sizes(bits, is_reduced)?;
    tools(bits, is_reduced)?;
    color_config(bits, profile)
}

fn operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.take(32)?;
        bits.take(32)?;
        if bits.flag()? {
            bits.variable()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.take(5)? as usize + 1);
            bits.take(32)?;
            bits.take(10)?;
        }
    }
    let has_delays = bits.flag()?;
    for _ in 0..=bits.take(5)? {
        bits.take(12)?;
        if bits.take(5)? > 7 {
            bits.take(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.take(delay_bits)?;
            bits.take(delay_bits)?;
            bits.take(1)?;
        }
        if has_delays && bits.flag()? {
            bits.take(4)?;
        }
    }
    Some(())
}

fn frame_sizes(bits: &mut Bits<'_>, is_reduced: bool) -> Option<()> {
    let (across, down) = (bits.take(4)? as usize + 1, bits.take(4)? as usize + 1);
    bits.take(across)?;
    bits.take(down)?;
    if !is_reduced && bits.flag()? {
        bits.take(7)?;
    }
    Some(())
}

fn tools(bits: &mut Bits<'_>, is_reduced: bool) -> Option<()> {
    bits.take(3)?;
    if !is_reduced {
        bits.take(4)?;
        let has_order = bits.flag()?;
        if has_order {
            bits.take(2)?;
        }
        let screen_content = if bits.flag()? { 2 } else { bits.take(1)? };
        if screen_content > 0 && !bits.flag()? {
            bits.take(1)?;
        }
        if has_order {
            bits.take(3)?;
        }
    }
    bits.take(3).map(drop)
}

fn color_config(bits: &mut Bits<'_>, profile: u32) -> Option<Cicp> {
    let is_deep = bits.flag()?;
    if profile == 2 && is_deep {
        bits.take(1)?;
    }
    if profile != 1 {
        bits.take(1)?;
    }
    let mut code = (2, 2, 2);
    if bits.flag()? {
        code = (bits.take(8)?, bits.take(8)?, bits.take(8)?);
    }
    // sRGB as it is has no range but the full one.
    let is_full_range = code == (1, 13, 0) || bits.flag()?;
    let short = |value: u32| u16::try_from(value).unwrap_or(2);
    Some(Cicp { primaries: short(code.0), transfer: short(code.1), matrix: short(code.2), is_full_range })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_lead_outside() {
        let mut stream: Vec<u8> = vec![0x12, 0, 0x0a, 200];
        stream.extend([0xff; 40]);
        for len in 0..stream.len() {
            assert_eq!(colors(&stream[..len]), None, "{len}");
        }
        assert_eq!(colors(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn a_reduced_header_says_its_colors() {
        // Profile 0, still, reduced; 8 bits of size each; three tools off thrice; a description: P3, PQ, BT.601, full range.
        let text = "000 1 1 00000 0111 0111 00000000 00000000 000 000 0 0 1 00001100 00010000 00000110 1";
        let bits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
        let bytes: Vec<u8> =
            bits.chunks(8).map(|byte| (0..8).fold(0, |value, at| value << 1 | byte.get(at).unwrap_or(&0))).collect();
        let stream = [&[0x12, 0, 0x0a, u8::try_from(bytes.len()).unwrap()], &bytes[..]].concat();
        let wanted = Cicp { primaries: 12, transfer: 16, matrix: 6, is_full_range: true };
        assert_eq!(colors(&stream), Some(wanted));
    }
}
