//! The pixels of an AVIF, as the locked room decodes them, in this process: a decoder that aborts ends the fuzzer, and in the room one job.
//! Rows must be as many and as long as the header says. A stream of several pictures may keep eight of them beyond what the header promises
//! for one, as its format allows it: the limit of the room ends that where it is too much. More is a finding.

use pixmill::codec::{decode_rows, probe};
use pixmill::error::Error;
use pixmill::format::SourceFormat;

use super::{Target, Verdict, check_blame, limits};
use crate::memory::peak_of;
use crate::random::{Random, hash};
use crate::{mutate, seeds};

/// AV1, 7.20: the pictures that a decoder keeps for others to refer to.
const KEPT_PICTURES: usize = 8;
/// What does not grow with the picture: a profile, and what the allocator's books say otherwise than ours.
const SLACK_BYTES: usize = 256 << 10;

pub struct AvifDecode;

impl Target for AvifDecode {
    fn name(&self) -> &'static str {
        "avif-decode"
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds::avifs()
    }

    fn mutate(&self, random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
        if random.once_in(4) {
            return mutate::boxes::changed(random, input, other);
        }
        mutate::boxes::recoded(random, input)
    }

    fn check(&self, input: &[u8]) -> Result<Verdict, String> {
        let limits = limits();
        let header = match probe(input, &limits) {
            Ok(header) if header.format != SourceFormat::Avif => return Ok(Verdict::accepted("another format")),
            Ok(header) if header.check(&limits).is_ok() => header,
            Ok(_) => return Ok(Verdict::accepted("too large")),
            Err(error) => return check_blame(&error).map(|()| Verdict::refused(&error)),
        };
        let row_bytes = header.layout.bytes(header.width, 1) as usize;
        let (mut rows, mut seen) = (0, 0_u64);
        let (decoded, peak) = peak_of(|| {
            decode_rows(input, &header, &limits, &|| false, &mut |row| {
                let pixmill::planes::Samples::Bytes(row) = row else { return Err(Error::internal("wide samples")) };
                if row.len() != row_bytes {
                    return Err(Error::internal(format!("a row of {} bytes", row.len())));
                }
                rows += 1;
                seen = seen.wrapping_mul(31).wrapping_add(hash(row) & 0xff);
                Ok(())
            })
        });
        let allowed = header.decoder_bytes as usize * (1 + KEPT_PICTURES) + limits.max_profile_bytes + SLACK_BYTES;
        if peak > allowed {
            return Err(format!("{peak} bytes allocated where {allowed} are the most"));
        }
        match decoded {
            Ok(_) if rows != header.height => Err(format!("{rows} rows of {}", header.height)),
            Ok(_) => Ok(Verdict::accepted((header.width, header.height, header.layout, seen % 64))),
            Err(error) => check_blame(&error).map(|()| Verdict::refused(&error)),
        }
    }
}
