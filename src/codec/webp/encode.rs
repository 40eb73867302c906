//! WebP files by libwebp. C, but it sees only our own pixels.

use webp::{PixelLayout, WebPConfig, WebPEncodingError, WebPMemory};

use super::{encode_yuv, lossless};
use crate::codec::calibration::WEBP;
use crate::codec::content::Content;
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::expand::to_color;
use crate::codec::palette::{Bands, MAX_UNIQUE, Palette};
use crate::codec::planar::PlaneKind;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::limits::reserve;
use crate::planes::{Planes, Range, Subsampling};

pub(in crate::codec) struct Encoder;

impl Encode for Encoder {
    /// A palette without loss where that is smaller, or where colored edges would be lost otherwise.
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let image = to_color(image)?;
        let content = Content::of(&image);
        let Some(file) = by_palette(&image, &content, quality, speed)? else {
            return lossy(&image, &config(quality, speed, &content, AlphaFilter::Fast)?);
        };
        if content.is_settled_by(file.len(), share_of_75(quality)) {
            return Ok(file);
        }
        let other = lossy(&image, &config(quality, speed, &content, AlphaFilter::None)?)?;
        Ok(if other.len() < file.len() { other } else { file })
    }

    fn planes(&self, _quality: Quality) -> Option<PlaneKind> {
        Some(PlaneKind { subsampling: Subsampling::BOTH, range: Range::Video })
    }

    fn encode_planes(&self, planes: Planes, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        encode_yuv(planes, None, &planes_config(quality, speed)?)
    }

    fn max_side(&self) -> u32 {
        16_383
    }

    fn working_bytes(&self, effort: Effort) -> u64 {
        let color = match (effort.speed, effort.quality.get()) {
            (Speed::Small, ..=80) => 20,
            (Speed::Small, _) => 32,
            _ => 14,
        };
        let alpha = if effort.has_alpha { ALPHA_BYTES } else { 0 };
        let lossy = effort.pixels * (color + alpha);
        let by_palette = effort.pixels * PALETTE_BYTES + effort.pixels.min(MAX_UNIQUE as u64) * 52;
        let most = if effort.speed == Speed::Fast { lossy } else { lossy.max(by_palette) };
        most.saturating_add(2 << 20)
    }

    fn planes_working_bytes(&self, effort: Effort) -> u64 {
        let color = match (effort.speed, effort.quality.get()) {
            (Speed::Small, _) => return self.working_bytes(effort),
            (_, ..=80) => 4,
            _ => 8,
        };
        (effort.pixels * color).saturating_add(2 << 20)
    }
}

// Bytes a pixel, resident size over the picture's own, libwebp 1.3.1, x86-64. Noise, which is the worst: 12.7 with methods 1 and 2
// (ARGB, planes, sharp YUV), which keep no tokens; with method 6 18 at q75, 30 at q100. Alpha is coded as VP8L with its hash chains:
// 16 more when soft, 28 when it is noise. Of planes there is no second copy: noise of 6 MP takes 1.3 at q75, 1.7 at q89, 5.3 at q100; with
// method 6 14, 19 and 27.
const ALPHA_BYTES: u64 = 30;
/// Noise of 256 colors: 37.3. Numbers of 32 bits, pixels and libwebp's copy of them, its hash chains.
const PALETTE_BYTES: u64 = 40;

/// The file of a picture that a palette without loss is right for: a drawing, smaller than any other format makes it or better by far.
/// `None` for all others.
pub fn settled_palette(image: &Image, quality: Quality, speed: Speed) -> Result<Option<Vec<u8>>> {
    let image = to_color(image)?;
    let content = Content::of(&image);
    let file = by_palette(&image, &content, quality, speed)?;
    Ok(file.filter(|file| content.is_settled_by(file.len(), share_of_75(quality))))
}

fn share_of_75(quality: Quality) -> f64 {
    f64::from(quality.get()) / 75.0
}

