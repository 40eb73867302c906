//! HEIC pixels, row by row: samples of libvips, upright and mixed already; their light and their alpha as an AVIF has them.

use crate::codec::avif::{Codec, Reach, Still, light, parse};
use crate::codec::decode::Decoded;
use crate::codec::foreign::{sized, whole};
use crate::codec::header::Header;
use crate::codec::rows::PixelSink;
use crate::codec::vips::{Loader, Picture};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::limits::{Limits, reserve};
use crate::planes::Samples;

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

/// Hands out rows of 8 bits. libvips decodes all of them before the first.
pub(in crate::codec) fn decode_rows(
    bytes: &[u8],
    header: &Header,
    limits: &Limits,
    is_cancelled: &dyn Fn() -> bool,
    sink: &mut PixelSink<'_>,
) -> Result<Option<Vec<u8>>> {
    let still = parse(bytes, Codec::Hevc, Reach::Whole, limits).map_err(whole)?;
    let mut picture = Picture::open(bytes, Loader::Heif)?;
    let size = picture.size();
    let is_promised =
        (size.width, size.height, size.channels) == (header.width, header.height, header.layout.channels());
    if !is_promised || (size.sample_bytes == 1) != (header.bit_depth == 8) {
        return Err(Error::input("the picture", "the size that its header says", format!("{size:?}")));
    }
    let shade = Shade::new(&still);
    let mut row = reserve(header.layout.bytes(header.width, 1))?;
    for number in 0..header.height {
        if is_cancelled() {
            return Err(Error::Cancelled);
        }
        picture.row(number, |samples| shade.fill(&mut row, samples, size.channels, size.sample_bytes))?;
        sink(Samples::Bytes(&row))?;
    }
    let icc = still.icc.filter(|icc| icc.len() <= limits.max_profile_bytes).map(<[u8]>::to_vec);
    Ok(icc.or_else(|| light::profile(still.cicp?)))
}

/// What is left to do with a color.
struct Shade {
    tone: Option<light::Tone>,
    is_premultiplied: bool,
}

impl Shade {
    fn new(still: &Still<'_>) -> Self {
        let bright = still.cicp.filter(|cicp| still.icc.is_none() && light::is_bright(*cicp));
        Self { tone: bright.map(light::Tone::new), is_premultiplied: still.is_premultiplied }
    }

    /// Bytes of samples of one or two bytes, which is what libvips makes of more than eight bits: the highest ones.
    fn fill(&self, row: &mut Vec<u8>, samples: &[u8], channels: usize, sample_bytes: usize) {
        row.clear();
        if sample_bytes == 1 && self.tone.is_none() && !self.is_premultiplied {
            return row.extend_from_slice(samples);
        }
        let wide = samples.as_chunks().0.iter().map(|pair| f32::from(u16::from_ne_bytes(*pair)) / 65_535.0);
        let narrow = samples.iter().map(|sample| f32::from(*sample) / 255.0);
        let mut values: Box<dyn Iterator<Item = f32>> =
            if sample_bytes == 1 { Box::new(narrow) } else { Box::new(wide) };
        while let (Some(red), Some(green), Some(blue)) = (values.next(), values.next(), values.next()) {
            let alpha = if channels == 4 { values.next() } else { None };
            let rgb = self.shown([red, green, blue], alpha);
            row.extend(rgb.into_iter().chain(alpha).map(light::to_byte));
        }
    }

    fn shown(&self, rgb: light::Rgb, alpha: Option<f32>) -> light::Rgb {
        let rgb = match alpha {
            Some(alpha) if self.is_premultiplied => light::divided(rgb, alpha),
            _ => rgb,
        };
        self.tone.as_ref().map_or(rgb, |tone| tone.map(rgb))
    }
}
