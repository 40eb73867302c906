//! What libaom is told, and what it takes for it.

use super::session::Parameter;
use crate::codec::calibration::AOM;
use crate::codec::encode::{Effort, Quality, Speed};

/// All settings by name, as its command line takes them.
pub(super) fn parameters(pixels: u64, quality: Quality, speed: Speed) -> Vec<Parameter> {
    let number = |value: u32| value.to_string();
    vec![
        (c"cpu-used", number(preset(speed, pixels))),
        // sRGB colors as JPEG's YCbCr (ITU-T H.273).
        (c"color-primaries", "bt709".to_owned()),
        (c"transfer-characteristics", "srgb".to_owned()),
        (c"matrix-coefficients", "bt601".to_owned()),
        (c"tune", "iq".to_owned()),
        (c"cq-level", format!("{:.0}", AOM.setting(quality, speed))),
    ]
}

/// A large picture takes a faster preset: the encoder cannot be stopped, so its time is bounded beforehand.
///
/// Of fifteen screenshots, drawings and gradients at 640 pixels, bytes at equal SSIMULACRA2 and CPU over preset 6, which is sharp's:
/// preset 7 x1.13 and 1/1.8, 8 x1.28 and 1/3.7, 9 x1.69 and 1/12; ravif x1.74 and 1/3.1. What is made smaller in linear light has that back.
const fn preset(speed: Speed, pixels: u64) -> u32 {
    match speed {
        Speed::Small if pixels <= 1_000_000 => 6,
        Speed::Small if pixels <= 4_000_000 => 7,
        Speed::Small | Speed::Balanced if pixels <= 8_000_000 => 8,
        _ => 9,
    }
}

/// Resident bytes beyond the picture's own, libaom 3.13: noise with alpha of 1.5 and 7.5 MP takes 36 a pixel, drawings without 25, with all presets. Noise, which is
/// the worst, takes 0.2 s a megapixel with preset 9, 0.6 with 8 and 0.8 with 7.
pub(in crate::codec::avif) fn working_bytes(effort: Effort) -> u64 {
    effort.pixels.saturating_mul(40).saturating_add(16 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_follow_size_and_speed() {
        let preset = |pixels, speed| parameters(pixels, Quality::default(), speed)[0].1.clone();
        assert_eq!(preset(400_000, Speed::Fast), "9");
        assert_eq!(preset(400_000, Speed::Balanced), "8");
        assert_eq!(
            [400_000, 2_000_000, 7_000_000, 9_000_000].map(|pixels| preset(pixels, Speed::Small)),
            ["6", "7", "8", "9"]
        );
    }
}
