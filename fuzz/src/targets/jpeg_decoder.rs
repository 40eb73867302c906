//! Our JPEG decoder at all scales: its rows are those of the frame, its kernels and their portable twins agree, what the
//! full scale accepts the others do too, and it keeps to its memory, its limit of scans and its deadline.

use pixmill::codec::{Shrink, probe};
use pixmill::error::{Error, Result as PixmillResult};
use pixmill::limits::Limits;
use pixmill::processor::portably;

use super::rows::{Planes, check_alike, decode};
use super::{Target, Verdict, bucket, check_blame, limits};
use crate::jpeg::Frame;
use crate::memory::peak_of;
use crate::random::{Random, hash};
use crate::{mutate, seeds};

pub struct JpegDecoder;

impl Target for JpegDecoder {
    fn name(&self) -> &'static str {
        "jpeg-decoder"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::jpegs()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        mutated(random, input, other)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let limits = limits();
        let planes = Shrink::ALL.map(|shrink| decode(input, shrink, &limits, None));
        let frame = Frame::of(input);
        for (shrink, planes) in Shrink::ALL.into_iter().zip(&planes) {
            check_one(input, shrink, planes, frame.as_ref(), &limits).map_err(|text| format!("{shrink:?}: {text}"))?;
        }
        let [full, smaller @ ..] = &planes;
        match full {
            Err(error) => Ok(Verdict::refused(error)),
            Ok(full) => {
                if let Some(Err(error)) = smaller.iter().find(|planes| planes.is_err()) {
                    return Err(format!("accepted at full scale only: {error}"));
                }
                let frame = frame.ok_or("accepted without a frame")?;
                check_bounds(input, &frame, full, &limits)?;
                let sides = (bucket(frame.width), bucket(frame.height), frame.width % 16 == 0);
                Ok(Verdict::accepted((
                    frame.is_progressive,
                    &frame.components,
                    frame.scans,
                    sides,
                    is_restarted(input),
                )))
            }
        }
    }
}

/// By segments more often than by bytes.
pub fn mutated(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    if !random.once_in(4) {
        bytes = mutate::jpeg::segments(random, &bytes, other);
    }
    if random.once_in(3) {
        mutate::bytes(random, &mut bytes, other);
    }
    bytes
}

fn check_one(
    input: &[u8],
    shrink: Shrink,
    planes: &PixmillResult<Planes>,
    frame: Option<&Frame>,
    limits: &Limits,
) -> Result<(), String> {
    let twin = portably(|| decode(input, shrink, limits, None));
    check_alike("AVX2 and its twin", planes, &twin)?;
    match planes {
        Err(error) => check_blame(error),
        Ok(planes) => {
            let frame = frame.ok_or("accepted without a frame")?;
            planes.check_sizes(&frame.plane_sizes(8 / shrink.divisor() as usize))
        }
    }
}

/// What a picture may cost. Which scale is looked at depends on the input.
fn check_bounds(input: &[u8], frame: &Frame, full: &Planes, limits: &Limits) -> Result<(), String> {
    let choice = hash(input) as usize;
    let shrink = Shrink::ALL[choice % 4];
    check_memory(input, shrink, limits)?;
    if frame.scans > limits.max_scans {
        return Err(format!("{} scans accepted", frame.scans));
    }
    let fewer = Limits { max_scans: frame.scans.saturating_sub(1), ..limits.clone() };
    if !matches!(decode(input, shrink, &fewer, None), Err(Error::Limit { what: "scans", .. })) {
        return Err(format!("{} scans where {} are allowed", frame.scans, fewer.max_scans));
    }
    let rows_of_units = frame.height.div_ceil(8 * 4);
    if full.questions < rows_of_units {
        return Err(format!("{} looks at the deadline in {} lines", full.questions, frame.height));
    }
    let stop_at = choice / 4 % full.questions.max(1);
    match decode(input, Shrink::None, limits, Some(stop_at)) {
        Err(Error::Cancelled) => Ok(()),
        other => Err(format!("cancelled at question {stop_at}, but {:?}", other.map(|planes| planes.questions))),
    }
}

/// For pictures that are planes to the pipeline, which lends by what the header says.
fn check_memory(input: &[u8], shrink: Shrink, limits: &Limits) -> Result<(), String> {
    // Headers, the pieces of a profile: no part of the picture, and bounded by the file.
    let own = 4096 + 4 * input.len();
    let Some(planar) = probe(input, limits).ok().and_then(|header| header.planar) else { return Ok(()) };
    let said = planar.decoder_bytes(shrink) as usize;
    let (_, peak) = peak_of(|| pixmill::codec::decode_planes(input, shrink, limits, &|| false, &mut |_, _| Ok(())));
    if peak > said + own { Err(format!("{shrink:?}: {peak} bytes allocated, {said} foreseen")) } else { Ok(()) }
}

fn is_restarted(input: &[u8]) -> bool {
    input.windows(2).any(|pair| pair[0] == 0xff && matches!(pair[1], 0xd0..=0xd7))
}
