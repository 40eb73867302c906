//! Functions without an engine: headers, magic bytes, negotiation, keys.

use napi::bindgen_prelude::Buffer;
use napi::{Either, Env};
use napi_derive::napi;

use super::options::to_source;
use super::settle::OrThrow;
use crate::codec::{Header, is_decoded, name_libaom, name_svt_av1, probe_prefix};
use crate::format::{SourceFormat, sniff as sniff_format};
use crate::limits::Limits;
use crate::pipeline::{self, inspect};

/// What the headers of a picture say.
#[napi(object, object_from_js = false)]
pub struct NativeProbe {
    pub format: &'static str,
    /// As stored, before the orientation is applied.
    pub width: u32,
    pub height: u32,
    /// Exif orientation, 1 to 8.
    pub orientation: u32,
    pub has_alpha: bool,
    pub is_animated: bool,
    pub frames: u32,
}

impl From<Header> for NativeProbe {
    fn from(header: Header) -> Self {
        Self {
            format: header.format.name(),
            width: header.width,
            height: header.height,
            orientation: u32::from(header.orientation.number()),
            has_alpha: header.has_alpha(),
            is_animated: header.is_animated,
            frames: header.frames,
        }
    }
}

/// Reads headers only.
#[napi]
pub fn probe(env: &Env, source: Either<Buffer, String>) -> napi::Result<NativeProbe> {
    let header = inspect(&to_source(source), &Limits::default()).or_throw(env)?;
    Ok(header.into())
}

/// What the magic bytes say.
#[napi(object, object_from_js = false)]
pub struct NativeSniff {
    pub format: &'static str,
    pub mime: &'static str,
    /// As far as `data` reaches.
    pub is_animated: bool,
}

#[napi]
pub fn sniff(data: Buffer) -> Option<NativeSniff> {
    let format = sniff_format(&data)?;
    let is_animated = probe_prefix(&data, &Limits::default()).is_ok_and(|header| header.is_some_and(|h| h.is_animated));
    Some(NativeSniff { format: format.name(), mime: format.mime(), is_animated })
}

/// Says that this build decodes pictures of a format, by its name.
#[napi]
pub fn decodes(format: String) -> bool {
    SourceFormat::from_name(&format).is_some_and(is_decoded)
}

/// The life of a process of the locked room; ends it when its input ends. Throws where it cannot be locked in.
#[napi]
pub fn serve_room(env: &Env, svt_av1: Option<String>, libaom: Option<String>) -> napi::Result<()> {
    if let Some(file) = svt_av1 {
        name_svt_av1(file.into());
    }
    if let Some(file) = libaom {
        name_libaom(file.into());
    }
    pipeline::serve_room().or_throw(env)
}

/// The element of `formats` that `accept` wants most.
#[napi]
pub fn negotiate(accept: Option<String>, mut formats: Vec<String>) -> Option<String> {
    let index = crate::negotiate::negotiate(accept.as_deref(), &formats)?;
    (index < formats.len()).then(|| formats.swap_remove(index))
}
