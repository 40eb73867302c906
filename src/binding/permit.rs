//! Loans and cancellations that JavaScript holds in its hands.

use std::sync::Arc;

use napi::Env;
use napi::bindgen_prelude::Object;
use napi_derive::napi;

use super::number::to_bytes;
use super::settle::{OrThrow, promise};
use crate::pool::{Cancel, HeldPermit};

/// A flag that ends a job before its next step.
#[napi]
#[derive(Default)]
pub struct CancelToken {
    pub(super) cancel: Cancel,
}

#[napi]
impl CancelToken {
    #[napi(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    #[napi]
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

/// Bytes on loan for an original that is being read.
#[napi]
pub struct NativePermit {
    pub(super) held: Arc<HeldPermit>,
}

#[napi]
impl NativePermit {
    #[napi(getter)]
    pub fn bytes(&self) -> f64 {
        self.held.bytes() as f64
    }

    #[napi(ts_return_type = "Promise<void>")]
    pub fn grow<'env>(&self, env: &'env Env, to_bytes_in_all: f64) -> napi::Result<Object<'env>> {
        let bytes = to_bytes("bytes", to_bytes_in_all).or_throw(env)?;
        promise(env, |_, ()| Ok(()), |settle| self.held.grow(bytes, Cancel::new(), settle))
    }

    #[napi]
    pub fn release(&self) {
        self.held.release();
    }
}
