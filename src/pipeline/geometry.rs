//! Sizes: how a picture meets the box that is asked for. Pure arithmetic, in the picture's upright orientation.
//! Never enlarges: a box larger than the picture is scaled down, in its own proportions, until it is not.

use super::request::Fit;

/// Width and height.
pub(super) type Size = (u32, u32);

/// Where the picture goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Placement {
    /// The part of the source that is seen, from its center, in source pixels. Fractions are kept: the resizer takes them.
    pub(super) seen: (f64, f64),
    /// The size that part gets.
    pub(super) picture: Size,
    /// The size of the variant: larger than the picture where it is padded.
    pub(super) canvas: Size,
}

/// Places a source of this size. `max_side` bounds the variant, whatever is asked.
pub(super) fn place(source: Size, width: Option<u32>, height: Option<u32>, fit: Fit, max_side: u32) -> Placement {
    let place = match (width, height, fit) {
        (Some(width), Some(height), Fit::Cover) => cover(source, (width, height)),
        (Some(width), Some(height), Fit::Contain) => contain(source, (width, height)),
        (Some(width), Some(height), Fit::Fill) => whole(source, (width.min(source.0), height.min(source.1))),
        _ => whole(source, inside(source, width, height)),
    };
    within(place, max_side)
}

/// All of the source, at this size.
fn whole(source: Size, size: Size) -> Placement {
    Placement { seen: (source.0.into(), source.1.into()), picture: size, canvas: size }
}

/// The side that limits is met exactly, the other one is rounded, as sharp does.
fn inside(source: Size, width: Option<u32>, height: Option<u32>) -> Size {
    let scale_width = width.map_or(1.0, |width| ratio(width, source.0));
    let scale_height = height.map_or(1.0, |height| ratio(height, source.1));
    match (width, height) {
        (Some(width), _) if scale_width < 1.0 && scale_width <= scale_height => (width, scaled(source.1, scale_width)),
        (_, Some(height)) if scale_height < 1.0 => (scaled(source.0, scale_height), height),
        _ => source,
    }
}

fn cover(source: Size, target: Size) -> Placement {
    let shrink = ratio(source.0, target.0).min(ratio(source.1, target.1)).min(1.0);
    let canvas = (scaled(target.0, shrink).min(source.0), scaled(target.1, shrink).min(source.1));
    let scale = ratio(canvas.0, source.0).max(ratio(canvas.1, source.1));
    let seen = (f64::from(canvas.0) / scale, f64::from(canvas.1) / scale);
    Placement { seen: (seen.0.min(source.0.into()), seen.1.min(source.1.into())), picture: canvas, canvas }
}

fn contain(source: Size, target: Size) -> Placement {
    let shrink = ratio(source.0, target.0).max(ratio(source.1, target.1)).min(1.0);
    let canvas = (scaled(target.0, shrink), scaled(target.1, shrink));
    let picture = inside(source, Some(canvas.0), Some(canvas.1));
    Placement { canvas: (canvas.0.max(picture.0), canvas.1.max(picture.1)), ..whole(source, picture) }
}

/// Scales the whole placement down to the longest side that may be written.
fn within(place: Placement, max_side: u32) -> Placement {
    let side = place.canvas.0.max(place.canvas.1);
    if side <= max_side {
        return place;
    }
    let scale = ratio(max_side, side);
    let shrink = |size: Size| (scaled(size.0, scale).min(max_side), scaled(size.1, scale).min(max_side));
    Placement { picture: shrink(place.picture), canvas: shrink(place.canvas), ..place }
}

fn ratio(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

/// Rounded, and at least one pixel.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a side times a scale of at most 1")]
fn scaled(side: u32, scale: f64) -> u32 {
    ((f64::from(side) * scale).round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(source: Size, target: Size, fit: Fit) -> (Size, Size) {
        let place = place(source, Some(target.0), Some(target.1), fit, 16_384);
        (place.picture, place.canvas)
    }

    #[test]
    fn width_alone_keeps_the_proportions() {
        let height = |source, width| place(source, Some(width), None, Fit::Inside, 16_384).picture;
        assert_eq!(height((4000, 3000), 640), (640, 480));
        assert_eq!(height((1201, 675), 640), (640, 360));
        assert_eq!(height((20_000, 4), 640), (640, 1));
        assert_eq!(height((100, 50), 640), (100, 50));
    }

    #[test]
    fn inside_meets_the_tighter_side() {
        assert_eq!(sizes((400, 200), (100, 100), Fit::Inside), ((100, 50), (100, 50)));
        assert_eq!(sizes((200, 400), (100, 100), Fit::Inside), ((50, 100), (50, 100)));
    }

    #[test]
    fn cover_cuts_from_the_center() {
        let place = place((400, 200), Some(100), Some(100), Fit::Cover, 16_384);
        assert_eq!((place.picture, place.seen), ((100, 100), (200.0, 200.0)));
        assert_eq!(sizes((400, 200), (800, 800), Fit::Cover), ((200, 200), (200, 200)));
    }

    #[test]
    fn contain_pads_and_fill_stretches() {
        assert_eq!(sizes((400, 200), (100, 100), Fit::Contain), ((100, 50), (100, 100)));
        assert_eq!(sizes((100, 100), (400, 200), Fit::Contain), ((100, 100), (200, 100)));
        assert_eq!(sizes((400, 200), (100, 100), Fit::Fill), ((100, 100), (100, 100)));
        assert_eq!(sizes((400, 200), (800, 100), Fit::Fill), ((400, 100), (400, 100)));
    }

    #[test]
    fn a_panorama_is_scaled_to_the_longest_side() {
        assert_eq!(place((20_000, 400), None, None, Fit::Inside, 16_384).canvas, (16_384, 328));
    }
}
