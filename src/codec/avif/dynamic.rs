//! Code that is loaded at run time: the file that the operator names, or the one beside the addon, or the system's; and the functions in
//! it, by name. Knows no library.

use std::error::Error;
use std::ffi::{CStr, OsStr, OsString, c_char, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;

use libloading::Library;

/// The one library of its kind in a process: loaded when it is first needed, or why there is none.
pub(super) struct Shelf<L> {
    name: &'static str,
    bind: fn(&OsStr) -> Result<L, String>,
    named: OnceLock<OsString>,
    library: OnceLock<Result<L, String>>,
}

impl<L> Shelf<L> {
    /// `name` is what it is called where nobody has named a file, `bind` loads one.
    pub(super) const fn new(name: &'static str, bind: fn(&OsStr) -> Result<L, String>) -> Self {
        Self { name, bind, named: OnceLock::new(), library: OnceLock::new() }
    }

    /// Names the one file that is tried; an empty name means none. The first call counts, and only before the first picture.
    pub(super) fn name(&self, file: OsString) {
        let _ = self.named.set(file);
    }

    /// The library, loaded by the first call, or why there is none.
    pub(super) fn library(&self) -> Result<&L, &str> {
        self.library.get_or_init(|| (self.bind)(&self.locate()?)).as_ref().map_err(String::as_str)
    }

    fn locate(&self) -> Result<OsString, String> {
        match self.named.get() {
            Some(file) if file.is_empty() => Err("switched off".to_owned()),
            Some(file) => Ok(file.clone()),
            None => {
                let beside = own_folder().map(|folder| folder.join(self.name)).filter(|file| file.is_file());
                Ok(beside.map_or_else(|| self.name.into(), Into::into))
            }
        }
    }
}

/// Loads the file, or what the system finds under a name without a folder. The error is what the system says, which names it.
pub(super) fn load(file: &OsStr) -> Result<Library, String> {
    #[expect(unsafe_code, reason = "loads code")]
    // SAFETY: runs what the library runs when it is loaded. The file is ours, or named by whoever runs the process.
    let code = unsafe { Library::new(file) };
    code.map_err(|error| error.source().map_or_else(|| error.to_string(), ToString::to_string))
}

/// A function by its name; the error is the name.
///
/// # Safety
/// The function has the type that the caller says.
#[expect(unsafe_code, reason = "the type of a foreign function is a promise")]
pub(super) unsafe fn find<F: Copy>(code: &Library, name: &CStr) -> Result<F, String> {
    // SAFETY: the caller's promise.
    let function = unsafe { code.get::<F>(name.to_bytes_with_nul()) };
    function.map(|function| *function).map_err(|_| name.to_string_lossy().into_owned())
}

/// # Safety
/// Null, or a text that ends with a zero.
#[expect(unsafe_code, reason = "reads what C points to")]
pub(super) unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: not null, and the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
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
