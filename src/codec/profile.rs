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

/// How far a color may go before it counts as another one, in steps of a sample. sRGB profiles of different makers differ by
/// one, the nearest of other spaces by far more.
const NEUTRAL_STEPS: u8 = 2;

/// Says that pixels with this profile are sRGB, or that nobody can say what else they are.
pub(super) fn is_neutral(profile: &[u8], layout: Layout) -> bool {
    let Some(converter) = Converter::new(profile, layout) else { return true };
    let probes = probes(layout);
    let mut results = vec![0; probes.len() / layout.channels() * converter.output().channels()];
    if !converter.convert(&probes, &mut results) {
        return true;
    }
    let pixels = probes.chunks_exact(layout.channels()).zip(results.chunks_exact(converter.output().channels()));
    pixels.into_iter().all(|(from, to)| {
        to.iter().enumerate().all(|(at, to)| {
            let from = from.get(at).or(from.first());
            from.is_some_and(|from| from.abs_diff(*to) <= NEUTRAL_STEPS)
        })
    })
}

/// Grays, and of colors five levels of each in all combinations.
fn probes(layout: Layout) -> Vec<u8> {
    let levels = [0, 48, 112, 176, 255];
    if layout != Layout::Rgb {
        return (0..=255).step_by(layout.channels()).collect();
    }
    let pairs = levels.into_iter().flat_map(|red| levels.map(|green| (red, green)));
    pairs.flat_map(|(red, green)| levels.map(|blue| [red, green, blue])).flatten().collect()
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
