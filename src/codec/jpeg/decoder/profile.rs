//! The ICC profile that a JPEG carries in pieces. Puts them together and does not look inside.

const TAG: &[u8] = b"ICC_PROFILE\0";

/// The pieces in the order of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Pieces<'a>(Vec<Piece<'a>>);

#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    /// From 1.
    number: u8,
    of: u8,
    data: &'a [u8],
}

impl<'a> Pieces<'a> {
    /// Takes the body of an APP2 segment where it is a piece of a profile.
    pub(super) fn add(&mut self, body: &'a [u8]) {
        if let Some((&[number, of], data)) = body.strip_prefix(TAG).and_then(|rest| rest.split_first_chunk()) {
            self.0.push(Piece { number, of, data });
        }
    }

    /// The whole profile. A missing, doubled or superfluous piece makes it none, and so does a size above `max_bytes`.
    pub(super) fn assemble(&self, max_bytes: usize) -> Option<Vec<u8>> {
        let count = u8::try_from(self.0.len()).ok().filter(|&count| count > 0)?;
        let size: usize = self.0.iter().map(|piece| piece.data.len()).sum();
        if size > max_bytes || self.0.iter().any(|piece| piece.of != count) {
            return None;
        }
        let mut profile = Vec::new();
        profile.try_reserve_exact(size).ok()?;
        for number in 1..=count {
            let piece = self.0.iter().find(|piece| piece.number == number)?;
            profile.extend_from_slice(piece.data);
        }
        Some(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assembled(pieces: &[(u8, u8, &[u8])]) -> Option<Vec<u8>> {
        let bodies: Vec<Vec<u8>> =
            pieces.iter().map(|&(number, of, data)| [TAG, &[number, of], data].concat()).collect();
        let mut pieces = Pieces::default();
        for body in &bodies {
            pieces.add(body);
        }
        pieces.assemble(8)
    }

    #[test]
    fn puts_pieces_in_order_or_gives_none() {
        assert_eq!(assembled(&[(2, 2, b"cd"), (1, 2, b"ab")]), Some(b"abcd".to_vec()));
        assert_eq!(assembled(&[(1, 2, b"ab")]), None);
        assert_eq!(assembled(&[(1, 2, b"ab"), (1, 2, b"cd")]), None);
        assert_eq!(assembled(&[(0, 1, b"ab")]), None);
        assert_eq!(assembled(&[(1, 1, b"123456789")]), None);
        assert_eq!(assembled(&[]), None);
    }
}
