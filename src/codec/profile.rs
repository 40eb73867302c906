//! ICC profiles to sRGB, by moxcms. A profile that is broken or of another color space is ignored, never an error.

use moxcms::{
    CicpColorPrimaries, ColorProfile, DataColorSpace, Layout as Samples, ToneReprCurve, TransferCharacteristics,
    TransformOptions,
};

use crate::image::Layout;

/// A conversion of rows to sRGB, or gray to gray.
pub struct Converter {
    transform: std::sync::Arc<moxcms::Transform8BitExecutor>,
    output: Layout,
    /// Of ink only.
    black: Option<[u8; 256]>,
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
        let black = if layout == Layout::Cmyk { Some(deepened(darkest(&*transform)?)) } else { None };
        Some(Self { transform, output, black })
    }

    /// One row or many; the lengths must belong to the same number of pixels.
    pub fn convert(&self, source: &[u8], target: &mut [u8]) -> bool {
        let is_done = self.transform.transform(source, target).is_ok();
        if let Some(black) = &self.black {
            for sample in target {
                *sample = black[usize::from(*sample)];
            }
        }
        is_done
    }
}

/// What all inks together become.
fn darkest(transform: &moxcms::Transform8BitExecutor) -> Option<[u8; 3]> {
    let mut color = [0; 3];
    transform.transform(&[u8::MAX; 4], &mut color).is_ok().then_some(color)
}

/// Black point compensation: paper stays white, and the darkest that ink can be becomes black. Light is scaled, as lcms2 and
/// so libvips do it for the perceptual intent; moxcms 0.8 does not, and a SWOP photograph comes out 7 levels lighter.
fn deepened(darkest: [u8; 3]) -> [u8; 256] {
    let light = |sample: u8| to_light(f32::from(sample) / 255.0);
    let [red, green, blue] = darkest.map(light);
    // The brightness of linear sRGB, IEC 61966-2-1. lcms2 takes no color for black that is lighter than L* = 50.
    let black = (0.2126 * red + 0.7152 * green + 0.0722 * blue).min(0.184);
    std::array::from_fn(|sample| {
        let sample = u8::try_from(sample).unwrap_or(u8::MAX);
        let scaled = 1.0 - (1.0 - light(sample)) / (1.0 - black);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
        let byte = (from_light(scaled) * 255.0).round().clamp(0.0, 255.0) as u8;
        byte
    })
}

/// The primaries of sRGB as seen under D50, red, green and blue: what its profiles say (ICC, "sRGB profiles", 2015).
const PRIMARIES: [[f64; 3]; 3] = [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]];
/// Roundings of different makers; Display P3 is 0.08 away.
const PRIMARY_TOLERANCE: f64 = 0.002;
/// Steps of an 8-bit sample. A gamma of 2.2 is 8 away in the dark.
const CURVE_TOLERANCE: f32 = 2.0 / 255.0;

/// Says that pixels with this profile are sRGB, or that nobody can say what else they are. Looks at numbers only: a
/// conversion to compare with takes a millisecond to make, and headers are read on the event loop.
pub(super) fn is_neutral(profile: &[u8], layout: Layout) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return true };
    match (layout, profile.color_space) {
        (Layout::Gray, DataColorSpace::Gray) => is_plain(&profile) && is_srgb_curve(profile.gray_trc.as_ref()),
        (Layout::Rgb, DataColorSpace::Rgb) => {
            let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
            is_plain(&profile)
                && has_srgb_primaries(&profile)
                && curves.into_iter().all(|curve| is_srgb_curve(curve.as_ref()))
        }
        // As `Converter` has it.
        _ => true,
    }
}

/// Says that primaries and curves are all there is, or that a code says the same: tables would come before them.
fn is_plain(profile: &ColorProfile) -> bool {
    let tables = [&profile.lut_a_to_b_perceptual, &profile.lut_a_to_b_colorimetric, &profile.lut_a_to_b_saturation];
    let is_srgb =
        |primaries, transfer| (primaries, transfer) == (CicpColorPrimaries::Bt709, TransferCharacteristics::Srgb);
    tables.into_iter().all(Option::is_none)
        && profile.cicp.is_none_or(|code| is_srgb(code.color_primaries, code.transfer_characteristics))
}

fn has_srgb_primaries(profile: &ColorProfile) -> bool {
    let colorants = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
    let values = colorants.iter().flat_map(|color| [color.x, color.y, color.z]);
    values.zip(PRIMARIES.as_flattened()).all(|(value, wanted)| (value - wanted).abs() <= PRIMARY_TOLERANCE)
}

fn is_srgb_curve(curve: Option<&ToneReprCurve>) -> bool {
    let Some(Ok(curve)) = curve.map(ToneReprCurve::make_linear_evaluator) else { return false };
    (0..=32_u8).all(|step| {
        let code = f32::from(step) / 32.0;
        (from_light(curve.evaluate_value(code)) - code).abs() <= CURVE_TOLERANCE
    })
}

/// IEC 61966-2-1.
fn to_light(code: f32) -> f32 {
    if code <= 0.040_45 { code / 12.92 } else { ((code + 0.055) / 1.055).powf(2.4) }
}

/// IEC 61966-2-1.
fn from_light(light: f32) -> f32 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_profile_is_none() {
        assert!(Converter::new(b"no profile", Layout::Rgb).is_none());
    }

    #[test]
    fn the_darkest_ink_becomes_black_and_paper_stays_white() {
        let curve = deepened([40, 34, 36]);
        assert!(curve[35] <= 1 && curve[255] == 255 && curve[128].abs_diff(125) <= 2, "{curve:?}");
        assert!(curve.is_sorted());
        assert_eq!(deepened([0; 3]), std::array::from_fn(|sample| u8::try_from(sample).unwrap()));
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

    /// The farthest that a color goes, in steps.
    fn farthest(profile: &[u8]) -> u8 {
        let levels = [0_u8, 16, 48, 112, 176, 255];
        let pairs = levels.into_iter().flat_map(|red| levels.map(|green| (red, green)));
        let colors: Vec<u8> = pairs.flat_map(|(red, green)| levels.map(|blue| [red, green, blue])).flatten().collect();
        let mut srgb = vec![0; colors.len()];
        assert!(Converter::new(profile, Layout::Rgb).unwrap().convert(&colors, &mut srgb));
        colors.iter().zip(srgb).map(|(from, to)| from.abs_diff(to)).max().unwrap()
    }

    #[test]
    fn neutral_is_what_changes_no_color() {
        let mut gamma = ColorProfile::new_srgb();
        (gamma.cicp, gamma.red_trc) = (None, Some(ToneReprCurve::Parametric(vec![2.2])));
        let profiles = [
            ColorProfile::new_srgb(),
            ColorProfile::new_display_p3(),
            ColorProfile::new_adobe_rgb(),
            ColorProfile::new_bt2020(),
            gamma,
        ];
        let encoded = profiles.map(|profile| profile.encode().unwrap());
        let found = encoded.each_ref().map(|profile| is_neutral(profile, Layout::Rgb));
        assert_eq!(found, [true, false, false, false, false]);
        assert_eq!(encoded.each_ref().map(|profile| farthest(profile) <= 2), found);
        assert!(is_neutral(b"no profile", Layout::Rgb) && is_neutral(&encoded[1], Layout::Gray));
    }
}
