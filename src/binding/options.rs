//! What JavaScript passes and receives, and the conversion into the engine's types. Numbers arrive as `f64` and are checked once.

use napi::Either;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use std::path::PathBuf;
use std::sync::Arc;

use crate::codec::{Quality, Speed};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::pipeline::{Fault, Fit, Output, Request, Target, parse_side};
use crate::source::Source;

/// The options of one variant. Absent: the engine's default.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct NativeOptimizeOptions {
    pub width: Option<f64>,
    pub height: Option<f64>,
    pub fit: Option<String>,
    pub quality: Option<f64>,
    pub format: Option<String>,
    pub speed: Option<String>,
    /// Lets a job that is too large for the memory budget answer in a cheaper format.
    pub may_change_format: Option<bool>,
    /// Decodes to more than the variant needs.
    pub is_precise: Option<bool>,
    /// Nobody waits for it: it gives way to everything else.
    pub is_idle: Option<bool>,
    /// For tests: `panic` makes the job panic.
    pub fault: Option<String>,
}

impl TryFrom<NativeOptimizeOptions> for Request {
    type Error = Error;

    fn try_from(options: NativeOptimizeOptions) -> Result<Self> {
        let limits = Limits::default();
        let side = |name, value: Option<f64>| value.map(|value| parse_side(name, value, &limits)).transpose();
        Ok(Self {
            width: side("width", options.width)?,
            height: side("height", options.height)?,
            fit: named("fit", options.fit, "inside, cover, contain or fill", Fit::from_name)?,
            quality: options.quality.map(Quality::new).transpose()?.unwrap_or_default(),
            target: named("format", options.format, "avif, webp, jpeg, png, gif or auto", Target::from_name)?,
            speed: named("speed", options.speed, "fast, balanced or small", Speed::from_name)?,
            may_change_format: options.may_change_format.unwrap_or(false),
            is_precise: options.is_precise.unwrap_or(false),
            fault: options
                .fault
                .map(|name| one_of("fault", &name, "panic, abort, loop or memory", Fault::from_name))
                .transpose()?,
        })
    }
}

fn named<T: Default>(
    name: &str,
    value: Option<String>,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    value.map_or_else(|| Ok(T::default()), |value| one_of(name, &value, expected, parse))
}

fn one_of<T>(name: &str, value: &str, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(value).ok_or_else(|| Error::option(name, expected, format!("{value:?}")))
}

/// A `Buffer` is referenced, not copied.
pub(super) fn to_source(source: Either<Buffer, String>) -> Source {
    match source {
        Either::A(buffer) => Source::Bytes(Arc::new(Pinned(buffer))),
        Either::B(path) => Source::Path(PathBuf::from(path)),
    }
}

/// A `Buffer` that is kept alive by its reference until the job ends.
struct Pinned(Buffer);

impl AsRef<[u8]> for Pinned {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// One variant: the encoder's bytes become the Buffer without a copy.
#[napi(object, object_from_js = false)]
pub struct NativeOptimizeResult {
    pub data: Buffer,
    #[napi(ts_type = "'avif' | 'webp' | 'jpeg' | 'png' | 'gif'")]
    pub format: &'static str,
    pub width: u32,
    pub height: u32,
    pub timings: NativeTimings,
}

/// Milliseconds of each step.
#[napi(object, object_from_js = false)]
pub struct NativeTimings {
    pub queue: f64,
    pub read: f64,
    pub decode: f64,
    pub resize: f64,
    pub encode: f64,
    pub total: f64,
}

/// An output and the milliseconds that its job waited in the queue.
pub(super) struct Queued {
    pub(super) output: Output,
    pub(super) queued_ms: f64,
}

impl From<Queued> for NativeOptimizeResult {
    fn from(Queued { output, queued_ms }: Queued) -> Self {
        let Output { data, format, width, height, timings } = output;
        Self {
            data: data.into(),
            format: format.name(),
            width,
            height,
            timings: NativeTimings {
                queue: queued_ms,
                read: timings.read,
                decode: timings.decode,
                resize: timings.resize,
                encode: timings.encode,
                total: queued_ms + timings.total,
            },
        }
    }
}
