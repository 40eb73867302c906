//! Boxes of an ISO base media file, one behind another. Knows no box's inside, and never goes into one by itself.

use crate::codec::cursor::{Cursor, Fault, Parsed, bad};

/// Four letters.
pub(super) type Kind = [u8; 4];

#[derive(Debug, Clone, Copy)]
pub(super) struct Boxed<'a> {
    pub(super) kind: Kind,
    pub(super) body: &'a [u8],
}

/// What a box says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) kind: Kind,
    /// Of the body; `None`: it goes to the end of what it is in.
    pub(super) len: Option<usize>,
}

/// `None` where no bytes are left.
pub(super) fn head(cursor: &mut Cursor<'_>) -> Parsed<Option<Head>> {
    let mut probe = *cursor;
    if probe.rest().is_empty() {
        return Ok(None);
    }
    let size = cursor.u32()?;
    let kind = cursor.array()?;
    let (size, head_bytes) = match size {
        0 => return Ok(Some(Head { kind, len: None })),
        1 => (cursor.u64()?, 16),
        size => (u64::from(size), 8),
    };
    let len = size.checked_sub(head_bytes).ok_or_else(|| bad("a box of at least its own header", size))?;
    // Longer than the machine can address is longer than the file.
    Ok(Some(Head { kind, len: Some(usize::try_from(len).map_err(|_| Fault::Short)?) }))
}

/// The boxes in a box's body: all of them are there as wholes, or the body is too short.
pub(super) struct Boxes<'a>(Cursor<'a>);

impl<'a> Boxes<'a> {
    pub(super) const fn of(body: &'a [u8]) -> Self {
        Self(Cursor::big(body))
    }

    pub(super) fn next(&mut self) -> Parsed<Option<Boxed<'a>>> {
        let Some(Head { kind, len }) = head(&mut self.0)? else { return Ok(None) };
        let body = match len {
            Some(len) => self.0.take(len).map_err(|_| outside(kind))?,
            None => self.0.rest(),
        };
        Ok(Some(Boxed { kind, body }))
    }

    /// The first one of a kind.
    pub(super) fn find(mut self, kind: Kind) -> Parsed<Option<&'a [u8]>> {
        while let Some(found) = self.next()? {
            if found.kind == kind {
                return Ok(Some(found.body));
            }
        }
        Ok(None)
    }
}

/// The body of a box that starts with a version and flags.
pub(super) fn full(cursor: &mut Cursor<'_>) -> Parsed<(u8, u32)> {
    let [version, high, mid, low] = cursor.array()?;
    Ok((version, u32::from_be_bytes([0, high, mid, low])))
}

/// A number of 16 or 32 bits, by the version of its box.
pub(super) fn id(cursor: &mut Cursor<'_>, is_wide: bool) -> Parsed<u32> {
    if is_wide { cursor.u32() } else { Ok(cursor.u16()?.into()) }
}

/// What lies in a whole box has its bytes there or never.
#[cold]
fn outside(kind: Kind) -> Fault {
    bad("boxes inside of their own", format!("a longer {}", kind.escape_ascii()))
}

/// Within a whole box, an end is damage: more of the file would not help.
pub(super) fn inner<T>(parsed: Parsed<T>, what: &str) -> Parsed<T> {
    parsed.map_err(|fault| match fault {
        Fault::Short => bad("a whole box", format!("a cut {what}")),
        bad @ Fault::Bad(_) => bad,
    })
}
