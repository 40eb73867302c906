//! The scan header: which components follow, with which tables, and which part of their coefficients.
//! Decodes nothing.

use super::fault::damaged;
use super::frame::{Coding, Frame};
use crate::error::Result;

/// A component of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Its place in the frame.
    pub(super) component: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// A scan that belongs to its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    pub(super) parts: Vec<Part>,
    /// First and last coefficient, in zigzag order.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Bits that earlier scans left out, and bits that this one leaves out.
    pub(super) high: u32,
    pub(super) low: u32,
}

impl Scan {
    pub(super) fn parse(body: &[u8], frame: &Frame) -> Result<Self> {
        let cut = || damaged("a scan segment of another size");
        let (&count, after) = body.split_first().ok_or_else(cut)?;
        let (table, after) = after.split_at_checked(2 * usize::from(count)).ok_or_else(cut)?;
        let &[first, last, bits] = <&[u8; 3]>::try_from(after).map_err(|_| cut())?;
        let mut parts: Vec<Part> = Vec::new();
        for &[id, tables] in table.as_chunks::<2>().0 {
            let component = frame.components.iter().position(|component| component.id == id);
            let component = component.ok_or_else(|| damaged(format!("a scan of component {id}")))?;
            if parts.iter().any(|part| part.component == component) {
                return Err(damaged("a scan that names a component twice"));
            }
            parts.push(Part { component, dc: usize::from(tables >> 4), ac: usize::from(tables & 15) });
        }
        if parts.is_empty() {
            return Err(damaged("a scan without components"));
        }
        let scan =
            Self { parts, first: first.into(), last: last.into(), high: (bits >> 4).into(), low: (bits & 15).into() };
        match frame.coding {
            // libjpeg ignores what a sequential scan says about its part of the coefficients.
            Coding::Sequential => Ok(scan),
            Coding::Progressive => scan.checked(),
        }
    }

    /// T.81 G.1.1.1: DC apart from AC, AC of one component, and each refinement by one bit.
    fn checked(self) -> Result<Self> {
        let is_band = match (self.first, self.last) {
            (0, last) => last == 0,
            (first, last) => first <= last && last <= 63 && self.parts.len() == 1,
        };
        let is_step = self.high == 0 || self.high == self.low + 1;
        if !is_band || !is_step || self.low > 13 {
            return Err(damaged("a progressive scan of an impossible part"));
        }
        Ok(self)
    }

    pub(super) const fn is_dc(&self) -> bool {
        self.first == 0
    }

    pub(super) const fn is_refinement(&self) -> bool {
        self.high != 0
    }

    /// The coefficients of the scan, one bit for each.
    pub(super) const fn band(&self) -> u64 {
        u64::MAX << self.first & u64::MAX >> (63 - self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn frame(coding: Coding) -> Frame {
        let body = [8, 0, 9, 0, 9, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0];
        Frame::parse(&body, coding, &Limits::default()).unwrap()
    }

    #[test]
    fn finds_components_and_refuses_others() {
        let frame = frame(Coding::Sequential);
        let scan = Scan::parse(&[2, 3, 0x01, 1, 0x23, 0, 63, 0], &frame).unwrap();
        assert_eq!(scan.parts, [Part { component: 2, dc: 0, ac: 1 }, Part { component: 0, dc: 2, ac: 3 }]);
        assert!(Scan::parse(&[2, 3, 0, 3, 0, 0, 63, 0], &frame).is_err());
        assert!(Scan::parse(&[1, 4, 0, 0, 63, 0], &frame).is_err());
        assert!(Scan::parse(&[0, 0, 63, 0], &frame).is_err());
        assert!(Scan::parse(&[1, 1, 0, 0, 63], &frame).is_err());
    }

    #[test]
    fn progressive_parts_are_those_of_the_standard() {
        let frame = frame(Coding::Progressive);
        let scan = |first, last, bits| Scan::parse(&[1, 1, 0, first, last, bits], &frame);
        assert_eq!(scan(1, 5, 0x21).unwrap().band(), 0b11_1110);
        assert_eq!(scan(1, 63, 0).unwrap().band(), u64::MAX - 1);
        assert!(scan(1, 5, 0x31).is_err() && scan(1, 5, 0x0e).is_err());
        assert!(scan(0, 5, 0).is_err() && scan(6, 5, 0).is_err() && scan(1, 64, 0).is_err());
        assert!(Scan::parse(&[2, 1, 0, 2, 0, 1, 5, 0], &frame).is_err());
        assert!(Scan::parse(&[2, 1, 0, 2, 0, 0, 0, 0], &frame).is_ok());
    }
}
