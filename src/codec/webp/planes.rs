//! WebP files straight from planes: no RGB in between. Lossy only.

use webp::WebPConfig;

use super::picture::{self, Frame};
use crate::error::{Error, Result};
use crate::planes::{Plane, Planes, Range, Subsampling};

/// The longest side that the format can say.
const MAX_SIDE: u32 = 16_383;
const NEUTRAL: u8 = 128;

/// The file. Takes gray and 4:2:0; samples of the full range are mapped to WebP's narrow one in place, and libwebp may
/// write over colors that nobody sees.
pub(super) fn encode_yuv(picture: Planes, mut alpha: Option<Plane>, config: &WebPConfig) -> Result<Vec<u8>> {
    let size = (picture.width(), picture.height());
    check(size, alpha.as_ref())?;
    let (mut luma, chroma) = picture.with_range(Range::Video).into_planes();
    let [mut blue, mut red] = match chroma {
        Some((Subsampling::BOTH, chroma)) => chroma,
        Some((other, _)) => return Err(Error::internal(format!("{other:?} for WebP"))),
        None => [neutral(size)?, neutral(size)?],
    };
    let alpha = alpha.as_mut().map(Plane::data_mut);
    picture::encode(Frame { size, luma: luma.data_mut(), blue: blue.data_mut(), red: red.data_mut(), alpha }, config)
}

fn check((width, height): (u32, u32), alpha: Option<&Plane>) -> Result<()> {
    let side = width.max(height);
    if side > MAX_SIDE {
        return Err(Error::Limit { what: "side", max: MAX_SIDE.into(), got: side.into() });
    }
    if alpha.is_some_and(|alpha| (alpha.width(), alpha.height()) != (width, height)) {
        return Err(Error::internal("an alpha plane of another size"));
    }
    Ok(())
}

/// Chroma of a picture without any.
fn neutral(size: (u32, u32)) -> Result<Plane> {
    let (width, height) = Subsampling::BOTH.size(size);
    let mut plane = Plane::zeroed(width, height)?;
    plane.data_mut().fill(NEUTRAL);
    Ok(plane)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::planes::RgbRows;

    fn config(quality: f32, method: i32) -> WebPConfig {
        WebPConfig { quality, method, ..WebPConfig::new().unwrap() }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 68 and 188")]
    fn waves(width: u32, height: u32, phase: f64) -> Plane {
        let wave = |at: u32| (f64::from(at % width) * 0.05 + phase).sin() + (f64::from(at / width) * 0.07).cos();
        let data = (0..width * height).map(|at| (128.0 + 30.0 * wave(at)) as u8);
        Plane::new(width, height, data.collect()).unwrap()
    }

    fn color((width, height): (u32, u32), subsampling: Subsampling) -> Planes {
        let (w, h) = subsampling.size((width, height));
        let chroma = [waves(w, h, 1.0), waves(w, h, 2.0)];
        Planes::color(waves(width, height, 0.0), subsampling, chroma, Range::Full).unwrap()
    }

    fn decoded(file: &[u8]) -> (bool, (u32, u32), Vec<u8>) {
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(file)).unwrap();
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut pixels).unwrap();
        (decoder.has_alpha(), decoder.dimensions(), pixels)
    }

    fn rgb(picture: &Planes) -> Vec<u8> {
        let mut rows = RgbRows::new(picture).unwrap();
        let mut pixels = vec![0; (picture.width() * picture.height() * 3) as usize];
        for (y, row) in pixels.chunks_mut(picture.width() as usize * 3).enumerate() {
            rows.write(y, row).unwrap();
        }
        pixels
    }

    fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
    }

    #[test]
    fn decodes_to_what_went_in() {
        for size in [(1, 1), (64, 48), (101, 77), (17, 2)] {
            let picture = color(size, Subsampling::BOTH);
            let file = encode_yuv(picture.clone(), None, &config(95.0, 4)).unwrap();
            let (has_alpha, found, pixels) = decoded(&file);
            assert_eq!((has_alpha, found), (false, size));
            let difference = mean_difference(&pixels, &rgb(&picture));
            assert!(difference < 2.5, "{size:?}: {difference}");
        }
    }

    #[test]
    fn gray_and_the_ends_of_the_range_stay() {
        for sample in [0, 1, 127, 254, 255] {
            let picture = Planes::gray(Plane::new(33, 21, vec![sample; 33 * 21]).unwrap(), Range::Full);
            let (_, _, pixels) = decoded(&encode_yuv(picture, None, &config(75.0, 2)).unwrap());
            assert!(pixels.iter().all(|found| found.abs_diff(sample) <= 1), "{sample}: {:?}", pixels.first());
        }
    }

    #[test]
    fn alpha_is_kept() {
        let picture = color((40, 30), Subsampling::BOTH);
        let alpha = Plane::new(40, 30, (0..30).flat_map(|_| (0..40).map(|x: u8| x * 6)).collect()).unwrap();
        let (has_alpha, _, pixels) = decoded(&encode_yuv(picture, Some(alpha.clone()), &config(90.0, 4)).unwrap());
        assert!(has_alpha);
        let found = pixels.chunks_exact(4).map(|pixel| pixel[3]);
        assert!(found.zip(alpha.data()).all(|(found, wanted)| found == *wanted));
    }

    #[test]
    fn what_the_format_cannot_say_is_refused() {
        let config = config(75.0, 2);
        let wide = Planes::gray(Plane::zeroed(16_384, 1).unwrap(), Range::Full);
        assert!(encode_yuv(wide, None, &config).unwrap_err().is_limit());
        assert!(encode_yuv(color((8, 8), Subsampling::ACROSS), None, &config).is_err());
        assert!(encode_yuv(color((8, 8), Subsampling::BOTH), Some(Plane::zeroed(8, 7).unwrap()), &config).is_err());
        let wrong = WebPConfig { method: 9, ..config };
        assert!(encode_yuv(color((8, 8), Subsampling::BOTH), None, &wrong).is_err());
    }
}
