//! Tells photographs from drawings, by what a sensor never does: the same color twice, pixel by pixel.

use crate::image::Image;

/// Of neighbors in a row, the most that may be equal: photographs have up to 0.3, screenshots and drawings 0.7 and more.
const MOST_EQUAL: f64 = 0.5;

/// Opaque, and not flat.
pub(super) fn is_photograph(image: &Image) -> bool {
    if image.has_alpha() {
        return false;
    }
    let channels = image.layout().channels();
    let (mut equal, mut pairs) = (0_u64, 0_u64);
    for row in image.rows() {
        let neighbors = row.chunks_exact(channels).zip(row.chunks_exact(channels).skip(1));
        equal += neighbors.filter(|(left, right)| left == right).count() as u64;
        pairs += u64::from(image.width().saturating_sub(1));
    }
    (equal as f64) <= pairs as f64 * MOST_EQUAL
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Layout;

    fn picture(layout: Layout, sample: impl Fn(u32) -> u8) -> Image {
        let channels = u32::try_from(layout.channels()).unwrap();
        let data = (0..64 * 64 * channels).map(|at| sample(at / channels)).collect();
        Image::new(64, 64, layout, data).unwrap()
    }

    #[test]
    fn flat_and_transparent_pictures_are_no_photographs() {
        let textured = |at: u32| (at.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0];
        assert!(is_photograph(&picture(Layout::Rgb, textured)));
        assert!(is_photograph(&picture(Layout::Gray, textured)));
        assert!(!is_photograph(&picture(Layout::Rgba, textured)));
        assert!(!is_photograph(&picture(Layout::Rgb, |_| 7)));
        assert!(!is_photograph(&picture(Layout::Rgb, |at| if at % 64 < 40 { 255 } else { textured(at) })));
    }
}
