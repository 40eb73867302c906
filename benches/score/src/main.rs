//! Scores pictures by SSIMULACRA2 against a reference: the whole original, made smaller by Lanczos3 in linear light or, with the argument `gamma`, in
//! the codes of sRGB. Reads frames from the standard input, writes a line for each score. Never decodes a file: pixels come in as 8-bit sRGB rows.
//!
//! A frame is a letter, width and height (32 bits, little-endian), and for all but `R` the pixels: `O` is an original, `R` asks for the reference
//! at a size, `S` is a picture of that size to be scored.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use ssimulacra2::{LinearRgb, compute_frame_ssimulacra2};

type Fallible<T> = Result<T, Box<dyn Error>>;

/// In which the reference is made smaller.
#[derive(Clone, Copy)]
enum Light {
    Linear,
    Gamma,
}

/// Rows of linear light; an original that is made smaller in gamma light has its codes, from 0 to 1.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<f32>,
}

struct Frame {
    kind: u8,
    width: u32,
    height: u32,
}

fn main() -> Fallible<()> {
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let light = read_light(env::args().nth(1).as_deref())?;
    let linear = std::array::from_fn(|code| to_linear(code as f32 / 255.0));
    let codes = match light {
        Light::Linear => linear,
        Light::Gamma => std::array::from_fn(|code| code as f32 / 255.0),
    };
    let (mut original, mut reference) = (None, None);
    while let Some(frame) = read_frame(&mut input)? {
        match frame.kind {
            b'O' => original = Some(read_picture(&mut input, &frame, &codes)?),
            b'R' => reference = Some(shrink(original.as_ref().ok_or("no original")?, &frame, light)?),
            b'S' => {
                let picture = read_picture(&mut input, &frame, &linear)?;
                let reference = reference.as_ref().ok_or("no reference")?;
                writeln!(output, "{}", score(reference, &picture)?)?;
                output.flush()?;
            }
            kind => return Err(format!("expected O, R or S but received {kind}").into()),
        }
    }
    Ok(())
}

fn read_light(argument: Option<&str>) -> Fallible<Light> {
    match argument {
        None | Some("linear") => Ok(Light::Linear),
        Some("gamma") => Ok(Light::Gamma),
        Some(other) => Err(format!("expected linear or gamma but received {other}").into()),
    }
}

/// `None` at the end of the input.
fn read_frame(input: &mut impl Read) -> Fallible<Option<Frame>> {
    let mut head = [0; 9];
    match input.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let [kind, a, b, c, d, e, f, g, h] = head;
    let (width, height) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    Ok(Some(Frame { kind, width, height }))
}

fn read_picture(input: &mut impl Read, frame: &Frame, values: &[f32; 256]) -> Fallible<Picture> {
    let (width, height) = (frame.width, frame.height);
    let mut codes = vec![0; width as usize * height as usize * 3];
    input.read_exact(&mut codes)?;
    let pixels = codes.iter().map(|&code| values[usize::from(code)]).collect();
    Ok(Picture { width, height, pixels })
}

/// The transfer function of sRGB (IEC 61966-2-1).
fn to_linear(value: f32) -> f32 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// Lanczos3 overshoots; what is below black or above white cannot be shown.
fn shrink(original: &Picture, frame: &Frame, light: Light) -> Fallible<Picture> {
    let bytes: Vec<u8> = original.pixels.iter().flat_map(|value| value.to_ne_bytes()).collect();
    let source = ImageRef::new(original.width, original.height, &bytes, PixelType::F32x3)?;
    let mut target = Image::new(frame.width, frame.height, PixelType::F32x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut target, &options)?;
    let values = target.buffer().chunks_exact(4);
    let values = values.map(|value| f32::from_ne_bytes([value[0], value[1], value[2], value[3]]).clamp(0.0, 1.0));
    let pixels = match light {
        Light::Linear => values.collect(),
        Light::Gamma => values.map(to_linear).collect(),
    };
    Ok(Picture { width: frame.width, height: frame.height, pixels })
}

fn score(reference: &Picture, picture: &Picture) -> Fallible<f64> {
    if (reference.width, reference.height) != (picture.width, picture.height) {
        return Err("expected a picture of the size of the reference".into());
    }
    Ok(compute_frame_ssimulacra2(to_frame(reference)?, to_frame(picture)?)?)
}

fn to_frame(picture: &Picture) -> Fallible<LinearRgb> {
    let pixels = picture.pixels.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
    Ok(LinearRgb::new(pixels, picture.width as usize, picture.height as usize)?)
}
