//! The box `meta`: items, where their bytes are, what they are made of, and the properties that they have. All counts are bounded before
//! anything is kept; nothing is followed here.

use std::collections::BTreeMap;

use super::boxes::{Boxed, Boxes, Kind, full, id, inner};
use super::property::{Codec, Properties};
use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::error::Error;

/// Pictures of a hundred megapixels have some four hundred tiles of 512 pixels a side, each perhaps with alpha.
const MAX_ITEMS: usize = 4096;
const MAX_EXTENTS: usize = 8192;
const MAX_PROPERTIES: usize = 8192;
const MAX_ASSOCIATIONS: usize = 32_768;
const MAX_REFERENCES: usize = 16_384;

/// Where bytes are, from the start of the file or of the box `idat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec::avif) struct Extent {
    pub(in crate::codec::avif) offset: u64,
    /// 0: all that follows.
    pub(in crate::codec::avif) len: u64,
}

#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) is_protected: bool,
    pub(super) is_in_idat: bool,
    pub(super) extents: Vec<Extent>,
    /// By another method, or in another file.
    pub(super) is_elsewhere: bool,
    /// Numbers of properties from 1, and whether they have to be understood.
    properties: Vec<(u16, bool)>,
}

#[derive(Debug, Default)]
pub(super) struct Meta<'a> {
    /// Of the pictures that are looked for.
    pub(super) codec: Codec,
    pub(super) primary: Option<u32>,
    pub(super) idat: &'a [u8],
    /// By kind and by the item that refers; of several, the first counts.
    references: BTreeMap<(Kind, u32), Vec<u32>>,
    /// By the item that they are auxiliaries of.
    auxiliaries: BTreeMap<u32, Vec<u32>>,
    items: BTreeMap<u32, Item>,
    properties: Vec<Boxed<'a>>,
    extents: usize,
    associations: usize,
    referred: usize,
}

impl<'a> Meta<'a> {
    pub(super) fn read(body: &'a [u8], codec: Codec) -> Parsed<Self> {
        let mut meta = Self { codec, ..Self::default() };
        let mut cursor = Cursor::big(body);
        full(&mut cursor)?;
        let mut boxes = Boxes::of(cursor.rest());
        while let Some(Boxed { kind, body }) = boxes.next()? {
            match &kind {
                b"hdlr" => inner(handler(body), "hdlr")?,
                b"pitm" => inner(meta.primary(body), "pitm")?,
                b"iinf" => inner(meta.items(body), "iinf")?,
                b"iloc" => inner(meta.locations(body), "iloc")?,
                b"iref" => inner(meta.references(body), "iref")?,
                b"iprp" => inner(meta.properties(body), "iprp")?,
                b"idat" => meta.idat = body,
                _ => {}
            }
        }
        Ok(meta)
    }

    pub(super) fn item(&self, id: u32) -> Parsed<&Item> {
        self.items.get(&id).ok_or_else(|| bad("items that are there", format!("item {id}")))
    }

