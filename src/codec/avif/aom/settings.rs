//! What libaom is told, and what it takes for it.

use super::session::Parameter;
use crate::codec::calibration::AOM;
use crate::codec::content::Content;
use crate::codec::encode::{Effort, Quality, Speed};
use crate::image::Image;

/// Up to here what has passages or transparency takes a slower preset than pages of letters do.
const PASSAGES_MOST: u64 = 2_000_000;

/// All settings by name, as its command line takes them, for colors and alpha alike. A coarser alpha has x0.88 to x0.98 of the bytes at equal
/// SSIMULACRA2 on gray (1.25 times the quantizer, two pictures at 384 and 640 pixels), but x1.01 to x1.17 on white or black.
pub(super) fn parameters(image: &Image, quality: Quality, speed: Speed) -> Vec<Parameter> {
    vec![
        (c"cpu-used", preset_of(image, speed).to_string()),
        // sRGB colors as JPEG's YCbCr (ITU-T H.273).
        (c"color-primaries", "bt709".to_owned()),
        (c"transfer-characteristics", "srgb".to_owned()),
        (c"matrix-coefficients", "bt601".to_owned()),
        (c"tune", "iq".to_owned()),
        // `iq` means 7. Of eleven screenshots and drawings at 384 to 1080 pixels 0 has x0.93 to x0.99 of the bytes at equal SSIMULACRA2, in the same time.
        (c"sharpness", "0".to_owned()),
        (c"cq-level", format!("{:.0}", AOM.setting(quality, speed))),
    ]
}

fn preset_of(image: &Image, speed: Speed) -> u32 {
    let pixels = u64::from(image.width()) * u64::from(image.height());
    match speed {
        Speed::Balanced if pixels <= PASSAGES_MOST && Content::of(image).has_passages() => 7,
        _ => preset(speed, pixels),
    }
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
    use crate::image::Layout;

    #[test]
    fn settings_follow_size_and_speed() {
        assert_eq!(preset(Speed::Fast, 400_000), 9);
        assert_eq!(preset(Speed::Balanced, 400_000), 8);
        assert_eq!([400_000, 2_000_000, 7_000_000, 9_000_000].map(|pixels| preset(Speed::Small, pixels)), [6, 7, 8, 9]);
    }

    #[test]
    fn passages_and_what_is_transparent_take_longer() {
        let of = |layout: Layout, pixel: &dyn Fn(u8) -> Vec<u8>| {
            Image::new(64, 64, layout, (0..64).flat_map(|_| (0..64).flat_map(pixel)).collect()).unwrap()
        };
        let letters = of(Layout::Rgb, &|x| if x % 16 < 3 { vec![20; 3] } else { vec![250; 3] });
        let passage = of(Layout::Rgb, &|x| vec![x; 3]);
        let hole = of(Layout::Rgba, &|x| vec![9, 9, 9, if x < 32 { 0 } else { 255 }]);
        for (image, wanted) in [(&letters, "8"), (&passage, "7"), (&hole, "7")] {
            assert_eq!(parameters(image, Quality::default(), Speed::Balanced)[0].1, wanted);
            assert_eq!(parameters(image, Quality::default(), Speed::Fast)[0].1, "9");
        }
    }
}
