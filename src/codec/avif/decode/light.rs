//! What the codes of a picture's colors mean for sRGB: nothing, a profile that is handed on, or more light than a screen is thought to have,
//! which is brought down here, where samples still have all of their bits.

use moxcms::{CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients, TransferCharacteristics};

pub(in crate::codec) use super::matrix::Rgb;
use crate::codec::avif::container::Cicp;

const PQ: u16 = 16;
const HLG: u16 = 18;
/// The white of what is no highlight, in candelas a square meter (BT.2408, 2.1).
const WHITE_NITS: f32 = 203.0;
/// The screen that HLG is graded on (BT.2100, note 5f).
const HLG_NITS: f32 = 1000.0;
/// Below it, as a part of white, light stays as it is; above it comes ever closer to white.
const KNEE: f32 = 0.5;
/// 12 bits, the most that is coded.
const CODES: u16 = 4096;
/// Of light; the curve of sRGB is a line below the first few.
const LEVELS: u16 = 16_384;

/// A profile for pictures of other primaries or another curve than those of sRGB, where there is one.
pub(in crate::codec) fn profile(cicp: Cicp) -> Option<Vec<u8>> {
    let transfer = match cicp.transfer {
        // The curves of video are shown as sRGB's by browsers; the difference is a shade in the dark.
        0..=3 | 6 | 13..=15 | PQ | HLG => 13,
        other => other,
    };
    let primaries = if cicp.primaries == 2 { 1 } else { cicp.primaries };
    if (primaries, transfer) == (1, 13) || is_bright(cicp) {
        return None;
    }
    let cicp = CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(u8::try_from(primaries).ok()?).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(u8::try_from(transfer).ok()?).ok()?,
        matrix_coefficients: MatrixCoefficients::Bt709,
        full_range: true,
    };
    let profile = ColorProfile::new_from_cicp(cicp);
    // Of codes that moxcms does not know it makes a profile without curves.
    profile.red_trc.is_some().then(|| profile.encode().ok())?
}

pub(in crate::codec) const fn is_bright(cicp: Cicp) -> bool {
    matches!(cicp.transfer, PQ | HLG)
}

/// PQ or HLG to sRGB: to light, highlights down by a curve of the brightest of the three, so that hues stay, and to the primaries of sRGB.
pub(in crate::codec) struct Tone {
    /// Light of each code, 1 for white.
    light: Vec<f32>,
    /// Codes of light of 0 to 1.
    codes: Vec<f32>,
    primaries: [[f32; 3]; 3],
    is_hlg: bool,
}

impl Tone {
    pub(in crate::codec) fn new(cicp: Cicp) -> Self {
        let is_hlg = cicp.transfer == HLG;
        let to_light = |code: f32| if is_hlg { hlg_light(code) } else { pq_light(code) };
        let part = |index: u16, count: u16| f32::from(index) / f32::from(count - 1);
        Self {
            light: (0..CODES).map(|code| to_light(part(code, CODES))).collect(),
            codes: (0..LEVELS).map(|level| srgb_code(part(level, LEVELS))).collect(),
            primaries: primaries(cicp),
            is_hlg,
        }
    }

    pub(in crate::codec) fn map(&self, rgb: Rgb) -> Rgb {
        let mut light = rgb.map(|code| pick(&self.light, code));
        if self.is_hlg {
            light = shown_hlg(light);
        }
        let most = light[0].max(light[1]).max(light[2]);
        let scale = if most > KNEE { rolled(most) / most } else { 1.0 };
        let light = light.map(|value| value * scale);
        self.primaries.map(|row| {
            let sum: f32 = row.iter().zip(light).map(|(weight, value)| weight * value).sum();
            pick(&self.codes, sum)
        })
    }
}

