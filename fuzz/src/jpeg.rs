//! A JPEG as a list of its segments, so that mutations can move and change whole ones; and what its frame says, read
//! apart from the decoder that is judged by it. Never fails: what cannot be told apart stays together.

pub const SOI: u8 = 0xd8;
pub const EOI: u8 = 0xd9;
pub const SOS: u8 = 0xda;
pub const DQT: u8 = 0xdb;
pub const DHT: u8 = 0xc4;
pub const DRI: u8 = 0xdd;

/// A marker, the body of its segment if it has one, and the entropy-coded data or junk after it.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    pub marker: u8,
    pub body: Option<Vec<u8>>,
    pub data: Vec<u8>,
}

impl Segment {
    pub const fn is_frame(&self) -> bool {
        is_frame(self.marker)
    }
}

pub const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, DHT | 0xc8 | 0xcc)
}

const fn is_bare(marker: u8) -> bool {
    matches!(marker, 0x01 | 0xd0..=EOI)
}

/// Restart markers belong to the data of their scan.
pub fn parse(bytes: &[u8]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut rest = bytes;
    while let Some((marker, after)) = next_marker(rest) {
        let (body, after) = if is_bare(marker) { (None, after) } else { split_body(after) };
        let len = data_len(after);
        segments.push(Segment { marker, body, data: after[..len].to_vec() });
        rest = &after[len..];
    }
    segments
}

fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        [0xff, marker, after @ ..] => Some((*marker, after)),
        _ => None,
    }
}

fn split_body(bytes: &[u8]) -> (Option<Vec<u8>>, &[u8]) {
    let Some((len, after)) = bytes.split_first_chunk::<2>() else { return (None, bytes) };
    let len = usize::from(u16::from_be_bytes(*len)).saturating_sub(2).min(after.len());
    (Some(after[..len].to_vec()), &after[len..])
}

/// Up to the next marker that is not a restart.
fn data_len(bytes: &[u8]) -> usize {
    find(bytes, |code| !matches!(code, 0 | 0xff | 0xd0..=0xd7)).unwrap_or(bytes.len())
}

/// Where the first marker stands whose code is wanted.
fn find(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|&byte| byte == 0xff)?;
        if is_wanted(*bytes.get(from + 1)?) {
            return Some(from);
        }
        from += 1;
    }
}

pub fn assemble(segments: &[Segment]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Segment { marker, body, data } in segments {
        bytes.extend([0xff, *marker]);
        if let Some(body) = body {
            let len = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
            bytes.extend(len.to_be_bytes());
            bytes.extend(&body[..body.len().min(usize::from(len) - 2)]);
        }
        bytes.extend(data);
    }
    bytes
}

/// What the first frame says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub is_progressive: bool,
    pub width: usize,
    pub height: usize,
    /// Sampling factors.
    pub components: Vec<(usize, usize)>,
    /// Scans of the file.
    pub scans: u32,
}

impl Frame {
    /// Past junk between segments, as decoders read.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (mut frame, mut scans, mut rest) = (None, 0, bytes);
        while let Some(at) = find(rest, |code| !matches!(code, 0 | 0xff)) {
            let marker = rest[at + 1];
            rest = &rest[at + 2..];
            if marker == EOI {
                break;
            }
            if !is_bare(marker) {
                let (body, after) = split_body(rest);
                rest = after;
                scans += u32::from(marker == SOS);
                if is_frame(marker) && frame.is_none() {
                    frame = Self::parse(marker, &body?);
                }
            }
        }
        frame.map(|frame| Self { scans, ..frame })
    }

    fn parse(marker: u8, body: &[u8]) -> Option<Self> {
        let (&[_, h1, h0, w1, w0, _], table) = body.split_first_chunk()?;
        let mut components: Vec<_> =
            table.chunks_exact(3).map(|entry| (usize::from(entry[1] >> 4), usize::from(entry[1] & 15))).collect();
        if let [single] = components.as_mut_slice() {
            *single = (1, 1);
        }
        let (width, height) = (u16::from_be_bytes([w1, w0]).into(), u16::from_be_bytes([h1, h0]).into());
        Some(Self { is_progressive: marker == 0xc2, width, height, components, scans: 0 })
    }

    /// Width and height of each component's plane where a block becomes `n` x `n` samples.
    pub fn plane_sizes(&self, n: usize) -> Vec<(usize, usize)> {
        let largest = |of: fn(&(usize, usize)) -> usize| self.components.iter().map(of).max().unwrap_or(1).max(1);
        let (wide, high) = (largest(|c| c.0), largest(|c| c.1));
        let side = |side: usize, factor: usize, most: usize| (side * factor * n).div_ceil(8 * most);
        self.components.iter().map(|&(h, v)| (side(self.width, h, wide), side(self.height, v, high))).collect()
    }
}
