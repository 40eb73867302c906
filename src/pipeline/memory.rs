//! The peak of a job in bytes, from its plan. Checked against the allocator by `tests/pipeline_memory.rs`.

use super::plan::Plan;
use super::resize::{axes, streams};
use crate::codec::{Header, buffer_bytes, working_bytes};
use crate::image::Layout;
use crate::planes::PixelsResizer;

/// What is alive at the same time, in the parts of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peak {
    /// While the decoder's buffer is needed, it included.
    decode: u64,
    resize: u64,
    /// While encoding, with the buffers of the steps before kept for the next job, and without them.
    encode_keeping: u64,
    encode_alone: u64,
    /// The decoder's buffer.
    buffer: u64,
    /// In place of all up to the encoder, where rows are resized as they are decoded, and with what is kept of them.
    streamed: Option<(u64, u64)>,
}

impl Peak {
    pub(super) fn new(header: &Header, plan: &Plan) -> Self {
        let pixels = u64::from(plan.width) * u64::from(plan.height);
        let channels = header.layout.channels().max(plan.layout().channels()) as u64;
        let picture = pixels.saturating_mul(channels);
        let buffer = buffer_bytes(header, plan.shrink);
        let encode_alone = picture.saturating_add(plan.encoder_bytes());
        let rows = rows(header, plan);
        let streamed = streams(header, plan).then(|| {
            let decode = working_bytes(header, plan.shrink).saturating_add(rows).saturating_add(picture);
            (decode.max(picture * 2), picture.saturating_add(encode_alone))
        });
        Self {
            streamed,
            decode: buffer.saturating_add(working_bytes(header, plan.shrink)),
            // Between decoder and encoder each step has its input and its output; the first one also the rows that
            // the resizer keeps.
            resize: buffer.saturating_add(rows).saturating_add(picture * 2),
            encode_keeping: buffer.saturating_add(picture).saturating_add(encode_alone),
            encode_alone,
            buffer,
        }
    }

    /// Up to the decoded picture.
    pub(super) const fn decode_bytes(&self) -> u64 {
        self.decode
    }

    /// From a decoded picture that stays, without any other buffer of the steps before.
    pub(super) fn bytes_with_master(&self) -> u64 {
        self.resize.max(self.buffer.saturating_add(self.encode_alone))
    }

    /// Says that the encoder would raise the peak if the buffers of the steps before were kept.
    pub(super) fn is_raised_by_keeping(&self) -> bool {
        let keeping = self.streamed.map_or(self.encode_keeping, |(_, keeping)| keeping);
        keeping > self.before_encode()
    }

    fn before_encode(&self) -> u64 {
        self.streamed.map_or(self.decode.max(self.resize), |(decode, _)| decode)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.before_encode().max(self.encode_alone)
    }
}

/// What the resizer keeps, in the source's layout. `fast_image_resize` goes down first: decoded width, final height.
fn rows(header: &Header, plan: &Plan) -> u64 {
    let size = plan.shrink.apply((header.width, header.height));
    if header.layout == Layout::Cmyk {
        return header.layout.bytes(size.0, plan.stored.1);
    }
    axes(size, plan).map_or(0, |(across, down)| PixelsResizer::working_bytes(header.layout, &across, &down))
}
