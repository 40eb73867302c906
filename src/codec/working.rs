//! What decoding a picture takes beyond its buffer, from the header alone.
//! Each constant was measured with `tests/pipeline_memory.rs`, which fails where a decoder takes more.

use super::decode::Shrink;
use super::header::Header;
use crate::format::SourceFormat;

/// Tables, and whatever does not grow with the picture: the inflate window, Huffman tables, the ICC transform.
const BASE_BYTES: u64 = 2 << 20;

/// Bytes of the decoder's own, while it decodes.
pub fn working_bytes(header: &Header, shrink: Shrink) -> u64 {
    let width = u64::from(header.width);
    let channels = header.layout.channels() as u64;
    let sample_bytes = u64::from(header.bit_depth.div_ceil(8));
    let picture = match header.format {
        SourceFormat::Jpeg => jpeg(header, shrink),
        // Two rows to unfilter, and one that is expanded.
        SourceFormat::Png | SourceFormat::Ico => width * channels * sample_bytes * 3,
        // VP8: planes of the whole picture (1.5 bytes a pixel); VP8L decodes into 4 bytes a pixel of its own.
        SourceFormat::Webp => header.pixels() * 6,
        // A frame smaller than the canvas is decoded beside it.
        SourceFormat::Gif => header.pixels() * 4,
        // Strips or tiles are decoded in place, but the whole picture is copied once, CMYK wider than it comes out.
        SourceFormat::Tiff => header.pixels() * (channels + 1) * sample_bytes * 2,
        SourceFormat::Avif | SourceFormat::Heic => header.decoder_bytes,
        _ => width * 16,
    };
    picture.saturating_add(BASE_BYTES)
}

/// Progressive: 16-bit coefficients of all samples. Baseline: a few rows of blocks. Shrunk: also the planes that the
/// picture is put together from, and the rows on their way there.
fn jpeg(header: &Header, shrink: Shrink) -> u64 {
    let samples = |pixels: u64| pixels * u64::from(header.coded_samples) / 256;
    let padded = (u64::from(header.width) + 32) * (u64::from(header.height) + 32);
    let rows = (u64::from(header.width) + 32) * 32 * 4 * 2 * 4;
    let coefficients = if header.is_progressive { samples(padded) * 2 } else { 0 };
    let area = u64::from(shrink.divisor()) * u64::from(shrink.divisor());
    let planes = if shrink == Shrink::None { 0 } else { samples(padded) * 2 / area };
    coefficients + rows + planes
}
