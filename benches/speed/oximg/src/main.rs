//! oximg as a contender: reads jobs from the standard input, one a line (`format width quality path`), and writes a line for each: processor time and
//! wall time in nanoseconds, and bytes. The file is read before the clock starts, as for everyone else.

use std::error::Error;
use std::fs;
use std::io::{self, BufRead, Write};
use std::time::Instant;

use cpu_time::ProcessTime;
use oximg::pipeline::{self, ImageFormat, Params};

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    oximg::config_validate()?;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match perform(&line?) {
            Ok((processor, wall, bytes)) => writeln!(output, "{processor} {wall} {bytes}")?,
            Err(error) => writeln!(output, "{}", error.to_string().replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}

fn perform(line: &str) -> Fallible<(u128, u128, usize)> {
    let mut words = line.splitn(4, ' ');
    let mut word = || words.next().ok_or("expected format, width, quality and path");
    let (format, width, quality, path) = (word()?, word()?, word()?, word()?);
    let source = fs::read(path)?;
    let params = to_params(format, width.parse()?, quality.parse()?)?;
    let (start, processor) = (Instant::now(), ProcessTime::now());
    let (variant, _) = pipeline::process(&source, &params)?;
    Ok((processor.elapsed().as_nanos(), start.elapsed().as_nanos(), variant.len()))
}

/// A palette for opaque PNG, since the others write one too.
fn to_params(format: &str, width: u32, quality: f32) -> Fallible<Params> {
    let output = ImageFormat::from_token(format).ok_or("expected a format that oximg writes")?;
    Ok(Params {
        max_width: width,
        quality,
        output: Some(output),
        webp_quality: Some(quality),
        png_quantize: Some(true),
        ..Params::default()
    })
}
