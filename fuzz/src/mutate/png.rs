//! Changes of a PNG by its chunks, with checksums that are right again: decoders look no further where they are not.

use super::MAX_BYTES;
use crate::random::Random;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

#[derive(Debug, Clone)]
struct Chunk {
    kind: [u8; 4],
    body: Vec<u8>,
}

/// One to four changes. What is no PNG is given back as it is.
pub fn chunks(random: &mut Random, input: &[u8], other: &[u8]) -> Vec<u8> {
    let Some(mut chunks) = parse(input) else { return input.to_vec() };
    for _ in 0..=random.below(4) {
        let (from, to) = (random.below(chunks.len()), random.below(chunks.len()));
        match random.below(10) {
            0 => chunks.swap(from, to),
            1 if chunks.len() > 2 => drop(chunks.remove(from)),
            2 if chunks.len() < 100 => chunks.insert(to, chunks[from].clone()),
            3 => {
                let others = parse(other).unwrap_or_default();
                if let Some(chunk) = random.pick(&others) {
                    chunks.insert(to, chunk.clone());
                }
            }
            4 | 5 => change_header(random, &mut chunks),
            _ => super::bytes(random, &mut chunks[from].body, other),
        }
    }
    let mut bytes = assemble(&chunks);
    bytes.truncate(MAX_BYTES);
    bytes
}

/// Size, depth, color, interlacing.
fn change_header(random: &mut Random, chunks: &mut [Chunk]) {
    let Some(header) = chunks.iter_mut().find(|chunk| &chunk.kind == b"IHDR" && chunk.body.len() == 13) else { return };
    match random.below(5) {
        0 => header.body[3] = 1 + random.below(96) as u8,
        1 => header.body[7] = 1 + random.below(96) as u8,
        2 => header.body[8] = 1 << random.below(5),
        3 => header.body[9] = random.below(7) as u8,
        _ => header.body[12] ^= 1,
    }
}

fn parse(bytes: &[u8]) -> Option<Vec<Chunk>> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut chunks = Vec::new();
    while let Some((&[a, b, c, d, kind @ ..], after)) = rest.split_first_chunk::<8>() {
        let len = (u32::from_be_bytes([a, b, c, d]) as usize).min(after.len());
        chunks.push(Chunk { kind, body: after[..len].to_vec() });
        rest = after.get(len + 4..).unwrap_or_default();
    }
    (!chunks.is_empty()).then_some(chunks)
}

fn assemble(chunks: &[Chunk]) -> Vec<u8> {
    let mut bytes = SIGNATURE.to_vec();
    for Chunk { kind, body } in chunks {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(kind);
        checksum.update(body);
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(kind);
        bytes.extend(body);
        bytes.extend(checksum.finalize().to_be_bytes());
    }
    bytes
}
