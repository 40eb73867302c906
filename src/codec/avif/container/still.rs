//! From items to the picture that they make: the primary one or the first of a sequence, its tiles, its alpha, its turns.

use super::boxes::inner;
use super::meta::{Item, Meta};
use super::property::{Cicp, Codec, Part, Properties};
use super::track::{Track, tracks};
use super::{Coded, Payload, Still, Top};
use crate::codec::cursor::{Cursor, Fault, Parsed, bad};
use crate::codec::exif::Orientation;
use crate::error::Error;
use crate::limits::Limits;

pub(super) fn resolve<'a>(top: &Top<'a>, codec: Codec, bytes: &'a [u8], limits: &Limits) -> Parsed<Still<'a>> {
    let tracks = top.movie.map(tracks).transpose()?.unwrap_or_default();
    let meta = top.meta.map(|body| Meta::read(body, codec)).transpose()?;
    let pictures = tracks.iter().find(|track| &track.handler == b"pict");
    let still = match (&meta, pictures) {
        (Some(Meta { primary: Some(primary), .. }), _) => {
            of_items(meta.as_ref().unwrap_or(&Meta::default()), *primary, bytes, limits)?
        }
        (_, Some(track)) => of_track(track, &tracks, codec, limits)?,
        _ => return Err(bad("a primary item or a track of pictures", "neither")),
    };
    Ok(Still { frames: pictures.map_or(1, |track| track.frames.max(1)), ..still })
}

fn of_items<'a>(meta: &Meta<'a>, primary: u32, bytes: &'a [u8], limits: &Limits) -> Parsed<Still<'a>> {
    let item = meta.item(primary)?;
    let properties = meta.properties_of(item)?;
    let color = coded(meta, primary, bytes, limits)?;
    let alpha = alpha_of(meta, primary)?;
    let multiplied = alpha.is_some_and(|alpha| meta.referred(*b"prem", primary).contains(&alpha));
    let alpha = match alpha {
        Some(alpha) => Some(coded(meta, alpha, bytes, limits)?),
        None => alpha_of_tiles(meta, primary, &color, limits)?,
    };
    // Of a grid, the tiles say what their colors are where the grid does not.
    let first = meta.referred(*b"dimg", primary).first();
    let first = first.map(|tile| meta.properties_of(meta.item(*tile)?)).transpose()?.unwrap_or_default();
    still(&properties, color, alpha, Colors::new(&properties, &first), meta.idat)
        .map(|still| Still { is_premultiplied: multiplied, ..still })
}

fn of_track<'a>(track: &Track<'a>, tracks: &[Track<'a>], codec: Codec, limits: &Limits) -> Parsed<Still<'a>> {
    let alpha = tracks.iter().find(|other| &other.handler == b"auxv" && other.of == Some(track.id));
    let multiplied = alpha.is_some_and(|alpha| track.multiplied_by == Some(alpha.id));
    let alpha = alpha.map(|alpha| coded_track(alpha, codec, limits)).transpose()?;
    let color = coded_track(track, codec, limits)?;
    still(&track.properties, color, alpha, Colors::new(&track.properties, &Properties::default()), &[])
        .map(|still| Still { is_premultiplied: multiplied, ..still })
}

struct Colors<'a> {
    cicp: Option<Cicp>,
    icc: Option<&'a [u8]>,
}

impl<'a> Colors<'a> {
    fn new(own: &Properties<'a>, first_tile: &Properties<'a>) -> Self {
        Self { cicp: own.cicp.or(first_tile.cicp), icc: own.icc.or(first_tile.icc) }
    }
}

fn still<'a>(
    properties: &Properties<'a>,
    color: Coded,
    alpha: Option<Coded>,
    Colors { cicp, icc }: Colors<'a>,
    idat: &'a [u8],
) -> Parsed<Still<'a>> {
    if let Some(alpha) = alpha.as_ref().filter(|alpha| (alpha.width, alpha.height) != (color.width, color.height)) {
        return Err(bad("alpha of the picture's size", format!("{}x{}", alpha.width, alpha.height)));
    }
    let size = (color.width, color.height);
    let part: Part = (0, 0, size.0, size.1);
    Ok(Still {
        part: properties.aperture.and_then(|aperture| aperture.part(size)).unwrap_or(part),
        orientation: orientation(properties.turns, properties.mirror),
        color,
        alpha,
        is_premultiplied: false,
        cicp,
        icc,
        frames: 1,
        idat,
    })
}

/// First turned against the clock, then mirrored, as Exif would say it: by the number of turns. Exif itself counts for nothing in an AVIF.
fn orientation(turns: u8, mirror: Option<u8>) -> Orientation {
    let numbers = match mirror {
        None => [1, 8, 3, 6],
        Some(0) => [4, 5, 2, 7],
        Some(_) => [2, 7, 4, 5],
    };
    numbers.get(usize::from(turns)).copied().map_or(Orientation::UPRIGHT, Orientation::new)
}

fn alpha_of(meta: &Meta<'_>, primary: u32) -> Parsed<Option<u32>> {
    for auxiliary in meta.auxiliaries(primary) {
        if meta.properties_of(meta.item(*auxiliary)?)?.is_alpha {
            return Ok(Some(*auxiliary));
        }
    }
    Ok(None)
}

/// A grid of the alphas that the tiles of a grid have each, where all of them do.
fn alpha_of_tiles(meta: &Meta<'_>, primary: u32, color: &Coded, limits: &Limits) -> Parsed<Option<Coded>> {
    let tiles = meta.referred(*b"dimg", primary);
    let mut alphas = Vec::new();
    for tile in tiles {
        let Some(alpha) = alpha_of(meta, *tile)? else { return Ok(None) };
        alphas.push(single(meta, meta.item(alpha)?, limits)?);
    }
    let Some(grid) = alike(alphas.into_iter().map(Ok))? else { return Ok(None) };
    if grid.tile != color.tile {
        return Err(bad("alpha of the tiles' size", "another"));
    }
    Ok(Some(Coded { width: color.width, height: color.height, columns: color.columns, ..grid }))
}

