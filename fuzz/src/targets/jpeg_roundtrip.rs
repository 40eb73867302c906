//! Random pictures through our JPEG encoder and back, by our decoder and by zune-jpeg: both accept, both find the size,
//! their samples agree, and both are as near to the picture as the file's own quantization steps allow.

use pixmill::codec::{Quality, Shrink, Speed, encoder, probe};
use pixmill::format::Format;
use pixmill::image::{Image, Layout};
use pixmill::limits::Limits;
use pixmill::planes::{Plane, Planes, Range, Subsampling};
use pixmill::processor::portably;

use super::recipe::{Recipe, Shape};
use super::rows::{Rows, decode};
use super::{Target, Verdict, bucket, zune};
use crate::jpeg::{DQT, Frame, parse};
use crate::mutate;
use crate::random::{Random, hash};

/// What rounding adds to the error of a sample: of colors, of the transforms both ways, of the sample itself.
const ROUNDING: f64 = 2.0;
/// What the encoder may leave out of a coefficient, in quantization steps: its dead zone. With `Small` a level may be
/// given up that costs more than it shows.
const DEAD_ZONE: f64 = 0.65;
const GIVEN_UP: f64 = 4.0;

pub struct JpegRoundtrip;

impl Target for JpegRoundtrip {
    fn name(&self) -> &'static str {
        "jpeg-roundtrip"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        Recipe::seeds()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        if random.once_in(8) {
            return Recipe::random(random);
        }
        let mut bytes = input.to_vec();
        mutate::bytes(random, &mut bytes, other);
        bytes
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let recipe = Recipe::parse(input);
        let asked = recipe.to_string();
        check(&recipe, hash(input)).map_err(|text| format!("{text} ({asked})"))
    }
}

fn check(recipe: &Recipe, choice: u64) -> Result<Verdict, String> {
    let picture = Picture::new(recipe)?;
    let file = picture.encode(recipe)?;
    if choice.is_multiple_of(4) && portably(|| picture.encode(recipe))? != file {
        return Err("AVX2 and its twin write other files".to_owned());
    }
    let frame = Frame::of(&file).ok_or("a file without a frame")?;
    check_header(&file, &frame, &picture)?;
    let limits = Limits::default();
    for shrink in Shrink::ALL {
        let planes = decode(&file, shrink, &limits, None).map_err(|error| format!("ours at {shrink:?}: {error}"))?;
        planes.check_sizes(&frame.plane_sizes(8 / shrink.divisor() as usize))?;
        if shrink == Shrink::None {
            zune::check(&file, &frame, &planes.rows)?;
            check_near(&file, &frame, &picture, &planes.rows, recipe.speed)?;
        }
    }
    let sides = (bucket(frame.width), bucket(frame.height), frame.width % 8 == 0, frame.height % 8 == 0);
    Ok(Verdict::accepted((recipe.shape, recipe.speed, recipe.quality / 8, sides, bucket(file.len()))))
}

/// What goes in, and the planes that should come out, as far as they are known: chroma that the encoder halves is not.
enum Picture {
    Pixels { image: Image, expected: Vec<Vec<f64>> },
    Planes(Planes),
}

impl Picture {
    fn new(recipe: &Recipe) -> Result<Self, String> {
        let text = |error: pixmill::error::Error| error.to_string();
        let size @ (width, height) = (recipe.width, recipe.height);
        let plane = |(width, height): (u32, u32), turn| {
            Plane::new(width, height, recipe.samples((width * height) as usize, turn)).map_err(text)
        };
        let color = |subsampling: Subsampling| {
            let chroma = subsampling.size(size);
            let planes = [plane(chroma, 1)?, plane(chroma, 2)?];
            Planes::color(plane(size, 0)?, subsampling, planes, recipe.range).map_err(text).map(Self::Planes)
        };
        let layout = match recipe.shape {
            Shape::GrayPlane => return Ok(Self::Planes(Planes::gray(plane(size, 0)?, recipe.range))),
            Shape::FullPlanes => return color(Subsampling::NONE),
            Shape::HalfPlanes => return color(Subsampling::BOTH),
            Shape::GrayPixels => Layout::Gray,
            Shape::RgbPixels => Layout::Rgb,
        };
        let samples = recipe.samples(width as usize * height as usize * layout.channels(), 0);
        let expected = expected(&samples, layout, recipe.quality);
        let image = Image::new(width, height, layout, samples).map_err(text)?;
        Ok(Self::Pixels { image, expected })
    }

    fn encode(&self, recipe: &Recipe) -> Result<Vec<u8>, String> {
        let encoder = encoder(Format::Jpeg);
        let quality = Quality::new(recipe.quality.into()).map_err(|error| error.to_string())?;
        let file = match self {
            Self::Pixels { image, .. } => encoder.encode(image, quality, recipe.speed),
            Self::Planes(planes) => encoder.encode_planes(planes.clone(), quality, recipe.speed),
        };
        file.map_err(|error| format!("the encoder: {error}"))
    }

