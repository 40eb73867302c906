//! zune-jpeg as the second decoder of a file that our encoder has written.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::rows::Rows;
use crate::jpeg::Frame;

/// Two inverse transforms in integers differ by rounding.
const TOLERANCE: u8 = 2;

/// Accepts the file, finds its size, and has our samples where it does not enlarge them: brightness, and color of 4:4:4.
pub fn check(file: &[u8], frame: &Frame, rows: &[Rows; 4]) -> Result<(), String> {
    let is_gray = frame.components.len() == 1;
    let colors = if is_gray { ColorSpace::Luma } else { ColorSpace::YCbCr };
    let options = DecoderOptions::default().set_strict_mode(true).jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    let samples = decoder.decode().map_err(|error| format!("zune-jpeg: {error:?}"))?;
    if decoder.dimensions() != Some((frame.width, frame.height)) {
        return Err(format!("zune-jpeg: {:?} for {}x{}", decoder.dimensions(), frame.width, frame.height));
    }
    let channels = frame.components.len();
    for (component, rows) in rows.iter().enumerate().take(channels) {
        if rows.width != frame.width || rows.height != frame.height {
            continue;
        }
        let theirs = samples.iter().skip(component).step_by(channels);
        let worst = rows.samples.iter().zip(theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
        if worst > Some(TOLERANCE) {
            return Err(format!("component {component}: zune-jpeg is {} away", worst.unwrap_or_default()));
        }
    }
    Ok(())
}
