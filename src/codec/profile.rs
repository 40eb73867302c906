//! ICC profiles to sRGB, by moxcms. A profile that is broken or of another color space is ignored, never an error.

use moxcms::{ColorProfile, DataColorSpace, Layout as Samples, TransformOptions};

use crate::image::Layout;

/// A conversion of rows to sRGB, or gray to gray.
pub struct Converter {
    transform: std::sync::Arc<moxcms::Transform8BitExecutor>,
    output: Layout,
}

impl Converter {
    /// The layout that `convert` writes.
    pub const fn output(&self) -> Layout {
        self.output
    }

    /// `None` where nothing has to change: no profile, one that is sRGB already, or one that cannot be used.
    pub fn new(profile: &[u8], layout: Layout) -> Option<Self> {
        let source = ColorProfile::new_from_slice(profile).ok()?;
        let (samples, output, output_samples) = match (layout, source.color_space) {
            (Layout::Gray, DataColorSpace::Gray) => (Samples::Gray, Layout::Rgb, Samples::Rgb),
            (Layout::GrayAlpha, DataColorSpace::Gray) => (Samples::GrayAlpha, Layout::Rgba, Samples::Rgba),
            (Layout::Rgb, DataColorSpace::Rgb) => (Samples::Rgb, Layout::Rgb, Samples::Rgb),
            (Layout::Rgba, DataColorSpace::Rgb) => (Samples::Rgba, Layout::Rgba, Samples::Rgba),
            (Layout::Cmyk, DataColorSpace::Cmyk) => (Samples::Rgba, Layout::Rgb, Samples::Rgb),
            _ => return None,
        };
        let target = ColorProfile::new_srgb();
        let transform =
            source.create_transform_8bit(samples, &target, output_samples, TransformOptions::default()).ok()?;
        Some(Self { transform, output })
    }

    /// One row or many; the lengths must belong to the same number of pixels.
    pub fn convert(&self, source: &[u8], target: &mut [u8]) -> bool {
        self.transform.transform(source, target).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_profile_is_none() {
        assert!(Converter::new(b"no profile", Layout::Rgb).is_none());
    }

    #[test]
    fn wide_red_is_clipped_to_srgb_red() {
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        let converter = Converter::new(&profile, Layout::Rgb).unwrap();
        let mut srgb = [0; 6];
        assert!(converter.convert(&[255, 0, 0, 128, 128, 128], &mut srgb));
        assert!(srgb[0] >= 254 && srgb[1] <= 1 && srgb[3].abs_diff(128) <= 1, "{srgb:?}");
        assert!(Converter::new(&profile, Layout::Cmyk).is_none());
    }
}
