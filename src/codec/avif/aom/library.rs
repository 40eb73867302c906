//! libaom's shared library, loaded when it is first needed and kept until the process ends. One that is missing, too old, or no libaom at
//! all is not used, and the reason is kept.

use std::ffi::{CStr, OsStr, c_char, c_int, c_long, c_uint};
use std::path::Path;

use super::layout::{Configuration, Context, Image, Interface, Packet};
use crate::codec::avif::dynamic;

/// What `aom_codec_err_t` is in C.
pub(super) type Code = c_int;
type GetInterface = unsafe extern "C" fn() -> *const Interface;
type GetDefaults = unsafe extern "C" fn(*const Interface, *mut Configuration, c_uint) -> Code;
type Init = unsafe extern "C" fn(*mut Context, *const Interface, *const Configuration, c_long, c_int) -> Code;
type SetOption = unsafe extern "C" fn(*mut Context, *const c_char, *const c_char) -> Code;
type Control = unsafe extern "C" fn(*mut Context, c_int, ...) -> Code;
type Wrap = unsafe extern "C" fn(*mut Image, c_int, c_uint, c_uint, c_uint, *mut u8) -> *mut Image;
type Encode = unsafe extern "C" fn(*mut Context, *const Image, i64, std::ffi::c_ulong, c_long) -> Code;
type GetPacket = unsafe extern "C" fn(*mut Context, *mut *const std::ffi::c_void) -> *const Packet;
type Destroy = unsafe extern "C" fn(*mut Context) -> Code;
type GetVersion = unsafe extern "C" fn() -> *const c_char;

/// The functions that are used, and the library that holds them.
pub(in crate::codec::avif) struct Library {
    pub(super) get_interface: GetInterface,
    pub(super) get_defaults: GetDefaults,
    pub(super) init: Init,
    pub(super) set_option: SetOption,
    pub(super) control: Control,
    pub(super) wrap: Wrap,
    pub(super) encode: Encode,
    pub(super) get_packet: GetPacket,
    pub(super) destroy: Destroy,
    version: String,
    /// Never closed: it lies in a static.
    _code: libloading::Library,
}

impl Library {
    /// Loads the file, or what the system finds under a name without a folder. The error says why it is not used.
    pub(super) fn load(file: &OsStr) -> Result<Self, String> {
        let shown = Path::new(file).display();
        let code = dynamic::load(file)?;
        let get_version: GetVersion =
            find(&code, c"aom_codec_version_str").map_err(|_| format!("{shown} is no libaom"))?;
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: takes nothing; returns null or a text that lives as long as the library.
        let version = unsafe { dynamic::text(get_version()) };
        if !is_known(&version) {
            return Err(format!("{shown} is libaom {version:?}, not 3.12 or a later 3.x"));
        }
        Self::bind(code, version).map_err(|name| format!("{shown} has no {name}"))
    }

    /// `3.13.1`
    pub(in crate::codec::avif) fn version(&self) -> &str {
        self.version.trim_start_matches('v')
    }

    /// The error is the name of a function that is missing.
    fn bind(code: libloading::Library, version: String) -> Result<Self, String> {
        Ok(Self {
            get_interface: find(&code, c"aom_codec_av1_cx")?,
            get_defaults: find(&code, c"aom_codec_enc_config_default")?,
            init: find(&code, c"aom_codec_enc_init_ver")?,
            set_option: find(&code, c"aom_codec_set_option")?,
            control: find(&code, c"aom_codec_control")?,
            wrap: find(&code, c"aom_img_wrap")?,
            encode: find(&code, c"aom_codec_encode")?,
            get_packet: find(&code, c"aom_codec_get_cx_data")?,
            destroy: find(&code, c"aom_codec_destroy")?,
            version,
            _code: code,
        })
    }
}

/// 3.12 is the first with `tune=iq`, which still pictures are encoded by.
fn is_known(version: &str) -> bool {
    let minor = version.trim_start_matches('v').strip_prefix("3.").and_then(|rest| rest.split(['.', '-']).next());
    minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor >= 12)
}

/// A function by its name, of the type that the caller says; the error is the name.
fn find<F: Copy>(code: &libloading::Library, name: &CStr) -> Result<F, String> {
    #[expect(unsafe_code, reason = "the type of a foreign function is a promise")]
    // SAFETY: the types above are those of the headers of libaom 3.x, and no function is called before the version is known.
    unsafe {
        dynamic::find(code, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_with_all_that_is_asked_for_are_taken() {
        for (version, is_taken) in [
            ("v3.13.1", true),
            ("3.12.0", true),
            ("3.14.1-22-g1", true),
            ("v3.6.0", false),
            ("v4.0.0", false),
            ("", false),
        ] {
            assert_eq!(is_known(version), is_taken, "{version}");
        }
    }

    #[test]
    fn what_is_no_encoder_is_refused_with_a_reason() {
        assert_eq!(Library::load(OsStr::new("libc.so.6")).err().as_deref(), Some("libc.so.6 is no libaom"));
    }
}
