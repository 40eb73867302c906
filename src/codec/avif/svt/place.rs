//! The one library of the process, loaded when it is first needed; or why there is none.

use std::ffi::OsString;
use std::sync::OnceLock;

use super::library::Library;
use crate::codec::avif::dynamic;

/// The soname of SVT-AV1 4.x.
const NAME: &str = if cfg!(target_os = "macos") { "libSvtAv1Enc.4.dylib" } else { "libSvtAv1Enc.so.4" };

static NAMED: OnceLock<OsString> = OnceLock::new();
static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();

/// Names the one file that is tried; an empty name means none. The first call counts, and only before the first picture.
pub fn name(file: OsString) {
    let _ = NAMED.set(file);
}

/// The library, loaded by the first call, or why there is none.
pub(in crate::codec::avif) fn library() -> Result<&'static Library, &'static str> {
    let load = || dynamic::locate(NAMED.get(), NAME).and_then(|file| Library::load(&file));
    LIBRARY.get_or_init(load).as_ref().map_err(String::as_str)
}