    fn expected(&self) -> Vec<Vec<f64>> {
        match self {
            Self::Pixels { expected, .. } => expected.clone(),
            Self::Planes(planes) => {
                let (luma, chroma) = planes.clone().with_range(Range::Full).into_planes();
                let chroma = chroma.into_iter().flat_map(|(_, planes)| planes);
                let planes = std::iter::once(luma).chain(chroma);
                planes.map(|plane| plane.data().iter().map(|&sample| sample.into()).collect()).collect()
            }
        }
    }

    fn sampling(&self) -> Option<Subsampling> {
        match self {
            // The sizes of planes are all that the encoder sees, and halves of 1 are 1.
            Self::Planes(planes) if (planes.width(), planes.height()) == (1, 1) => {
                planes.subsampling().map(|_| Subsampling::NONE)
            }
            Self::Planes(planes) => planes.subsampling(),
            Self::Pixels { image, expected } => {
                let is_full = expected.len() == 3;
                (image.layout() != Layout::Gray).then_some(if is_full { Subsampling::NONE } else { Subsampling::BOTH })
            }
        }
    }
}

/// BT.601 in full range (JFIF 1.02); color as well where the encoder keeps all of it.
fn expected(samples: &[u8], layout: Layout, quality: u8) -> Vec<Vec<f64>> {
    const MATRIX: [[f64; 4]; 3] =
        [[0.299, 0.587, 0.114, 0.0], [-0.168_736, -0.331_264, 0.5, 128.0], [0.5, -0.418_688, -0.081_312, 128.0]];
    if layout == Layout::Gray {
        return vec![samples.iter().map(|&sample| sample.into()).collect()];
    }
    let planes = if quality >= 90 { 3 } else { 1 };
    let mixed = |[red, green, blue, level]: [f64; 4], pixel: &[u8]| {
        red * f64::from(pixel[0]) + green * f64::from(pixel[1]) + blue * f64::from(pixel[2]) + level
    };
    MATRIX.iter().take(planes).map(|row| samples.chunks_exact(3).map(|pixel| mixed(*row, pixel)).collect()).collect()
}

fn check_header(file: &[u8], frame: &Frame, picture: &Picture) -> Result<(), String> {
    let header = probe(file, &Limits::default()).map_err(|error| format!("probe: {error}"))?;
    let (width, height) = match picture {
        Picture::Pixels { image, .. } => (image.width(), image.height()),
        Picture::Planes(planes) => (planes.width(), planes.height()),
    };
    let is_sized = (header.width, header.height) == (width, height)
        && (frame.width, frame.height) == (width as usize, height as usize);
    let is_planar = header.planar.is_some_and(|planar| planar.subsampling == picture.sampling());
    if is_sized && is_planar { Ok(()) } else { Err(format!("{header:?} for {width}x{height}")) }
}

/// A sample's squared error is, over a block, that of its coefficients (the transform is orthonormal), and that is bound by
/// the quantization steps. Compared over the picture, whose edges are parts of blocks.
fn check_near(file: &[u8], frame: &Frame, picture: &Picture, rows: &[Rows; 4], speed: Speed) -> Result<(), String> {
    let zone = if speed == Speed::Small { GIVEN_UP } else { DEAD_ZONE };
    let steps = steps(file, frame.components.len());
    for (component, expected) in picture.expected().iter().enumerate() {
        let Some(rows) = rows.get(component) else { continue };
        let blocks = (rows.width.div_ceil(8) * rows.height.div_ceil(8)) as f64;
        let allowed = blocks * steps[component].iter().map(|step| (zone * step).powi(2)).sum::<f64>();
        let allowed = (allowed.sqrt() + ROUNDING * (expected.len() as f64).sqrt()).powi(2);
        let error: f64 =
            rows.samples.iter().zip(expected).map(|(&found, wanted)| (f64::from(found) - wanted).powi(2)).sum();
        if rows.samples.len() != expected.len() || error > allowed {
            return Err(format!("component {component}: a squared error of {error:.0}, {allowed:.0} allowed"));
        }
    }
    Ok(())
}

/// Of each component. Our encoder gives each the table of its own number, or of the one before.
fn steps(file: &[u8], components: usize) -> Vec<Vec<f64>> {
    let mut tables: [Vec<f64>; 4] = Default::default();
    let mut numbers = vec![0; components];
    for segment in parse(file) {
        let Some(mut body) = segment.body.as_deref() else { continue };
        if segment.is_frame() {
            for (number, entry) in numbers.iter_mut().zip(body.get(6..).unwrap_or_default().chunks_exact(3)) {
                *number = usize::from(entry[2] & 3);
            }
        }
        while let (DQT, Some((head, after))) = (segment.marker, body.split_first()) {
            let width = 1 + usize::from(head >> 4);
            let (table, after) = after.split_at((64 * width).min(after.len()));
            let number = |bytes: &[u8]| bytes.iter().fold(0.0, |number, &byte| number * 256.0 + f64::from(byte));
            tables[usize::from(head & 3)] = table.chunks(width).map(number).collect();
            body = after;
        }
    }
    numbers.into_iter().map(|number| tables[number].clone()).collect()
}
