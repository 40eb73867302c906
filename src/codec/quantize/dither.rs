//! Colors between those of a palette, as regular patterns of a few of them: in passages, where plain colors would be bands, and nowhere else,
//! since texture hides an error and patterns cost bytes. Chooses no palette.

use super::mix::{Mixer, PLACES, Pattern};
use super::passage::Passages;
use super::point::{Point, distance};
use super::unique::Unique;
use crate::error::Result;
use crate::limits::reserve;

/// A squared error, in quarter levels, that shows nowhere: three quarters of a level of gray.
const UNSEEN: i32 = 9;

/// A palette, as points, and which of it each unique color becomes where it is not dithered.
pub(super) struct Plain<'a> {
    pub(super) unique: &'a Unique,
    pub(super) points: &'a [Point],
    pub(super) palette: &'a [Point],
    pub(super) map: &'a [u8],
}

/// The picture as numbers of the palette.
pub(super) fn dither(plain: &Plain<'_>, width: u32) -> Result<Vec<u8>> {
    let width = (width as usize).max(1);
    let numbers = plain.unique.numbers();
    let mut patterns = Patterns::new(plain)?;
    let mut passages = Passages::new(plain.unique, width)?;
    let mut indices = reserve(numbers.len() as u64)?;
    for (row, places) in numbers.chunks_exact(width).zip(PLACES.iter().cycle()) {
        let calm = passages.next_row();
        for ((number, is_calm), place) in row.iter().zip(calm).zip(places.iter().cycle()) {
            indices.push(if *is_calm { patterns.index(*number, *place) } else { plain.index(*number) });
        }
    }
    Ok(indices)
}

impl Plain<'_> {
    fn index(&self, number: u32) -> u8 {
        self.map.get(number as usize).copied().unwrap_or_default()
    }

    fn make(&self, mixer: &Mixer, number: u32) -> Pattern {
        let main = self.index(number);
        let wanted = self.points.get(number as usize).copied().unwrap_or_default();
        let has = self.palette.get(usize::from(main)).copied().unwrap_or_default();
        if distance(wanted, has) <= UNSEEN { Pattern::plain(main) } else { mixer.mix(wanted, main) }
    }
}

/// Made when they are first needed: most colors of a photograph are in no passage.
struct Patterns<'a> {
    plain: &'a Plain<'a>,
    mixer: Mixer,
    known: Vec<Option<Pattern>>,
}

impl<'a> Patterns<'a> {
    fn new(plain: &'a Plain<'a>) -> Result<Self> {
        let mut known = reserve(plain.points.len() as u64)?;
        known.resize(plain.points.len(), None);
        Ok(Self { plain, mixer: Mixer::new(plain.palette)?, known })
    }

    fn index(&mut self, number: u32, place: usize) -> u8 {
        let Some(known) = self.known.get_mut(number as usize) else { return 0 };
        known.get_or_insert_with(|| self.plain.make(&self.mixer, number)).at(place)
    }
}
