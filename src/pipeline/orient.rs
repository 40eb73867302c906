//! Turns and mirrors a picture so that it stands upright.

use super::plan::Plan;
use super::resize::bytes;
use crate::codec::Orientation;
use crate::error::Result;
use crate::image::Image;
use crate::pool::Scratch;

/// The upright picture.
pub(super) fn orient(image: Image, plan: &Plan, scratch: &mut Scratch) -> Result<Image> {
    let orientation = plan.orientation;
    if orientation.is_upright() {
        return Ok(image);
    }
    let (width, height) = orientation.apply((image.width(), image.height()));
    let buffer = scratch.take(bytes(image.layout(), width, height)?)?;
    let upright = turned(&image, orientation, buffer)?;
    plan.retire(image.into_data(), scratch);
    Ok(upright)
}

fn turned(image: &Image, orientation: Orientation, mut buffer: Vec<u8>) -> Result<Image> {
    let (width, height) = orientation.apply((image.width(), image.height()));
    match image.layout().channels() {
        1 => turn::<1>(image, orientation, &mut buffer, width),
        2 => turn::<2>(image, orientation, &mut buffer, width),
        3 => turn::<3>(image, orientation, &mut buffer, width),
        _ => turn::<4>(image, orientation, &mut buffer, width),
    }
    Image::new(width, height, image.layout(), buffer)
}

/// Walks the target and picks from the source. Pixels outside cannot be asked for; if they were, they would stay black.
fn turn<const N: usize>(image: &Image, orientation: Orientation, target: &mut [u8], width: u32) {
    let (source, _) = image.data().as_chunks::<N>();
    let (target, _) = target.as_chunks_mut::<N>();
    let stride = image.width() as usize;
    let (last_x, last_y) = (stride.saturating_sub(1), (image.height() as usize).saturating_sub(1));
    for (y, row) in target.chunks_exact_mut((width as usize).max(1)).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let (from_x, from_y) = match orientation.number() {
                2 => (last_x - x, y),
                3 => (last_x - x, last_y - y),
                4 => (x, last_y - y),
                5 => (y, x),
                6 => (y, last_y - x),
                7 => (last_x - y, last_y - x),
                8 => (last_x - y, x),
                _ => (x, y),
            };
            if let Some(found) = source.get(from_y * stride + from_x) {
                *pixel = *found;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Layout;

    /// What a camera stores for an upright picture of two columns and three rows: a b / c d / e f.
    #[test]
    fn each_orientation_gives_the_same_upright_picture() {
        let stored = [
            (1, (2, 3), b"abcdef"),
            (2, (2, 3), b"badcfe"),
            (3, (2, 3), b"fedcba"),
            (4, (2, 3), b"efcdab"),
            (5, (3, 2), b"acebdf"),
            (6, (3, 2), b"bdface"),
            (7, (3, 2), b"fdbeca"),
            (8, (3, 2), b"ecafdb"),
        ];
        for (number, (width, height), pixels) in stored {
            let image = Image::new(width, height, Layout::Gray, pixels.to_vec()).unwrap();
            let upright = turned(&image, Orientation::new(number), vec![0; 6]).unwrap();
            assert_eq!((upright.width(), upright.height()), (2, 3), "orientation {number}");
            assert_eq!(upright.data(), b"abcdef", "orientation {number}");
        }
    }
}
