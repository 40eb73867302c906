//! Planes to a file in no more memory than the file's own: coefficients are made anew for each scan, once to count its symbols and once
//! to write them, and only a row of blocks is there at a time. The transform is cheap beside what it saves: a file of
//! 24 megapixels takes twice the time.

use super::bits::Bits;
use super::component::Component;
use super::huffman::Table;
use super::markers::File;
use super::picture::steps;
use super::planes::{Plane, Planes};
use super::scan::{Scan, Telling, scans};
use super::tokens::{Histogram, Tokens};
use crate::codec::encode::{Quality, Speed};
use crate::error::Result;

pub(super) fn encode(planes: &Planes, quality: Quality, profile: Option<&[u8]>) -> Result<Vec<u8>> {
    let sampling = planes.sampling();
    let mut lanes = planes
        .list()
        .iter()
        .zip(steps(quality, sampling, Speed::Lean))
        .map(|(plane, steps)| Ok(Lane { plane, row: Component::new((plane.width(), 8), steps, None)? }))
        .collect::<Result<Vec<_>>>()?;
    let mut file = File::new(profile)?;
    file.tables(lanes.iter().map(|lane| lane.row.steps()));
    file.frame(planes.size(), sampling)?;
    let mut tokens = Tokens::new();
    for scan in scans(lanes.len(), Speed::Lean) {
        let Some(lane) = lanes.get_mut(usize::from(scan.component)) else { continue };
        let mut counts = [0; 256];
        lane.tell(scan, &mut tokens, |tokens| {
            add(&mut counts, tokens.histogram());
            Ok(())
        })?;
        let table = Table::new(&counts);
        file.scan(scan, &table);
        let mut bits = Bits::new(file.bytes(), &table);
        bits.expect(table.bits(&counts, scan.is_dc()))?;
        lane.tell(scan, &mut tokens, |tokens| bits.write(tokens.list()))?;
        bits.finish()?;
    }
    Ok(file.finish())
}

/// A plane, and the row of blocks that is made of it.
struct Lane<'a> {
    plane: &'a Plane<'a>,
    row: Component,
}

impl Lane<'_> {
    /// Hands out what the scan says, row by row.
    fn tell(&mut self, scan: Scan, tokens: &mut Tokens, mut hear: impl FnMut(&Tokens) -> Result<()>) -> Result<()> {
        let mut telling = Telling::new(scan)?;
        for top in (0..self.plane.height() as usize).step_by(8) {
            self.row.take_row(self.plane, top)?;
            telling.tell(self.row.blocks(), tokens)?;
            if top + 8 >= self.plane.height() as usize {
                telling.end(tokens);
            }
            hear(tokens)?;
        }
        Ok(())
    }
}

fn add(counts: &mut Histogram, more: &Histogram) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}
