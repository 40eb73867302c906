//! The two ranges of 8-bit YCbCr: JPEG's full one and the narrow one of video and WebP (ITU-R BT.601-7, section 2.5.3).

use super::kernels::LEVEL_BITS;

/// What samples of black, white and the strongest color are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// 0 to 255, chroma around 128.
    Full,
    /// Luma 16 to 235, chroma 16 to 240 around 128.
    Video,
}

const LUMA_STEPS: i32 = 219;
const CHROMA_STEPS: i32 = 224;

impl Range {
    /// Luma of the other range to this one.
    pub(super) fn luma_map(self) -> [u8; 256] {
        match self {
            Self::Full => map(|sample| rounded((sample - 16) * 255, LUMA_STEPS)),
            Self::Video => map(|sample| 16 + rounded(sample * LUMA_STEPS, 255)),
        }
    }

    /// Chroma of the other range to this one.
    pub(super) fn chroma_map(self) -> [u8; 256] {
        match self {
            Self::Full => map(|sample| 128 + rounded((sample - 128) * 255, CHROMA_STEPS)),
            Self::Video => map(|sample| 128 + rounded((sample - 128) * CHROMA_STEPS, 255)),
        }
    }

    /// Luma levels of the full range to samples.
    pub(super) fn store_luma(self, levels: &[i16], samples: &mut [u8]) {
        match self {
            Self::Full => store::<65536, 0>(levels, samples),
            Self::Video => store::<{ LUMA_STEPS * 65536 / 255 }, { 16 << LEVEL_BITS }>(levels, samples),
        }
    }

    /// Chroma levels of the full range to samples.
    pub(super) fn store_chroma(self, levels: &[i16], samples: &mut [u8]) {
        const GAIN: i32 = (CHROMA_STEPS * 65536 + 127) / 255;
        match self {
            Self::Full => store::<65536, 0>(levels, samples),
            Self::Video => {
                store::<GAIN, { (128 << LEVEL_BITS) - (((128 << LEVEL_BITS) * GAIN) >> 16) }>(levels, samples);
            }
        }
    }
}

fn store<const GAIN: i32, const OFFSET: i32>(levels: &[i16], samples: &mut [u8]) {
    for (sample, level) in samples.iter_mut().zip(levels) {
        let scaled = ((i32::from(*level) * GAIN) >> 16) + OFFSET;
        #[expect(clippy::cast_sign_loss, reason = "clamped")]
        let rounded = ((scaled + (1 << (LEVEL_BITS - 1))) >> LEVEL_BITS).clamp(0, 255) as u8;
        *sample = rounded;
    }
}

fn map(of: impl Fn(i32) -> i32) -> [u8; 256] {
    let mut table = [0; 256];
    for (entry, sample) in table.iter_mut().zip(0..) {
        *entry = u8::try_from(of(sample).clamp(0, 255)).unwrap_or(0);
    }
    table
}

const fn rounded(numerator: i32, denominator: i32) -> i32 {
    (numerator + numerator.signum() * (denominator / 2)) / denominator
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middle_are_where_the_standard_puts_them() {
        let (luma, chroma) = (Range::Video.luma_map(), Range::Video.chroma_map());
        assert_eq!((luma[0], luma[255]), (16, 235));
        assert_eq!((chroma[0], chroma[128], chroma[255]), (16, 128, 240));
    }

    #[test]
    fn levels_and_maps_agree() {
        let levels: Vec<i16> = (0..256).map(|sample| sample << LEVEL_BITS).collect();
        let mut samples = [0; 256];
        Range::Video.store_luma(&levels, &mut samples);
        assert!(samples.iter().zip(Range::Video.luma_map()).all(|(a, b)| a.abs_diff(b) <= 1));
        assert_eq!((samples[0], samples[255]), (16, 235));
        Range::Video.store_chroma(&levels, &mut samples);
        assert!(samples.iter().zip(Range::Video.chroma_map()).all(|(a, b)| a.abs_diff(b) <= 1));
        assert_eq!((samples[0], samples[128], samples[255]), (16, 128, 240));
        Range::Full.store_luma(&levels, &mut samples);
        assert!(samples.iter().zip(0..=255).all(|(a, b)| *a == b));
    }
}
