//! The order in which JPEG stores the 64 coefficients of a block (T.81, figure A.6). Nothing but tables.

/// Place in the block, row by row, of each place in the file.
pub(super) const NATURAL: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Place in the block, column by column, of each place in the file: the transform leaves its blocks so.
pub(super) const COLUMNS: [u8; 64] = transposed(NATURAL);

/// Place in the file of each place in the block, column by column.
pub(super) const FROM_COLUMNS: [u8; 64] = inverse(COLUMNS);

const fn transposed(order: [u8; 64]) -> [u8; 64] {
    let mut places = [0; 64];
    let mut index = 0;
    while index < 64 {
        places[index] = order[index] % 8 * 8 + order[index] / 8;
        index += 1;
    }
    places
}

const fn inverse(order: [u8; 64]) -> [u8; 64] {
    let mut places = [0; 64];
    let mut index: u8 = 0;
    while index < 64 {
        places[order[index as usize] as usize] = index;
        index += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_undo_each_other() {
        for (place, column) in COLUMNS.iter().enumerate() {
            assert_eq!(usize::from(FROM_COLUMNS[usize::from(*column)]), place);
        }
        assert_eq!(NATURAL[2], 8, "the first column comes second");
        assert_eq!(COLUMNS[1], 8, "the first row is the second column's top");
    }
}
