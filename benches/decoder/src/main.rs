//! JPEG decoders as contenders, to planes of YCbCr in memory: reads jobs from the standard input, one a line (`decoder divisor path`), and writes a line for
//! each: nanoseconds of processor time for one decode. Files are read, and memory for the planes is taken, before the clock starts. zune-jpeg cannot
//! scale, so it decodes whole whatever the divisor.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use cpu_time::ProcessTime;
use pixmill::codec::{Shrink, decode_planes};
use pixmill::limits::Limits;
use turbojpeg::{Decompressor, ScalingFactor, YuvImage, yuv_pixels_len};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Small pictures are decoded until the clock can tell.
const LEAST: Duration = Duration::from_millis(60);

fn main() -> Fallible<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match perform(&line?) {
            Ok(nanoseconds) => writeln!(output, "{nanoseconds}")?,
            Err(error) => writeln!(output, "{}", error.to_string().replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}

fn perform(line: &str) -> Fallible<u128> {
    let mut words = line.splitn(3, ' ');
    let mut word = || words.next().ok_or("expected decoder, divisor and path");
    let (decoder, divisor, path) = (word()?, word()?.parse()?, word()?);
    let bytes = fs::read(path)?;
    match decoder {
        "pixmill" => pixmill(&bytes, divisor),
        "libjpeg-turbo" => libjpeg_turbo(&bytes, divisor),
        "zune-jpeg" => zune_jpeg(&bytes),
        other => Err(format!("expected pixmill, libjpeg-turbo or zune-jpeg but received {other}").into()),
    }
}

/// The time of one `decode`, from as many as it takes.
fn time(mut decode: impl FnMut() -> Fallible<()>) -> Fallible<u128> {
    let start = ProcessTime::now();
    let mut count = 0;
    loop {
        decode()?;
        count += 1;
        if start.elapsed() >= LEAST {
            return Ok(start.elapsed().as_nanos() / count);
        }
    }
}

fn pixmill(bytes: &[u8], divisor: u32) -> Fallible<u128> {
    let shrink = Shrink::ALL.into_iter().find(|shrink| shrink.divisor() == divisor);
    let shrink = shrink.ok_or_else(|| format!("expected a divisor of 1, 2, 4 or 8 but received {divisor}"))?;
    time(|| {
        let mut rows = 0;
        decode_planes(bytes, shrink, &Limits::default(), &|| false, &mut |_, row| {
            rows += black_box(row).len();
            Ok(())
        })?;
        black_box(rows);
        Ok(())
    })
}

fn libjpeg_turbo(bytes: &[u8], divisor: u32) -> Fallible<u128> {
    let mut decompressor = Decompressor::new()?;
    let header = decompressor.read_header(bytes)?;
    let factor = ScalingFactor::new(1, divisor as usize);
    decompressor.set_scaling_factor(factor)?;
    let (width, height, align) = (factor.scale(header.width), factor.scale(header.height), 1);
    let mut pixels = vec![0; yuv_pixels_len(width, align, height, header.subsamp)?];
    time(|| {
        let output = YuvImage { pixels: pixels.as_mut_slice(), width, align, height, subsamp: header.subsamp };
        decompressor.decompress_to_yuv(bytes, output)?;
        black_box(&pixels);
        Ok(())
    })
}

fn zune_jpeg(bytes: &[u8]) -> Fallible<u128> {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    decoder.decode_headers().map_err(|error| format!("{error:?}"))?;
    let is_gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let wanted = if is_gray { ColorSpace::Luma } else { ColorSpace::YCbCr };
    let mut pixels = vec![0; decoder.output_buffer_size().ok_or("expected a size")?];
    time(|| {
        let options = DecoderOptions::default().jpeg_set_out_colorspace(wanted);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_into(&mut pixels).map_err(|error| format!("{error:?}"))?;
        black_box(&pixels);
        Ok(())
    })
}
