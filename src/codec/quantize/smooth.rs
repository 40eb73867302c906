//! How smooth a place is: an error that texture hides is a band in a gradient. Looks at neighbors only, decides nothing.

/// How often a pixel counts: twice in a smooth passage, where an error is a band, than on a flat face, whose color the
/// palette keeps anyway, or in texture, which hides it. Of eight scales tried by SSIMULACRA2 the best: counting passages
/// and faces eight times an edge costs text 2 points at equal bytes.
pub(super) fn weight(color: [u8; 4], left: [u8; 4], above: [u8; 4]) -> u64 {
    // Most of a screenshot; by instructions this saves an eighth of the encoder.
    if color == left && color == above {
        return 1;
    }
    match contrast(color, left).max(contrast(color, above)) {
        1..=10 => 2,
        _ => 1,
    }
}

/// The largest difference of a sample.
pub(super) fn contrast(one: [u8; 4], other: [u8; 4]) -> u8 {
    one.iter().zip(other).fold(0, |most, (one, other)| most.max(one.abs_diff(other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_count_more_than_faces_and_edges() {
        let at = |left: u8| weight([100, 100, 100, 255], [left, 100, 100, 255], [100, 100, 100, 255]);
        assert_eq!([100, 101, 110, 111, 255].map(at), [1, 2, 2, 1, 1]);
        assert_eq!(contrast([1, 2, 3, 4], [1, 2, 9, 0]), 6);
    }
}
