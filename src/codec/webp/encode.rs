//! WebP files by libwebp. C, but it sees only our own pixels.

use webp::{PixelLayout, WebPConfig};

use crate::codec::encode::{Effort, Encode, Quality, Speed};
use crate::codec::expand::to_color;
use crate::error::{Error, Result};
use crate::image::{Image, Layout};

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
}

// Bytes a pixel, resident size over the picture's own, libwebp 1.3.1, x86-64. Photograph at q75: 6 to 7 (planes, ARGB,
// tokens). Noise, which is the worst: 18 at q75, 30 at q100; 8 and 11 with method 2, which keeps no tokens. Alpha is coded
// as VP8L with its hash chains: 16 more when soft, 28 when it is noise.
const ALPHA_BYTES: u64 = 30;

/// Method 6 codes alpha by brute force: 4 MP of noisy alpha took a minute and a half, method 5 takes a second.
fn config(quality: Quality, speed: Speed, has_alpha: bool) -> Result<WebPConfig> {
    let mut config = WebPConfig::new().map_err(|()| Error::internal("libwebp of another version"))?;
    config.quality = quality.get().into();
    config.method = match speed {
        Speed::Fast => 2,
        Speed::Balanced => 4,
        Speed::Small if has_alpha => 5,
        Speed::Small => 6,
    };
    config.thread_level = 0;
    Ok(config)
}
