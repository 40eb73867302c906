//! What SVT-AV1 is told, and what it takes for it.

use super::session::Parameter;
use crate::codec::calibration::SVT_AV1;
use crate::codec::encode::{Effort, Quality, Speed};

/// All settings by name, as its command line takes them.
pub(super) fn parameters((width, height): (u32, u32), quality: Quality, speed: Speed) -> Vec<Parameter> {
    let preset = preset(speed, u64::from(width) * u64::from(height));
    let number = |value: u32| value.to_string();
    vec![
        (c"width", number(width)),
        (c"height", number(height)),
        (c"input-depth", number(10)),
        // One picture, and all work for it one after another.
        (c"avif", number(1)),
        (c"lp", number(1)),
        // sRGB colors as JPEG's YCbCr, in the full range (ITU-T H.273).
        (c"color-primaries", number(1)),
        (c"transfer-characteristics", number(13)),
        (c"matrix-coefficients", number(6)),
        (c"color-range", number(1)),
        (c"tune", number(IMAGE_QUALITY)),
        (c"preset", number(preset)),
        // Quarters are what the encoder knows.
        (c"crf", format!("{:.2}", (SVT_AV1.setting(quality, speed) * 4.0).round() / 4.0)),
    ]
}

/// What turns on quantization matrices and variance boost. Of the others, MS-SSIM takes as many bytes, SSIM 1.05x, PSNR and VQ 1.08x; without
/// CDEF, with the slower deblocking or with an AC bias they are 1.00x to 1.01x.
const IMAGE_QUALITY: u32 = 3;

/// A large picture takes a faster preset: the encoder cannot be stopped, so its time is bounded beforehand. Noise, which is the worst, takes
/// 0.11 s a megapixel with preset 9, 0.13 with 8 and 0.56 with 6: the largest pictures of each 3 to 5 s.
///
/// Whole jobs against libaom as sharp calls it, at equal SSIMULACRA2, mean of three photographs at 640 and 1080 pixels: bytes and CPU
/// with preset 9 x1.00, x1.04 and 1/4.3, 1/6.3; with 8 x0.98, x1.01 and 1/4.2, 1/5.9; with 7 x0.96, x0.99 and 1/3.6, 1/4.9; with 6
/// x0.95, x0.97 and 1/2.5, 1/2.9; with 5 x0.94 and 1/1.6 at 1080. Presets above 9 make the same file.
const fn preset(speed: Speed, pixels: u64) -> u32 {
    match speed {
        Speed::Small if pixels <= 8_000_000 => 6,
        Speed::Small | Speed::Balanced if pixels <= 24_000_000 => 8,
        _ => 9,
    }
}

/// Resident bytes beyond the picture's own, SVT-AV1 4.1: photographs of 0.3 to 7.7 MP take 25 a pixel and 10 MB with presets 8 and 9,
/// 30 and 14 MB with preset 6; noise of 3 MP 27 and 29 beside the same.
pub(in crate::codec::avif) fn working_bytes(effort: Effort) -> u64 {
    let (pixel, base) = if preset(effort.speed, effort.pixels) <= 6 { (34, 16 << 20) } else { (30, 12 << 20) };
    effort.pixels.saturating_mul(pixel).saturating_add(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_size_quality_and_speed() {
        let value = |pixels: (u32, u32), quality, speed, name| {
            let list = parameters(pixels, Quality::new(quality).unwrap(), speed);
            list.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value).unwrap()
        };
        let presets = [Speed::Fast, Speed::Balanced, Speed::Small]
            .map(|speed| [(640, 480), (16_000, 1_000)].map(|size| value(size, 75.0, speed, c"preset")));
        assert_eq!(presets, [["9", "9"], ["8", "8"], ["6", "8"]]);
        assert_eq!(value((64, 64), 75.0, Speed::Balanced, c"crf"), "32.00");
        assert_eq!(value((64, 65), 100.0, Speed::Balanced, c"crf"), "8.00");
        assert_eq!(value((64, 65), 75.0, Speed::Balanced, c"height"), "65");
    }
}
