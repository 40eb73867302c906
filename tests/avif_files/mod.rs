//! AVIF files made box by box, with pictures in them that ravif has coded.
#![allow(dead_code)] // each test file uses the part that it needs
#![allow(clippy::expect_used)] // a test fails by panicking
#![allow(clippy::cast_possible_truncation)] // the numbers are those of small files
#![allow(clippy::trivially_copy_pass_by_ref)] // kinds read best as b"ftyp"

use pixmill::codec::{Quality, Speed, encoder};
use pixmill::format::Format;
use pixmill::image::{Image, Layout};

pub(crate) fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes(), kind.as_slice(), body].concat()
}

/// With a version and no flags.
pub(crate) fn full(kind: &[u8; 4], version: u8, body: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], body].concat())
}

/// A coded picture of one color, and its `av1C`.
#[derive(Clone)]
pub(crate) struct Coded {
    pub(crate) size: (u32, u32),
    pub(crate) stream: Vec<u8>,
    pub(crate) coding: Vec<u8>,
}

impl Coded {
    pub(crate) fn of(size: (u32, u32), color: [u8; 3]) -> Self {
        let pixels = color.repeat((size.0 * size.1) as usize);
        let image = Image::new(size.0, size.1, Layout::Rgb, pixels).expect("a picture");
        let file = encoder(Format::Avif).encode(&image, Quality::new(90.0).expect("a quality"), Speed::Fast);
        let file = file.expect("an AVIF");
        Self { size, stream: body(&file, b"mdat").to_vec(), coding: body(&file, b"av1C").to_vec() }
    }
}

/// What is in the first box of a kind, however deep it lies.
pub(crate) fn body<'f>(file: &'f [u8], kind: &[u8; 4]) -> &'f [u8] {
    let at = file.windows(4).position(|window| window == kind).expect("a box of this kind");
    let len = u32::from_be_bytes(*file[at - 4..].first_chunk().expect("a length")) as usize;
    &file[at + 4..at - 4 + len]
}

#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) kind: [u8; 4],
    pub(crate) properties: Vec<Vec<u8>>,
    pub(crate) data: Vec<u8>,
    /// Kind of the reference, and items by their place from 1.
    pub(crate) references: Vec<([u8; 4], Vec<u16>)>,
    pub(crate) is_in_idat: bool,
}

impl Item {
    pub(crate) fn av01(coded: &Coded) -> Self {
        let properties = vec![ispe(coded.size), boxed(b"av1C", &coded.coding)];
        Self { kind: *b"av01", properties, data: coded.stream.clone(), references: Vec::new(), is_in_idat: false }
    }

    pub(crate) fn grid((columns, rows): (u8, u8), size: (u16, u16), tiles: Vec<u16>) -> Self {
        let data = [&[0, 0, rows - 1, columns - 1], &size.0.to_be_bytes()[..], &size.1.to_be_bytes()].concat();
        let references = vec![(*b"dimg", tiles)];
        let size = (size.0.into(), size.1.into());
        Self { kind: *b"grid", properties: vec![ispe(size)], data, references, is_in_idat: true }
    }

    pub(crate) fn with(mut self, property: Vec<u8>) -> Self {
        self.properties.push(property);
        self
    }

    pub(crate) fn referring(mut self, kind: [u8; 4], to: u16) -> Self {
        self.references.push((kind, vec![to]));
        self
    }
}

pub(crate) fn ispe((width, height): (u32, u32)) -> Vec<u8> {
    full(b"ispe", 0, &[width.to_be_bytes(), height.to_be_bytes()].concat())
}

pub(crate) fn nclx(primaries: u16, transfer: u16, matrix: u16, is_full_range: bool) -> Vec<u8> {
    let codes = [primaries, transfer, matrix].map(u16::to_be_bytes).concat();
    boxed(b"colr", &[b"nclx".as_slice(), &codes, &[u8::from(is_full_range) << 7]].concat())
}

pub(crate) fn alpha() -> Vec<u8> {
    full(b"auxC", 0, b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
}

pub(crate) fn clap(values: [i32; 8]) -> Vec<u8> {
    boxed(b"clap", &values.map(i32::to_be_bytes).concat())
}

/// The first one is the primary one.
pub(crate) fn avif(items: &[Item]) -> Vec<u8> {
    // Offsets are of the file, so its length before the data has to be known: the same with any offsets.
    let head = head(items, 0).len();
    let data = items.iter().filter(|item| !item.is_in_idat).flat_map(|item| item.data.clone()).collect::<Vec<_>>();
    [self::head(items, head + 8), boxed(b"mdat", &data)].concat()
}

fn head(items: &[Item], data_at: usize) -> Vec<u8> {
    let idat: Vec<u8> = items.iter().filter(|item| item.is_in_idat).flat_map(|item| item.data.clone()).collect();
    let parts = [
        full(b"hdlr", 0, &[&[0; 4], b"pict".as_slice(), &[0; 13]].concat()),
        full(b"pitm", 0, &[0, 1]),
        infos(items),
        locations(items, data_at),
        references(items),
        properties(items),
        boxed(b"idat", &idat),
    ];
    [boxed(b"ftyp", b"avif\0\0\0\0avifmif1miaf"), full(b"meta", 0, &parts.concat())].concat()
}

fn infos(items: &[Item]) -> Vec<u8> {
    let info = |(index, item): (usize, &Item)| {
        full(b"infe", 2, &[&[0, index as u8 + 1, 0, 0], item.kind.as_slice(), &[0]].concat())
    };
    let infos: Vec<u8> = items.iter().enumerate().flat_map(info).collect();
    full(b"iinf", 0, &[&(items.len() as u16).to_be_bytes(), &infos[..]].concat())
}

fn locations(items: &[Item], data_at: usize) -> Vec<u8> {
    let mut body = vec![0x44, 0];
    body.extend((items.len() as u16).to_be_bytes());
    let (mut in_file, mut in_idat) = (data_at, 0);
    for (index, item) in items.iter().enumerate() {
        let offset = if item.is_in_idat { &mut in_idat } else { &mut in_file };
        body.extend([0, index as u8 + 1, 0, u8::from(item.is_in_idat), 0, 0, 0, 1]);
        body.extend((*offset as u32).to_be_bytes());
        body.extend((item.data.len() as u32).to_be_bytes());
        *offset += item.data.len();
    }
    full(b"iloc", 1, &body)
}

fn references(items: &[Item]) -> Vec<u8> {
    let mut body = Vec::new();
    for (index, item) in items.iter().enumerate() {
        for (kind, to) in &item.references {
            let to_bytes: Vec<u8> = to.iter().flat_map(|to| to.to_be_bytes()).collect();
            body.extend(boxed(
                kind,
                &[&[0, index as u8 + 1], &(to.len() as u16).to_be_bytes()[..], &to_bytes].concat(),
            ));
        }
    }
    full(b"iref", 0, &body)
}

fn properties(items: &[Item]) -> Vec<u8> {
    let all: Vec<u8> = items.iter().flat_map(|item| item.properties.concat()).collect();
    let mut body = (items.len() as u32).to_be_bytes().to_vec();
    let mut next = 1;
    for (index, item) in items.iter().enumerate() {
        body.extend([0, index as u8 + 1, item.properties.len() as u8]);
        item.properties.iter().for_each(|_| {
            body.push(next);
            next += 1;
        });
    }
    boxed(b"iprp", &[boxed(b"ipco", &all), full(b"ipma", 0, &body)].concat())
}
