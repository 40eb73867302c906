//! Promises that our own threads settle, and errors with a stable `code`. Nothing here knows pictures.

use napi::bindgen_prelude::{Object, ToNapiValue};
use napi::{Env, JsValue};

use crate::error::{Complaint, Error, Result};

type Resolver<J> = Box<dyn FnOnce(Env) -> napi::Result<J>>;

/// Called once, from any thread, with what the promise becomes.
pub(super) type Settle<T> = Box<dyn FnOnce(Result<T>) + Send>;

/// A promise that `start`'s callback settles. `convert` runs on the JavaScript thread.
pub(super) fn promise<T, J>(
    env: &Env,
    convert: fn(&Env, T) -> napi::Result<J>,
    start: impl FnOnce(Settle<T>),
) -> napi::Result<Object<'_>>
where
    T: Send + 'static,
    J: ToNapiValue + 'static,
{
    let (deferred, promise) = env.create_deferred::<J, Resolver<J>>()?;
    start(Box::new(move |result| {
        deferred.resolve(Box::new(move |env| match result {
            Ok(value) => convert(&env, value),
            Err(error) => Err(to_js_error(&env, &error)),
        }));
    }));
    Ok(promise)
}

/// The JavaScript `Error` of a fault: `code`, `subject`, `expected`, `received`. Its stack is added by the caller in TypeScript.
pub(super) fn to_js_error(env: &Env, error: &Error) -> napi::Error {
    build_js_error(env, error).unwrap_or_else(|failure| failure)
}

fn build_js_error(env: &Env, error: &Error) -> napi::Result<napi::Error> {
    let Complaint { subject, expected, received } = error.complaint();
    let mut object = env.create_error(napi::Error::from_reason(error.to_string()))?;
    object.set("code", error.code())?;
    object.set("subject", subject)?;
    object.set("expected", expected)?;
    object.set("received", received)?;
    Ok(napi::Error::from(object.to_unknown()))
}

/// For synchronous calls.
pub(super) trait OrThrow<T> {
    fn or_throw(self, env: &Env) -> napi::Result<T>;
}

impl<T> OrThrow<T> for Result<T> {
    fn or_throw(self, env: &Env) -> napi::Result<T> {
        self.map_err(|error| to_js_error(env, &error))
    }
}
