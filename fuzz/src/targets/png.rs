//! PNG in and out: a decode has the size that its header says, and what our encoder makes of the pixels
//! decodes to the same ones, or to near ones where it has reduced the colors.

use pixmill::codec::{Decoded, Quality, Shrink, Speed, buffer_bytes, decode, encoder, probe};
use pixmill::error::Result as PixmillResult;
use pixmill::format::{Format, SourceFormat};
use pixmill::image::{Image, Layout};
use pixmill::limits::zeroed;
use pixmill::processor::portably;

use super::{Target, Verdict, bucket, check_blame, limits};
use crate::random::{Random, hash};
use crate::{mutate, seeds};

/// Of brightness, in squared levels. The quantizer allows half of it, over brightness, color and alpha together; patterns take the rest.
const MAX_ERROR: f64 = 150.0;
const SPEEDS: [Speed; 3] = [Speed::Fast, Speed::Balanced, Speed::Small];

pub struct Png;

impl Target for Png {
    fn name(&self) -> &'static str {
        "png"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::pngs()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = mutate::png::chunks(random, input, other);
        if random.once_in(8) {
            mutate::bytes(random, &mut bytes, other);
        }
        bytes
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        if !input.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Verdict { is_accepted: false, outcome: 0 });
        }
        let image = match decoded(input)? {
            Ok(decoded) => decoded.image,
            Err(error) => {
                check_blame(&error)?;
                return Ok(Verdict::refused(&error));
            }
        };
        check_encoder(input, &image)?;
        let sides = (bucket(image.width() as usize), bucket(image.height() as usize));
        Ok(Verdict::accepted((image.layout(), input.get(24..29), sides)))
    }
}

/// The outer error is a finding.
fn decoded(input: &[u8]) -> Result<PixmillResult<Decoded>, String> {
    let limits = limits();
    let header = match probe(input, &limits).and_then(|header| header.check(&limits).map(|()| header)) {
        Ok(header) => header,
        Err(error) => return Ok(Err(error)),
    };
    let buffer = zeroed(buffer_bytes(&header, Shrink::None)).map_err(|error| error.to_string())?;
    let decoded = decode(input, &header, Shrink::None, &limits, buffer);
    if let Ok(Decoded { image, .. }) = &decoded {
        let (found, wanted) = ((image.width(), image.height()), (header.width, header.height));
        if found != wanted || image.layout() != header.layout {
            return Err(format!("{found:?} {:?} for {wanted:?} {:?}", image.layout(), header.layout));
        }
    }
    Ok(decoded)
}

/// Quality and speed depend on the input.
fn check_encoder(input: &[u8], image: &Image) -> Result<(), String> {
    let mut random = Random::new(hash(input));
    let quality = if random.once_in(3) { 100 } else { 1 + random.below(100) };
    let speed = random.pick(&SPEEDS).copied().unwrap_or_default();
    let asked = format!("quality {quality}, {speed:?}");
    let quality = Quality::new(quality as f64).map_err(|error| error.to_string())?;
    let encode = || encoder(Format::Png).encode(image, quality, speed).map_err(|error| error.to_string());
    let file = encode()?;
    if portably(encode)? != file {
        return Err(format!("{asked}: AVX2 and its twin write other files"));
    }
    let header = probe(&file, &limits()).map_err(|error| format!("{asked}: our own file: {error}"))?;
    if header.format != SourceFormat::Png || (header.width, header.height) != (image.width(), image.height()) {
        return Err(format!("{asked}: {header:?} for {}x{}", image.width(), image.height()));
    }
    let again = decoded(&file)?.map_err(|error| format!("{asked}: our own file: {error}"))?;
    let (before, after) = (rgba(image), rgba(&again.image));
    if quality.get() == 100 && before != after {
        return Err(format!("{asked}: other pixels"));
    }
    let squares: f64 = before.iter().zip(&after).map(|(before, after)| (luma(before) - luma(after)).powi(2)).sum();
    let error = squares / before.len().max(1) as f64;
    if before.len() != after.len() || error > MAX_ERROR {
        return Err(format!("{asked}: a mean squared error of {error}"));
    }
    Ok(())
}

/// Of a pixel before a gray page.
fn luma(&[red, green, blue, alpha]: &[u8; 4]) -> f64 {
    let luma = f64::from(red) * 0.299 + f64::from(green) * 0.587 + f64::from(blue) * 0.114;
    127.5 + (luma - 127.5) * f64::from(alpha) / 255.0
}

/// What cannot be seen has no color.
fn rgba(image: &Image) -> Vec<[u8; 4]> {
    let channels = image.layout().channels();
    let pixels = image.data().chunks_exact(channels);
    let pixels = pixels.map(|pixel| match (image.layout(), pixel) {
        (Layout::Gray, &[gray]) => [gray, gray, gray, 255],
        (Layout::GrayAlpha, &[gray, alpha]) => [gray, gray, gray, alpha],
        (Layout::Rgb, &[red, green, blue]) => [red, green, blue, 255],
        (_, &[red, green, blue, alpha]) => [red, green, blue, alpha],
        _ => [0; 4],
    });
    pixels.map(|pixel| if pixel[3] == 0 { [0; 4] } else { pixel }).collect()
}
