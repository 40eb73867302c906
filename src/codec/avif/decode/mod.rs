//! AVIF pixels, row by row: coded samples, their colors mixed, their alpha beside them. Runs in the locked room.

mod band;
mod frame;
pub(in crate::codec) mod light;
mod matrix;
mod sequence;

use super::container::{Cicp, Codec, Coded, Reach, Still, parse};
use crate::codec::decode::Decoded;
use crate::codec::foreign::{sized, whole};
use crate::codec::header::Header;
use crate::codec::rows::PixelSink;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::{Limits, reserve};
use crate::planes::Samples;
use band::{Bands, Line};
use light::{Rgb, Tone, divided, to_byte};
use matrix::{Mixer, Range};

/// All rows into the lent buffer.
pub(in crate::codec) fn decode(bytes: &[u8], header: &Header, limits: &Limits, buffer: Vec<u8>) -> Result<Decoded> {
    let mut buffer = sized(buffer, header.layout.bytes(header.width, header.height))?;
    buffer.clear();
    let profile = decode_rows(bytes, header, limits, &|| false, &mut |samples| {
        if let Samples::Bytes(row) = samples {
            buffer.extend_from_slice(row);
        }
        Ok(())
    })?;
    Ok(Decoded { image: Image::new(header.width, header.height, header.layout, buffer)?, profile })
}

/// Hands out the rows that are seen, of 8 bits, as they are decoded.
pub(in crate::codec) fn decode_rows(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut PixelSink<'_>,
) -> Result<Option<Vec<u8>>> {
    let still = parse(bytes, Codec::Av1, Reach::Whole, limits).map_err(whole)?;
    let (_, top, width, height) = still.part;
    if (width, height) != (header.width, header.height) || still.alpha.is_some() != header.has_alpha() {
        return Err(Error::input("the picture", "the size that its header says", format!("{width}x{height}")));
    }
    let mut rows = Rows::new(bytes, &still, header)?;
    for row in top..top.saturating_add(height) {
        if is_cancelled() {
            return Err(Error::Cancelled);
        }
        rows.read(row)?;
        sink(Samples::Bytes(&rows.bytes))?;
    }
    let icc = still.icc.filter(|icc| icc.len() <= limits.max_profile_bytes).map(<[u8]>::to_vec);
    Ok(icc.or_else(|| light::profile(rows.cicp)))
}

/// What the colors of a picture mean where nobody says it: sRGB by BT.601, as libavif has it.
const UNSAID: Cicp = Cicp { primaries: 2, transfer: 2, matrix: 2, is_full_range: true };

/// One row after another, as bytes of the header's layout.
struct Rows<'a> {
    color: Bands<'a>,
    line: Line,
    alpha: Option<(Bands<'a>, Line)>,
    cicp: Cicp,
    mixer: Mixer,
    tone: Option<Tone>,
    is_premultiplied: bool,
    /// The columns that are seen.
    columns: std::ops::Range<usize>,
    bytes: Vec<u8>,
}

impl<'a> Rows<'a> {
    fn new(file: &'a [u8], still: &'a Still<'a>, header: &Header) -> Result<Self> {
        let color = Bands::new(file, still, &still.color);
        let cicp = still.cicp.map_or_else(|| coded_colors(file, still, &still.color), Ok)?;
        let alpha = still.alpha.as_ref().map(|alpha| {
            let bands = Bands::new(file, still, alpha);
            bands.line().map(|line| (bands, line))
        });
        let (left, _, width, _) = still.part;
        Ok(Self {
            line: color.line()?,
            color,
            alpha: alpha.transpose()?,
            cicp,
            mixer: Mixer::new(still.color.coding, cicp)?,
            // A profile says what the codes would say.
            tone: (still.icc.is_none() && light::is_bright(cicp)).then(|| Tone::new(cicp)),
            is_premultiplied: still.is_premultiplied,
            columns: left as usize..left as usize + width as usize,
            bytes: reserve(header.layout.bytes(width, 1))?,
        })
    }

    fn read(&mut self, row: u32) -> Result<()> {
        self.color.read(row, &mut self.line)?;
        if let Some((bands, line)) = &mut self.alpha {
            bands.read(row, line)?;
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        match &self.alpha {
            Some((bands, line)) => {
                let range = Range::new(bands.bit_depth(), bands.is_full_range());
                let alphas = self.seen(&line.planes[0]).iter().map(|sample| range.luma(*sample));
                for (rgb, alpha) in self.colors().zip(alphas) {
                    let rgb = if self.is_premultiplied { divided(rgb, alpha) } else { rgb };
                    bytes.extend(self.shown(rgb).map(to_byte));
                    bytes.push(to_byte(alpha));
                }
            }
            None => self.colors().for_each(|rgb| bytes.extend(self.shown(rgb).map(to_byte))),
        }
        self.bytes = bytes;
        Ok(())
    }

    fn seen<'l>(&self, line: &'l [f32]) -> &'l [f32] {
        line.get(self.columns.clone()).unwrap_or_default()
    }

    fn colors(&self) -> impl Iterator<Item = Rgb> {
        let [luma, blue, red] = self.line.planes.each_ref().map(|line| self.seen(line));
        // Of a gray picture there is no chroma, and none is asked for.
        let (blue, red) = if self.mixer.is_gray() { (luma, luma) } else { (blue, red) };
        luma.iter().zip(blue).zip(red).map(|((y, u), v)| self.mixer.mix([*y, *u, *v]))
    }

    fn shown(&self, rgb: Rgb) -> Rgb {
        self.tone.as_ref().map_or(rgb, |tone| tone.map(rgb))
    }
}

/// What the stream itself says.
fn coded_colors(file: &[u8], still: &Still<'_>, coded: &Coded) -> Result<Cicp> {
    let Some(first) = coded.tiles.first() else { return Ok(UNSAID) };
    Ok(sequence::colors(&first.bytes(file, still)?).unwrap_or(UNSAID))
}
