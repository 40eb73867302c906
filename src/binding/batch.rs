//! What JavaScript passes and receives for many variants of one source. It converts; it does not decide.

use napi::Either;
use napi::bindgen_prelude::{Buffer, Null};
use napi_derive::napi;

use super::options::{NativeOptimizeOptions, NativeOptimizeResult, Queued};
use crate::error::{Error, Result};
use crate::pipeline::{Batch, Batched, Placeholder, Request};

/// The variants that are wanted, and whether a placeholder is.
#[napi(object, object_to_js = false)]
pub struct NativeBatchOptions {
    pub variants: Vec<NativeOptimizeOptions>,
    pub placeholder: bool,
}

impl TryFrom<NativeBatchOptions> for Batch {
    type Error = Error;

    fn try_from(options: NativeBatchOptions) -> Result<Self> {
        let request = |(index, variant): (usize, NativeOptimizeOptions)| {
            Request::try_from(variant).map_err(|error| error.within(format_args!("variants[{index}]")))
        };
        let requests = options.variants.into_iter().enumerate().map(request).collect::<Result<_>>()?;
        Ok(Self { requests, wants_placeholder: options.placeholder })
    }
}

/// Variants without doubles, and for each of those asked for the index of its own.
#[napi(object, object_from_js = false)]
pub struct NativeBatch {
    pub outputs: Vec<NativeOptimizeResult>,
    pub places: Vec<u32>,
    pub placeholder: Either<NativePlaceholder, Null>,
    /// Of the source, upright.
    pub width: u32,
    pub height: u32,
}

#[napi(object, object_from_js = false)]
pub struct NativePlaceholder {
    /// A WebP.
    pub blur: Buffer,
    pub thumbhash: Buffer,
    /// `#rrggbb`.
    pub color: String,
}

impl From<Placeholder> for NativePlaceholder {
    fn from(Placeholder { blur, thumbhash, color: [red, green, blue] }: Placeholder) -> Self {
        Self { blur: blur.into(), thumbhash: thumbhash.into(), color: format!("#{red:02x}{green:02x}{blue:02x}") }
    }
}

/// A batch and the milliseconds that its job waited in the queue.
pub(super) struct QueuedBatch {
    pub(super) batched: Batched,
    pub(super) queued_ms: f64,
}

impl From<QueuedBatch> for NativeBatch {
    fn from(QueuedBatch { batched, queued_ms }: QueuedBatch) -> Self {
        let Batched { outputs, places, placeholder, width, height } = batched;
        // As the reading and the decode, the wait is in the first one's time.
        let waits = std::iter::once(queued_ms).chain(std::iter::repeat(0.0));
        let queued = outputs.into_iter().zip(waits).map(|(output, queued_ms)| Queued { output, queued_ms });
        Self {
            outputs: queued.map(NativeOptimizeResult::from).collect(),
            places: places.into_iter().map(|place| u32::try_from(place).unwrap_or(u32::MAX)).collect(),
            placeholder: placeholder.map_or(Either::B(Null), |placeholder| Either::A(placeholder.into())),
            width,
            height,
        }
    }
}
