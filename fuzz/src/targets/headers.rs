//! The header of every format: read without pixels, within bounded memory, and the same from a part of the file as from
//! the whole.

use pixmill::codec::{Shrink, buffer_bytes, probe, probe_prefix};
use pixmill::limits::Limits;

use super::{Target, Verdict, bucket, check_blame, jpeg_decoder, limits};
use crate::memory::peak_of;
use crate::random::{Random, hash};
use crate::{mutate, seeds};

/// Shorter beginnings may not even tell the format.
const LEAST_PREFIX: usize = 64;
/// Of headers: the decoder of a format may read into a buffer of its own.
const MAX_HEADER_BYTES: usize = 1 << 20;

pub struct Headers;

impl Target for Headers {
    fn name(&self) -> &'static str {
        "headers"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::all()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        mutated(random, input, other)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let limits = Limits { max_counted_frames: 50, ..limits() };
        let (whole, peak) = peak_of(|| probe(input, &limits));
        let allowed = MAX_HEADER_BYTES + limits.max_profile_bytes + 8 * input.len();
        if peak > allowed {
            return Err(format!("{peak} bytes allocated where {allowed} are enough"));
        }
        check_prefix(input, &limits)?;
        match whole {
            Err(error) => check_blame(&error).map(|()| Verdict::refused(&error)),
            Ok(header) => {
                if let Err(error) = header.check(&limits) {
                    return check_blame(&error).map(|()| Verdict::refused(&error));
                }
                if header.pixels() > limits.max_pixels || header.frames > limits.max_counted_frames {
                    return Err(format!("{header:?} is within the limits"));
                }
                if buffer_bytes(&header, Shrink::None) > 8 * limits.max_pixels {
                    return Err(format!("{} bytes of pixels", buffer_bytes(&header, Shrink::None)));
                }
                let sides =
                    (bucket(header.width as usize), bucket(header.height as usize), bucket(header.frames as usize));
                let kind = (header.format, header.layout, header.bit_depth, header.is_progressive, header.is_animated);
                Ok(Verdict::accepted((kind, sides, header.orientation, header.coded_samples, header.planar.is_some())))
            }
        }
    }
}

/// By the parts of a format where they are known.
pub fn mutated(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    if input.starts_with(&[0xff, 0xd8]) && !random.once_in(4) {
        return jpeg_decoder::mutated(random, input, other);
    }
    let mut bytes = mutate::png::chunks(random, input, other);
    if bytes == input || random.once_in(8) {
        mutate::bytes(random, &mut bytes, other);
    }
    bytes
}

/// What a beginning says must not be taken back by the rest.
fn check_prefix(input: &[u8], limits: &Limits) -> Result<(), String> {
    let len = hash(input) as usize % (input.len() + 1);
    if len < LEAST_PREFIX {
        return Ok(());
    }
    match (probe_prefix(&input[..len], limits), probe_prefix(input, limits)) {
        (Ok(None), _) | (Err(_), Err(_)) => Ok(()),
        (Ok(Some(part)), Ok(Some(whole))) if part.plans_like(&whole) => Ok(()),
        (part, whole) => Err(format!("{part:?} from {len} bytes, {whole:?} from all {}", input.len())),
    }
}
