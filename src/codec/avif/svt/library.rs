//! SVT-AV1's shared library, loaded when it is first needed and kept until the process ends. One that is missing, of
//! another major version or no SVT-AV1 at all is not used, and the reason is kept.

use std::ffi::{CStr, OsStr, c_char, c_void};
use std::path::Path;

use super::layout::{Buffer, Component, Configuration};
use crate::codec::avif::dynamic;

/// What `EbErrorType` is in C.
pub(super) type Code = i32;
type InitHandle = unsafe extern "C" fn(*mut *mut Component, *mut Configuration) -> Code;
type ParseParameter = unsafe extern "C" fn(*mut Configuration, *const c_char, *const c_char) -> Code;
type SetParameter = unsafe extern "C" fn(*mut Component, *mut Configuration) -> Code;
type OfComponent = unsafe extern "C" fn(*mut Component) -> Code;
type SendPicture = unsafe extern "C" fn(*mut Component, *mut Buffer) -> Code;
type GetPacket = unsafe extern "C" fn(*mut Component, *mut *mut Buffer, u8) -> Code;
type ReleaseBuffer = unsafe extern "C" fn(*mut *mut Buffer);
type GetVersion = unsafe extern "C" fn() -> *const c_char;
type LogCallback = unsafe extern "C" fn(*mut c_void, i32, *const c_char, *const c_char, *mut c_void);
type SetLogCallback = unsafe extern "C" fn(Option<LogCallback>, *mut c_void);

/// The functions that are used, and the library that holds them.
pub(in crate::codec::avif) struct Library {
    pub(super) init_handle: InitHandle,
    pub(super) parse_parameter: ParseParameter,
    pub(super) set_parameter: SetParameter,
    pub(super) init: OfComponent,
    pub(super) send_picture: SendPicture,
    pub(super) get_packet: GetPacket,
    pub(super) release_buffer: ReleaseBuffer,
    pub(super) deinit: OfComponent,
    pub(super) deinit_handle: OfComponent,
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
            find(&code, c"svt_av1_get_version").map_err(|_| format!("{shown} is no SVT-AV1 encoder"))?;
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: takes nothing; returns null or a text that lives as long as the library.
        let version = unsafe { dynamic::text(get_version()) };
        if !is_known(&version) {
            return Err(format!("{shown} is SVT-AV1 {version:?}, not 4.1 or a later 4.x"));
        }
        Self::bind(code, version).map_err(|name| format!("{shown} has no {name}"))
    }

    /// `4.1.0`
    pub(in crate::codec::avif) fn version(&self) -> &str {
        self.version.trim_start_matches('v')
    }

    /// The error is the name of a function that is missing.
    fn bind(code: libloading::Library, version: String) -> Result<Self, String> {
        let set_log: SetLogCallback = find(&code, c"svt_av1_set_log_callback")?;
        #[expect(unsafe_code, reason = "a call into C")]
        // SAFETY: the callback takes what the library hands to it, reads nothing, and is never unloaded.
        unsafe {
            set_log(Some(keep_quiet), std::ptr::null_mut());
        }
        Ok(Self {
            init_handle: find(&code, c"svt_av1_enc_init_handle")?,
            parse_parameter: find(&code, c"svt_av1_enc_parse_parameter")?,
            set_parameter: find(&code, c"svt_av1_enc_set_parameter")?,
            init: find(&code, c"svt_av1_enc_init")?,
            send_picture: find(&code, c"svt_av1_enc_send_picture")?,
            get_packet: find(&code, c"svt_av1_enc_get_packet")?,
            release_buffer: find(&code, c"svt_av1_enc_release_out_buffer")?,
            deinit: find(&code, c"svt_av1_enc_deinit")?,
            deinit_handle: find(&code, c"svt_av1_enc_deinit_handle")?,
            version,
            _code: code,
        })
    }
}

/// Functions and structures keep their shape within a major version. 4.0 may hang where several pictures are encoded at once (its
/// changelog, under 4.1).
fn is_known(version: &str) -> bool {
    version.trim_start_matches('v').strip_prefix("4.").is_some_and(|minor| minor != "0" && !minor.starts_with("0."))
}

/// A function by its name, of the type that the caller says; the error is the name.
fn find<F: Copy>(code: &libloading::Library, name: &CStr) -> Result<F, String> {
    #[expect(unsafe_code, reason = "the type of a foreign function is a promise")]
    // SAFETY: the types above are those of the headers of SVT-AV1 4.x, and no function is called before the version is known.
    unsafe {
        dynamic::find(code, name)
    }
}

/// The library writes to stderr otherwise, a dozen lines a picture. The last argument is a `va_list`, handed over as a
/// pointer on x86-64 and arm64.
#[expect(unsafe_code, reason = "called by C")]
unsafe extern "C" fn keep_quiet(_: *mut c_void, _: i32, _: *const c_char, _: *const c_char, _: *mut c_void) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(file: &str) -> String {
        Library::load(OsStr::new(file)).err().unwrap_or_default()
    }

    #[test]
    fn only_the_known_major_version_is_taken() {
        for (version, is_taken) in [
            ("v4.1.0", true),
            ("4.2.0-12-g01ab", true),
            ("v3.1.2", false),
            ("v4.0.1", false),
            ("4.0", false),
            ("v4.10.0", true),
            ("v40.0", false),
            ("", false),
        ] {
            assert_eq!(is_known(version), is_taken, "{version}");
        }
    }

    #[test]
    fn what_is_no_encoder_is_refused_with_a_reason() {
        let text = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(refusal("/nowhere/libSvtAv1Enc.so.4").contains("/nowhere/libSvtAv1Enc.so.4"));
        assert!(refusal(text).contains("Cargo.toml"), "{}", refusal(text));
        assert_eq!(refusal("libc.so.6"), "libc.so.6 is no SVT-AV1 encoder");
    }
}