    pub(super) fn properties_of(&self, item: &Item) -> Parsed<Properties<'a>> {
        let mut found = Properties::default();
        for (number, is_essential) in &item.properties {
            // 0: none.
            let Some(index) = usize::from(*number).checked_sub(1) else { continue };
            let property = self.properties.get(index);
            found.add(*property.ok_or_else(|| bad("properties that are there", number))?, *is_essential)?;
        }
        Ok(found)
    }

    /// The items that say to be something of this one.
    pub(super) fn auxiliaries(&self, of: u32) -> &[u32] {
        self.auxiliaries.get(&of).map_or(&[], Vec::as_slice)
    }

    /// The items that this one refers to.
    pub(super) fn referred(&self, kind: Kind, from: u32) -> &[u32] {
        self.references.get(&(kind, from)).map_or(&[], Vec::as_slice)
    }

    fn primary(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        self.primary = Some(id(&mut cursor, version > 0)?);
        Ok(())
    }

    fn items(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        let count = id(&mut cursor, version > 0)? as usize;
        check("items", count, MAX_ITEMS)?;
        let mut boxes = Boxes::of(cursor.rest());
        for _ in 0..count {
            let Some(Boxed { kind, body }) = boxes.next()? else { return Err(Fault::Short) };
            if &kind == b"infe" {
                self.describe(body)?;
            }
        }
        Ok(())
    }

    fn describe(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        // Earlier ones have no kind: they are not of a picture's.
        if version < 2 {
            return Ok(());
        }
        let number = id(&mut cursor, version > 2)?;
        let (is_protected, kind) = (cursor.u16()? != 0, cursor.array()?);
        let item = self.entry(number)?;
        (item.is_protected, item.kind) = (is_protected, kind);
        Ok(())
    }

    /// Whatever box is first.
    fn entry(&mut self, number: u32) -> Parsed<&mut Item> {
        check("items", self.items.len(), MAX_ITEMS)?;
        Ok(self.items.entry(number).or_default())
    }

    fn locations(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        if version > 2 {
            return Err(bad("iloc of version 0 to 2", version));
        }
        let [sizes, more] = cursor.array()?;
        let widths = Widths { offset: sizes >> 4, len: sizes & 15, base: more >> 4, index: more & 15 };
        let count = id(&mut cursor, version == 2)? as usize;
        check("items", count, MAX_ITEMS)?;
        for _ in 0..count {
            self.location(&mut cursor, version, widths)?;
        }
        Ok(())
    }

    fn location(&mut self, cursor: &mut Cursor<'_>, version: u8, widths: Widths) -> Parsed<()> {
        let number = id(cursor, version == 2)?;
        let method = if version > 0 { cursor.u16()? & 15 } else { 0 };
        let is_elsewhere = cursor.u16()? != 0 || method > 1;
        let base = number_of(cursor, widths.base)?;
        let count = usize::from(cursor.u16()?);
        self.extents += count;
        check("extents", self.extents, MAX_EXTENTS)?;
        let mut extents = Vec::with_capacity(count);
        for _ in 0..count {
            if version > 0 {
                number_of(cursor, widths.index)?;
            }
            let offset = number_of(cursor, widths.offset)?;
            let offset = base.checked_add(offset).ok_or_else(|| bad("offsets of 64 bits", "a larger one"))?;
            extents.push(Extent { offset, len: number_of(cursor, widths.len)? });
        }
        let item = self.entry(number)?;
        (item.is_in_idat, item.is_elsewhere, item.extents) = (method == 1, is_elsewhere, extents);
        Ok(())
    }

    fn references(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, _) = full(&mut cursor)?;
        let mut boxes = Boxes::of(cursor.rest());
        while let Some(Boxed { kind, body }) = boxes.next()? {
            let mut cursor = Cursor::big(body);
            let from = id(&mut cursor, version > 0)?;
            let count = usize::from(cursor.u16()?);
            self.referred += count + 1;
            check("references", self.referred, MAX_REFERENCES)?;
            let to = (0..count).map(|_| id(&mut cursor, version > 0)).collect::<Parsed<Vec<_>>>()?;
            if &kind == b"auxl" {
                for of in &to {
                    self.auxiliaries.entry(*of).or_default().push(from);
                }
            }
            self.references.entry((kind, from)).or_insert(to);
        }
        Ok(())
    }

    fn properties(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(Boxed { kind, body }) = boxes.next()? {
            match &kind {
                b"ipco" => self.list(body)?,
                b"ipma" => self.associate(body)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn list(&mut self, body: &'a [u8]) -> Parsed<()> {
        let mut boxes = Boxes::of(body);
        while let Some(property) = boxes.next()? {
            self.properties.push(property);
            check("properties", self.properties.len(), MAX_PROPERTIES)?;
        }
        Ok(())
    }

    fn associate(&mut self, body: &[u8]) -> Parsed<()> {
        let mut cursor = Cursor::big(body);
        let (version, flags) = full(&mut cursor)?;
        for _ in 0..cursor.u32()? {
            let number = id(&mut cursor, version > 0)?;
            let count = usize::from(cursor.u8()?);
            self.associations += count + 1;
            check("associations", self.associations, MAX_ASSOCIATIONS)?;
            for _ in 0..count {
                let property = if flags & 1 == 1 {
                    let value = cursor.u16()?;
                    (value & 0x7fff, value >> 15 == 1)
                } else {
                    let value = cursor.u8()?;
                    (u16::from(value & 0x7f), value >> 7 == 1)
                };
                self.entry(number)?.properties.push(property);
            }
        }
        Ok(())
    }
}

fn handler(body: &[u8]) -> Parsed<()> {
    let mut cursor = Cursor::big(body);
    cursor.skip(8);
    match &cursor.array()? {
        b"pict" => Ok(()),
        other => Err(bad("pictures", other.escape_ascii())),
    }
}

/// Bytes of the numbers of `iloc`.
#[derive(Clone, Copy)]
struct Widths {
    offset: u8,
    len: u8,
    base: u8,
    index: u8,
}

fn number_of(cursor: &mut Cursor<'_>, width: u8) -> Parsed<u64> {
    match width {
        0 => Ok(0),
        4 => Ok(cursor.u32()?.into()),
        8 => cursor.u64(),
        other => Err(bad("numbers of 0, 4 or 8 bytes", other)),
    }
}

pub(super) fn check(what: &'static str, count: usize, max: usize) -> Parsed<()> {
    if count > max {
        return Err(Fault::Bad(Error::Limit { what, max: max as u64, got: count as u64 }));
    }
    Ok(())
}