/// Tiles of one kind as one.
fn alike(mut tiles: impl Iterator<Item = Parsed<Coded>>) -> Parsed<Option<Coded>> {
    let Some(mut grid) = tiles.next().transpose()? else { return Ok(None) };
    for tile in tiles {
        let tile = tile?;
        if (tile.tile, tile.coding) != (grid.tile, grid.coding) {
            return Err(bad("tiles that are alike", "others"));
        }
        grid.tiles.extend(tile.tiles);
    }
    Ok(Some(grid))
}

/// A coded picture, or a grid whose tiles are such. Grids of grids do not exist, so that nothing can go round in circles.
fn coded(meta: &Meta<'_>, number: u32, bytes: &[u8], limits: &Limits) -> Parsed<Coded> {
    let item = meta.item(number)?;
    match &item.kind {
        b"grid" => grid(meta, number, item, bytes, limits),
        _ => single(meta, item, limits),
    }
}

fn single(meta: &Meta<'_>, item: &Item, limits: &Limits) -> Parsed<Coded> {
    if &item.kind != meta.codec.kind() || item.is_protected || item.is_elsewhere {
        let expected = format!("{} pictures in the file itself", meta.codec.name());
        return Err(Fault::Bad(Error::unsupported("the picture", expected, item.kind.escape_ascii())));
    }
    let properties = meta.properties_of(item)?;
    if properties.is_foreign {
        return Err(Fault::Bad(Error::unsupported("the picture", "properties that are known", "others")));
    }
    let payload = Payload { is_in_idat: item.is_in_idat, extents: item.extents.clone() };
    coded_by(&properties, payload, meta.codec, limits)
}

fn coded_track(track: &Track<'_>, codec: Codec, limits: &Limits) -> Parsed<Coded> {
    coded_by(&track.properties, Payload { is_in_idat: false, extents: vec![track.first()?] }, codec, limits)
}

fn coded_by(properties: &Properties<'_>, payload: Payload, codec: Codec, limits: &Limits) -> Parsed<Coded> {
    if payload.extents.is_empty() {
        return Err(bad("the bytes of a picture", "none"));
    }
    let (width, height) = properties.size.ok_or_else(|| bad("the size of a picture", "none"))?;
    limits.check_size(width, height)?;
    let coding = properties.coding.filter(|coding| coding.codec == codec);
    let coding = coding.ok_or_else(|| bad("the coding of a picture", "none"))?;
    let tile = (width, height);
    let operating_point = properties.operating_point;
    Ok(Coded { width, height, tile, columns: 1, coding, operating_point, tiles: vec![payload] })
}

fn grid(meta: &Meta<'_>, number: u32, item: &Item, bytes: &[u8], limits: &Limits) -> Parsed<Coded> {
    let shape = Shape::read(meta, item, bytes)?;
    limits.check_size(shape.width, shape.height)?;
    let tiles = meta.referred(*b"dimg", number);
    if tiles.len() as u64 != u64::from(shape.rows) * u64::from(shape.columns) {
        return Err(bad("a grid with all of its tiles", format!("{} of them", tiles.len())));
    }
    let tiles = tiles.iter().map(|tile| single(meta, meta.item(*tile)?, limits));
    let grid = alike(tiles)?.ok_or_else(|| bad("a grid with tiles", "none"))?;
    shape.check(grid.tile)?;
    Ok(Coded { width: shape.width, height: shape.height, columns: shape.columns, ..grid })
}

/// What a grid says of itself (ISO 23008-12, 6.6.2.3).
struct Shape {
    rows: u32,
    columns: u32,
    width: u32,
    height: u32,
}

impl Shape {
    fn read(meta: &Meta<'_>, item: &Item, bytes: &[u8]) -> Parsed<Self> {
        let [extent] = item.extents[..] else { return Err(bad("a grid in one piece", item.extents.len())) };
        if item.is_elsewhere {
            return Err(bad("a grid in the file itself", "another place"));
        }
        let start = usize::try_from(extent.offset).map_err(|_| Fault::Short)?;
        if item.is_in_idat {
            return inner(Self::at(meta.idat, start), "grid");
        }
        Self::at(bytes, start)
    }

    fn at(bytes: &[u8], start: usize) -> Parsed<Self> {
        let mut cursor = Cursor::big(bytes);
        cursor.seek(start);
        let [_version, flags, rows, columns] = cursor.array()?;
        let mut side = || if flags & 1 == 1 { cursor.u32() } else { Ok(u32::from(cursor.u16()?)) };
        let (width, height) = (side()?, side()?);
        Ok(Self { rows: u32::from(rows) + 1, columns: u32::from(columns) + 1, width, height })
    }

    /// Tiles cover the picture, and none is outside of it (ISO 23000-22, 7.3.11.4.2).
    fn check(&self, tile: (u32, u32)) -> Parsed<()> {
        let covers = |count: u32, tile: u32, side: u32| {
            let reach = |count: u32| u64::from(count) * u64::from(tile);
            reach(count) >= side.into() && reach(count - 1) < side.into()
        };
        if covers(self.columns, tile.0, self.width) && covers(self.rows, tile.1, self.height) {
            return Ok(());
        }
        Err(bad("tiles that cover the picture", format!("{}x{} of {}x{}", self.columns, self.rows, tile.0, tile.1)))
    }
}