/// A color that was multiplied by its alpha.
pub(in crate::codec) fn divided(rgb: Rgb, alpha: f32) -> Rgb {
    if alpha > 0.0 { rgb.map(|value| value / alpha) } else { [0.0; 3] }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
pub(in crate::codec) fn to_byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

/// Of values of 0 to 1, the one at this part of the way.
fn pick(values: &[f32], part: f32) -> f32 {
    let last = values.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let index = (part * last as f32 + 0.5) as usize;
    values.get(index.min(last)).copied().unwrap_or_default()
}

fn rolled(light: f32) -> f32 {
    let room = 1.0 - KNEE;
    KNEE + room * (1.0 - ((KNEE - light) / room).exp())
}

/// SMPTE ST 2084, 5.1.
fn pq_light(code: f32) -> f32 {
    let root = code.powf(32.0 / 2523.0);
    let light = ((root - 0.835_937_5).max(0.0) / (18.851_563 - 18.6875 * root)).powf(16_384.0 / 2610.0);
    light * 10_000.0 / WHITE_NITS
}

/// Light of the scene, of 0 to 1 (BT.2100, table 5).
fn hlg_light(code: f32) -> f32 {
    if code <= 0.5 { code * code / 3.0 } else { (((code - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_92) / 12.0 }
}

/// Light of the screen from that of the scene: a gamma of 1.2 on its brightness.
fn shown_hlg(scene: Rgb) -> Rgb {
    let brightness = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2];
    let gain = brightness.max(0.0).powf(0.2) * HLG_NITS / WHITE_NITS;
    scene.map(|value| value * gain)
}

/// IEC 61966-2-1.
fn srgb_code(light: f32) -> f32 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// Light of these primaries to light of sRGB's.
fn primaries(cicp: Cicp) -> [[f32; 3]; 3] {
    const SAME: [[f32; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let profile = match cicp.primaries {
        9 => ColorProfile::new_bt2020(),
        11 | 12 => ColorProfile::new_display_p3(),
        _ => return SAME,
    };
    #[expect(clippy::cast_possible_truncation, reason = "weights")]
    let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v.map(|row| row.map(|weight| weight as f32));
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cicp(primaries: u16, transfer: u16) -> Cicp {
        Cicp { primaries, transfer, matrix: 1, is_full_range: true }
    }

    #[test]
    fn codes_lead_to_the_light_of_their_tables() {
        assert!((pq_light(0.508_078_4) * WHITE_NITS - 100.0).abs() < 0.5);
        assert!((pq_light(1.0) * WHITE_NITS - 10_000.0).abs() < 20.0);
        assert!(pq_light(0.0).abs() < 1e-6);
        assert!((hlg_light(1.0) - 1.0).abs() < 1e-3 && (hlg_light(0.5) - 1.0 / 12.0).abs() < 1e-4);
    }

    #[test]
    fn brightness_is_kept_in_order_and_below_white() {
        for transfer in [PQ, HLG] {
            for primaries in [1, 9, 12] {
                let tone = Tone::new(cicp(primaries, transfer));
                let grays: Vec<f32> = (0..=100_u8).map(|code| tone.map([f32::from(code) / 100.0; 3])[1]).collect();
                assert!(grays.is_sorted(), "{grays:?}");
                assert!(grays[0] < 0.01 && grays[100] > 0.95 && grays[100] <= 1.0, "{grays:?}");
            }
        }
    }

    #[test]
    fn only_what_differs_from_srgb_has_a_profile() {
        for (primaries, transfer) in [(1, 13), (1, 1), (2, 2), (1, 6), (2, 14), (9, PQ), (12, HLG)] {
            assert_eq!(profile(cicp(primaries, transfer)), None, "{primaries} {transfer}");
        }
        for (primaries, transfer) in [(12, 13), (9, 14), (1, 4), (1, 8)] {
            assert!(profile(cicp(primaries, transfer)).is_some(), "{primaries} {transfer}");
        }
        assert_eq!(profile(cicp(200, 13)), None);
    }
}
