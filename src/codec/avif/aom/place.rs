//! Where libaom 3.x is looked for.

use std::ffi::OsString;

use super::library::Library;
use crate::codec::avif::dynamic::Shelf;

static SHELF: Shelf<Library> =
    Shelf::new(if cfg!(target_os = "macos") { "libaom.3.dylib" } else { "libaom.so.3" }, Library::load);

/// Names the one file that is tried; an empty name means none. The first call counts, and only before the first picture.
pub fn name(file: OsString) {
    SHELF.name(file);
}

/// The library, loaded by the first call, or why there is none.
pub(in crate::codec::avif) fn library() -> Result<&'static Library, &'static str> {
    SHELF.library()
}
