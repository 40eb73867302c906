//! Where a plan's picture lies on the decoded planes. Pure arithmetic.

use super::super::plan::Plan;
use crate::codec::{Header, Orientation, Planar, PlaneKind};
use crate::planes::Geometry;

/// From planes at the plan's scale to those that an encoder takes, before they are turned.
pub(super) fn geometry(header: &Header, planar: &Planar, kind: PlaneKind, plan: &Plan) -> Geometry {
    let divisor = f64::from(plan.shrink.divisor());
    let start = |side: u32, seen: f64| ((f64::from(side) / divisor - seen) / 2.0).max(0.0);
    let is_turned = plan.orientation.swaps_sides();
    Geometry {
        size: plan.shrink.apply((header.width, header.height)),
        subsampling: planar.subsampling,
        start: (start(header.width, plan.seen.0), start(header.height, plan.seen.1)),
        seen: plan.seen,
        target: plan.stored,
        target_subsampling: if is_turned { kind.subsampling.turned() } else { kind.subsampling },
        mirrored: mirrored(plan.orientation),
    }
}

/// Which of the stored sides will run the other way once the picture stands upright.
const fn mirrored(orientation: Orientation) -> (bool, bool) {
    let number = orientation.number();
    let (across, down) = (matches!(number, 2 | 3 | 6 | 7), matches!(number, 3 | 4 | 7 | 8));
    if orientation.swaps_sides() { (down, across) } else { (across, down) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_mirrors_the_other_side() {
        let of = |number| mirrored(Orientation::new(number));
        assert_eq!([1, 2, 3, 4].map(of), [(false, false), (true, false), (true, true), (false, true)]);
        assert_eq!([5, 6, 7, 8].map(of), [(false, false), (false, true), (true, true), (true, false)]);
    }
}
