//! What segments define for the scans after them: quantization, Huffman tables, the restart interval.
//! A later segment replaces what an earlier one said.

use super::fault::damaged;
use super::huffman::{Definition, Table};
use super::markers;
use super::skips::Skips;
use super::standard;
use super::symbol::Class;
use crate::error::Result;

/// The tables in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    quantization: [Option<[i16; 64]>; 4],
    dc: [Option<Definition>; 4],
    ac: [Option<Definition>; 4],
    /// Units between restart markers; 0 for none.
    pub(super) restart_interval: u32,
}

impl Tables {
    /// Takes a DQT, DHT or DRI segment and leaves the others alone.
    pub(super) fn define(&mut self, marker: u8, body: &[u8]) -> Result<()> {
        match marker {
            markers::DQT => self.define_quantization(body),
            markers::DHT => self.define_huffman(body),
            markers::DRI => self.define_restart_interval(body),
            _ => Ok(()),
        }
    }

    /// T.81 B.2.4.1. The factors stay in zigzag order.
    fn define_quantization(&mut self, mut body: &[u8]) -> Result<()> {
        let cut = || damaged("a quantization table that is cut off");
        while let Some((&head, after)) = body.split_first() {
            let mut factors = [0; 64];
            body = match head >> 4 {
                0 => {
                    let (bytes, after) = after.split_first_chunk::<64>().ok_or_else(cut)?;
                    factors = bytes.map(i16::from);
                    after
                }
                1 => {
                    let (bytes, after) = after.split_first_chunk::<128>().ok_or_else(cut)?;
                    for (factor, pair) in factors.iter_mut().zip(bytes.as_chunks::<2>().0) {
                        // Above 32767 it wraps, as every product of 16 bits does.
                        *factor = i16::from_be_bytes(*pair);
                    }
                    after
                }
                precision => return Err(damaged(format!("a quantization table of precision {precision}"))),
            };
            let table = self.quantization.get_mut(usize::from(head & 15));
            *table.ok_or_else(|| damaged("a quantization table above 3"))? = Some(factors);
        }
        Ok(())
    }

    /// T.81 B.2.4.2.
    fn define_huffman(&mut self, mut body: &[u8]) -> Result<()> {
        while let Some((&head, after)) = body.split_first() {
            let (tables, class) = match head >> 4 {
                0 => (&mut self.dc, Class::Dc),
                1 => (&mut self.ac, Class::Ac),
                class => return Err(damaged(format!("a Huffman table of class {class}"))),
            };
            let table = tables.get_mut(usize::from(head & 15)).ok_or_else(|| damaged("a Huffman table above 3"))?;
            let (definition, after) = Definition::parse(after, class)?;
            *table = Some(definition);
            body = after;
        }
        Ok(())
    }

    fn define_restart_interval(&mut self, body: &[u8]) -> Result<()> {
        let interval = <[u8; 2]>::try_from(body).map_err(|_| damaged("a restart interval of another size"))?;
        self.restart_interval = u16::from_be_bytes(interval).into();
        Ok(())
    }

    /// Puts the standard's tables where a file of Motion JPEG has none.
    pub(super) fn fill_in(&mut self) -> Result<()> {
        let dc: [&[u8]; 2] = [&standard::DC_LUMA, &standard::DC_CHROMA];
        let ac: [&[u8]; 2] = [&standard::AC_LUMA, &standard::AC_CHROMA];
        for (tables, bodies, class) in [(&mut self.dc, dc, Class::Dc), (&mut self.ac, ac, Class::Ac)] {
            for (table, body) in tables.iter_mut().zip(bodies).filter(|(table, _)| table.is_none()) {
                *table = Some(Definition::parse(body, class)?.0);
            }
        }
        Ok(())
    }

    pub(super) fn quantization(&self, index: usize) -> Result<[i16; 64]> {
        self.quantization.get(index).copied().flatten().ok_or_else(|| damaged(format!("no quantization table {index}")))
    }

    pub(super) fn dc(&self, index: usize) -> Result<Box<Table>> {
        table(&self.dc, index)
    }

    pub(super) fn ac(&self, index: usize) -> Result<Box<Table>> {
        table(&self.ac, index)
    }

    /// To build the skips of a table takes as long as to read a few hundred blocks without them.
    pub(super) fn skips(table: &Table, units: usize) -> Box<Skips> {
        const WORTH_UNITS: usize = 1000;
        if units < WORTH_UNITS { Skips::none() } else { Skips::new(table) }
    }
}

fn table(definitions: &[Option<Definition>], index: usize) -> Result<Box<Table>> {
    let definition = definitions.get(index).and_then(Option::as_ref);
    definition.map(Table::new).ok_or_else(|| damaged(format!("no Huffman table {index}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_several_tables_of_a_segment() {
        let mut body = vec![0x00];
        body.extend([7; 64]);
        body.push(0x13);
        body.extend([1, 0].repeat(64));
        let mut tables = Tables::default();
        tables.define(markers::DQT, &body).unwrap();
        assert_eq!((tables.quantization(0).unwrap()[5], tables.quantization(3).unwrap()[63]), (7, 256));
        assert!(tables.quantization(1).is_err() && tables.quantization(9).is_err());
        assert!(tables.define(markers::DQT, &body[..64]).is_err());
        assert!(tables.define(markers::DQT, &[0x04; 65]).is_err());
    }

    #[test]
    fn a_restart_interval_has_two_bytes() {
        let mut tables = Tables::default();
        tables.define(markers::DRI, &[1, 2]).unwrap();
        assert_eq!(tables.restart_interval, 258);
        assert!(tables.define(markers::DRI, &[1]).is_err());
        assert!(tables.dc(0).is_err() && tables.ac(4).is_err());
    }
}
