//! The step that is all of them, elsewhere: a source whose decoder may end the process is sent to the locked room with what is wanted of it,
//! and variants come back. The room's side of it is here too: the ordinary job, on a budget of its own.

use std::sync::Arc;
use std::time::Duration;

use super::admit::Order;
use super::batch::{Batch, optimize_all};
use super::request::{Request, Target};
use super::wire;
use crate::codec::{self, Header, avif_encoder};
use crate::error::{Error, Result};
use crate::format::{Format, SourceFormat};
use crate::limits::Limits;
use crate::pool::{Cancel, Job, Pool, PoolConfig, keep_priority};
use crate::room::{self, Task};
use crate::source::Source;

/// What every job has, and what each million pixels of the source adds, for each variant that is made.
const DEADLINE: Duration = Duration::from_secs(10);
const DEADLINE_PER_MEGAPIXEL: Duration = Duration::from_millis(500);

pub(super) fn is_needed(header: &Header) -> bool {
    codec::needs_room(header.format) && !room::is_inside()
}

/// Has it made there. `room_bytes` are what the room may take.
pub(super) fn make<O: Order>(
    order: &O,
    (bytes, header): (&[u8], &Header),
    room_bytes: u64,
    job: &Job<'_>,
) -> Result<O::Made> {
    let batch = order.batch();
    let wanted = batch.requests.len() + usize::from(batch.wants_placeholder);
    let task = Task {
        order: &wire::write_batch(&batch),
        source: bytes,
        peak_bytes: room_bytes,
        stack_bytes: stack_bytes(header, &batch),
        deadline: deadline(header, wanted),
    };
    let made = room::ask(&task, job.cancel, |answer| wire::read_answer(answer, &batch, header))?;
    O::of_batch(made?).ok_or_else(|| Error::internal("a batch without its variant"))
}

/// Of 8 MB for each thread where nothing else is said, of which a few pages are used.
const STACK_BYTES: u64 = 8 << 20;

/// SVT-AV1 starts sixteen threads, libheif four with a thread of the decoder each, and one works.
fn stack_bytes(header: &Header, batch: &Batch) -> u64 {
    let may_be_avif = |request: &Request| matches!(request.target, Target::Format(Format::Avif) | Target::Auto);
    let is_encoder_needed = batch.requests.iter().any(may_be_avif) && avif_encoder().fault.is_none();
    let encoder = if is_encoder_needed { 20 } else { 0 };
    let decoder = if header.format == SourceFormat::Heic { 9 } else { 0 };
    (encoder + decoder) * STACK_BYTES
}

fn deadline(header: &Header, wanted: usize) -> Duration {
    let pixels = u32::try_from(header.pixels()).unwrap_or(u32::MAX);
    let once = DEADLINE + DEADLINE_PER_MEGAPIXEL.mul_f64(f64::from(pixels) / 1e6);
    once * u32::try_from(wanted.max(1)).unwrap_or(u32::MAX)
}

/// The life of a room's process: orders from its input, answers to its output, until its parent closes the pipe. Returns where it cannot
/// be locked in, with the reason.
pub fn serve_room() -> Result<()> {
    codec::furnish_room();
    keep_priority();
    let pool = Pool::new(PoolConfig { threads: 1, ..PoolConfig::default() });
    room::serve(|order, source, peak_bytes| wire::write_answer(&answer(&pool, order, source, peak_bytes)))
}

fn answer(pool: &Pool, order: &[u8], source: Vec<u8>, peak_bytes: u64) -> Result<super::Batched> {
    let batch = wire::read_batch(order).ok_or_else(|| Error::internal("an order that makes no sense"))?;
    pool.configure(Some(peak_bytes), None);
    let source = Source::Bytes(Arc::new(source));
    pool.run(Cancel::new(), move |job| optimize_all(&source, false, &batch, &Limits::default(), job))
}
