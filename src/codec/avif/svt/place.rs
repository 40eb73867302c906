//! Where SVT-AV1 is looked for: the file that the operator names, or the one beside the addon, or the system's. Says which
//! encoder runs.

use std::ffi::{CStr, OsStr, OsString, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;

use super::library::Library;

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
    LIBRARY.get_or_init(load).as_ref().map_err(String::as_str)
}

fn load() -> Result<Library, String> {
    match NAMED.get() {
        Some(file) if file.is_empty() => Err("switched off".to_owned()),
        Some(file) => Library::load(file),
        None => match own_folder().map(|folder| folder.join(NAME)).filter(|file| file.is_file()) {
            Some(file) => Library::load(file.as_os_str()),
            None => Library::load(OsStr::new(NAME)),
        },
    }
}

/// The folder of the file that this code was loaded from.
#[expect(unsafe_code, reason = "asks the loader")]
fn own_folder() -> Option<&'static Path> {
    // SAFETY: all zeros is a `Dl_info` without names.
    let mut found: libc::Dl_info = unsafe { std::mem::zeroed() };
    let code = own_folder as fn() -> Option<&'static Path> as *const c_void;
    // SAFETY: an address of this code, and a structure that is written to.
    if unsafe { libc::dladdr(code, &raw mut found) } == 0 || found.dli_fname.is_null() {
        return None;
    }
    // SAFETY: not null; the loader's own text, which stays as long as this code is loaded.
    let file = unsafe { CStr::from_ptr(found.dli_fname) };
    Path::new(OsStr::from_bytes(file.to_bytes())).parent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_folder_is_that_of_the_running_code() {
        let program = std::env::current_exe().unwrap();
        let found = own_folder().unwrap().canonicalize().unwrap();
        assert_eq!(Some(found.as_path()), program.parent());
    }
}
