//! WebP files by libwebp. C, but it sees only our own pixels.

use webp::{PixelLayout, WebPConfig};

use super::encode_yuv;
use crate::codec::calibration::{WEBP, WEBP_PLANES};
use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::expand::to_color;
use crate::codec::planar::PlaneKind;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};
use crate::planes::{Planes, Range, Subsampling};

pub(in crate::codec) struct Encoder;

impl Encode for Encoder {
    fn encode(&self, image: &Image, quality: Quality, speed: Speed) -> Result<Vec<u8>> {
        let image = to_color(image)?;
        let layout = match image.layout() {
            Layout::Rgb => PixelLayout::Rgb,
            Layout::Rgba => PixelLayout::Rgba,
            other => return Err(Error::internal(format!("{other:?} pixels for WebP"))),
        };
        let encoder = webp::Encoder::new(image.data(), layout, image.width(), image.height());
        let file = encoder
            .encode_advanced(&config(quality, speed, image.has_alpha())?)
            .map_err(|error| Error::internal(format!("libwebp failed: {error:?}")))?;
        let mut bytes = crate::limits::reserve(file.len() as u64)?;
        bytes.extend_from_slice(&file);
        Ok(bytes)
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
            (Speed::Fast, _) => 12,
            (_, ..=80) => 20,
            _ => 32,
        };
        let alpha = if effort.has_alpha { ALPHA_BYTES } else { 0 };
        (effort.pixels * (color + alpha)).saturating_add(2 << 20)
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

// Bytes a pixel, resident size over the picture's own, libwebp 1.3.1, x86-64. Photograph at q75: 6 to 7 (planes, ARGB,
// tokens). Noise, which is the worst: 18 at q75, 30 at q100; 8 and 11 with method 2, which keeps no tokens. Alpha is coded
// as VP8L with its hash chains: 16 more when soft, 28 when it is noise. Of planes there is no second copy, and methods 1 and 2
// keep no tokens: noise of 6 MP takes 1.3 at q75, 1.7 at q89, 5.3 at q100; with method 6 14, 19 and 27.
const ALPHA_BYTES: u64 = 30;

/// Method 6 codes alpha by brute force: 4 MP of noisy alpha took a minute and a half, method 5 takes a second.
fn config(quality: Quality, speed: Speed, has_alpha: bool) -> Result<WebPConfig> {
    let mut config = WebPConfig::new().map_err(|()| Error::internal("libwebp of another version"))?;
    config.quality = WEBP.setting(quality, speed);
    config.method = match speed {
        Speed::Fast => 2,
        Speed::Balanced => 4,
        Speed::Small if has_alpha => 5,
        Speed::Small => 6,
    };
    config.thread_level = 0;
    Ok(config)
}

/// Planes that were resized in linear light score 5 to 8 points more than Next.js' picture of the same quality, and may spend
/// some of that: of eight photographs at 640 and 1080 pixels, bytes at the score of Next.js and CPU over method 4 with a
/// sharpness of 3 (x0.76, x0.85): method 2 x0.80 and x0.90 for 0.40 of the CPU, method 1 x0.91 and x1.02 for 0.30, method 0 x0.97
/// and x1.10 for 0.24. A `filter_strength` of 100 gained nothing. Of
/// qualities 50, 62 and 75, so that scores of Next.js below quality 50 of ours are extrapolated; bracketed by seven lower
/// qualities, method 2 takes x0.83 at 640 on seven photographs, x0.88 without the one at night.
fn planes_config(quality: Quality, speed: Speed) -> Result<WebPConfig> {
    let config = config(quality, speed, false)?;
    let method = match speed {
        Speed::Fast => 1,
        Speed::Balanced => 2,
        Speed::Small => config.method,
    };
    Ok(WebPConfig { method, quality: WEBP_PLANES.setting(quality, speed), ..config })
}