fn by_palette(image: &Image, content: &Content, quality: Quality, speed: Speed) -> Result<Option<Vec<u8>>> {
    // What is to be fast, or to take little memory, gets one encoder.
    if speed == Speed::Fast || !content.may_have_palette() {
        return Ok(None);
    }
    let palette = Palette::of(image, quality, speed, Bands::Refused)?;
    palette.map(|palette| lossless::encode(&palette, (image.width(), image.height()), speed)).transpose()
}

fn lossy(image: &Image, config: &WebPConfig) -> Result<Vec<u8>> {
    let layout = match image.layout() {
        Layout::Rgb => PixelLayout::Rgb,
        Layout::Rgba => PixelLayout::Rgba,
        other => return Err(Error::internal(format!("{other:?} pixels for WebP"))),
    };
    finished(webp::Encoder::new(image.data(), layout, image.width(), image.height()).encode_advanced(config))
}

pub(super) fn finished(file: std::result::Result<WebPMemory, WebPEncodingError>) -> Result<Vec<u8>> {
    let file = file.map_err(|error| Error::internal(format!("libwebp failed: {error:?}")))?;
    let mut bytes = reserve(file.len() as u64)?;
    bytes.extend_from_slice(&file);
    Ok(bytes)
}

pub(super) fn fresh_config() -> Result<WebPConfig> {
    WebPConfig::new().map_err(|()| Error::internal("libwebp of another version"))
}

/// What alpha is predicted by before it is coded as VP8L. libwebp's own numbers.
#[derive(Clone, Copy)]
enum AlphaFilter {
    /// Alpha of few levels: of four drawings none was larger, at 0.8 of the CPU.
    None,
    /// The best of all by an estimate: alpha of a photograph that is cut out softly has 0.5 of the bytes.
    Fast,
}

/// Method 2 on smooth pictures scores 1 to 3 points less than method 4, which takes little longer there. Sharp YUV brings red letters
/// on blue from 17 points to 69, and takes as long as method 2 does.
fn config(quality: Quality, speed: Speed, content: &Content, alpha_filter: AlphaFilter) -> Result<WebPConfig> {
    let config = planes_config(quality, speed)?;
    let method = match speed {
        Speed::Balanced if content.is_smooth() => 4,
        Speed::Small if content.is_transparent() => SMALL_ALPHA_METHOD,
        _ => config.method,
    };
    let (use_sharp_yuv, alpha_filtering) = (i32::from(content.is_colored()), alpha_filter as i32);
    Ok(WebPConfig { method, use_sharp_yuv, alpha_filtering, ..config })
}

/// Method 6 codes alpha by brute force: 4 MP of noisy alpha took a minute and a half, method 5 takes a second.
const SMALL_ALPHA_METHOD: i32 = 5;

/// Pictures that were resized in linear light score 5 to 16 points more than Next.js' picture of the same quality, and may spend
/// some of that: of eight photographs at 640 and 1080 pixels, bytes at the score of Next.js and CPU over method 4 with a
/// sharpness of 3 (x0.76, x0.85): method 2 x0.80 and x0.90 for 0.40 of the CPU, method 1 x0.91 and x1.02 for 0.30, method 0 x0.97
/// and x1.10 for 0.24. A `filter_strength` of 100 gained nothing. Of
/// qualities 50, 62 and 75, so that scores of Next.js below quality 50 of ours are extrapolated; bracketed by seven lower
/// qualities, method 2 takes x0.83 at 640 on seven photographs, x0.88 without the one at night.
fn planes_config(quality: Quality, speed: Speed) -> Result<WebPConfig> {
    let method = match speed {
        Speed::Fast | Speed::Lean => 1,
        Speed::Balanced => 2,
        Speed::Small => 6,
    };
    Ok(WebPConfig { quality: WEBP.setting(quality, speed), method, thread_level: 0, ..fresh_config()? })
}
