//! What stands in for a picture until it is there: a few blurred pixels, a `ThumbHash`, one color. Made of a picture of at most
//! a hundred pixels a side, which is all that a `ThumbHash` takes.

use super::plan::Plan;
use super::request::{Request, Target};
use super::resize::resize;
use crate::codec::{Quality, Speed, encoder};
use crate::error::Result;
use crate::format::Format;
use crate::image::{Image, Layout};
use crate::limits::reserve;
use crate::pool::Scratch;

/// The longest side of the picture that everything is made of.
const SIDE: u32 = 100;

/// The longest side of the blurred pixels, as in Next.js.
const BLUR_SIDE: u32 = 8;

/// Of the blurred pixels: at 75 the few chroma samples that there are lose most of their color, for a dozen bytes.
const BLUR_QUALITY: f64 = 95.0;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// A WebP of at most eight pixels a side.
    pub blur: Vec<u8>,
    pub thumbhash: Vec<u8>,
    /// Red, green and blue.
    pub color: [u8; 3],
}

/// The variant that a placeholder is made of: one that is planned with pixels and their alpha.
pub(super) fn request() -> Request {
    let target = Target::Format(Format::Png);
    Request { width: Some(SIDE), height: Some(SIDE), target, speed: Speed::Fast, ..Request::default() }
}

impl Placeholder {
    /// `plan` is the one that led to the picture.
    pub(super) fn of(image: &Image, plan: &Plan, scratch: &mut Scratch) -> Result<Self> {
        let image = to_rgba(image)?;
        let thumbhash = thumbhash::rgba_to_thumb_hash(image.width() as usize, image.height() as usize, image.data());
        let color = dominant_color(image.data());
        let blur = blurred(image, plan, scratch)?;
        let blur = encoder(Format::Webp).encode(&blur, Quality::new(BLUR_QUALITY)?, Speed::Balanced)?;
        Ok(Self { blur, thumbhash, color })
    }
}

fn to_rgba(image: &Image) -> Result<Image> {
    let mut data = reserve(Layout::Rgba.bytes(image.width(), image.height()))?;
    for pixel in image.data().chunks_exact(image.layout().channels()) {
        data.extend_from_slice(&match *pixel {
            [gray] => [gray, gray, gray, 255],
            [gray, alpha] => [gray, gray, gray, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => [255; 4],
        });
    }
    Image::new(image.width(), image.height(), Layout::Rgba, data)
}

fn blurred(image: Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let (width, height) = (image.width(), image.height());
    let longest = width.max(height).max(1);
    let side =
        |side: u32| if longest <= BLUR_SIDE { side } else { ((side * BLUR_SIDE + longest / 2) / longest).max(1) };
    let plan = Plan { stored: (side(width), side(height)), seen: (width.into(), height.into()), ..plan.clone() };
    let image = resize(image, &plan, scratch)?;
    if image.is_opaque() { image.drop_alpha() } else { Ok(image) }
}

/// Each pixel votes, by its alpha, for one of 512 boxes of colors; the mean of the winner's voters is the color. Two boxes
/// that share a smooth surface between them may both lose to a smaller, even one: it is a hint, not a measurement.
/// White, which is what shines through, where nobody votes.
fn dominant_color(rgba: &[u8]) -> [u8; 3] {
    let mut boxes = vec![[0_u32; 4]; 1 << 9];
    for &[red, green, blue, alpha] in rgba.as_chunks::<4>().0 {
        let index = [red, green, blue].iter().fold(0, |index, color| index << 3 | usize::from(color >> 5));
        let Some(sums) = boxes.get_mut(index) else { continue };
        for (sum, sample) in sums.iter_mut().zip([red, green, blue, 255]) {
            *sum += u32::from(sample) * u32::from(alpha);
        }
    }
    let winner = boxes.into_iter().max_by_key(|[.., votes]| *votes).unwrap_or_default();
    let [red, green, blue, votes] = winner;
    if votes == 0 {
        return [255; 3];
    }
    [red, green, blue]
        .map(|sum| u8::try_from((u64::from(sum) * 255 + u64::from(votes) / 2) / u64::from(votes)).unwrap_or(255))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_color_of_most_wins_over_the_mean() {
        let pixels = [[200, 10, 10, 255], [202, 12, 12, 255], [0, 0, 255, 255]].concat();
        assert_eq!(dominant_color(&pixels), [201, 11, 11]);
    }

    #[test]
    fn what_cannot_be_seen_has_no_vote() {
        let pixels = [[0, 255, 0, 0], [0, 255, 0, 0], [9, 9, 9, 255]].concat();
        assert_eq!(dominant_color(&pixels), [9, 9, 9]);
        assert_eq!(dominant_color(&[0, 255, 0, 0]), [255, 255, 255]);
    }
}
