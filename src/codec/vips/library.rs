//! libvips as a process has it: started once, quiet, on the thread that asks, and for one class of loaders.
#![expect(unsafe_code, reason = "calls libvips")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::OnceLock;

use libvips_rs::bindings;

use crate::error::{Error, Result};

static STARTED: OnceLock<std::result::Result<(), &'static str>> = OnceLock::new();

/// Starts it unless that was tried before. For the locked room, before it is locked: libvips opens its modules now.
pub(in crate::codec) fn start() {
    STARTED.get_or_init(|| {
        // SAFETY: texts that end with a zero; a handler that lives as long as the process. No thread of ours uses libvips yet.
        unsafe {
            bindings::g_log_set_default_handler(Some(say_nothing), std::ptr::null_mut());
            if bindings::vips_init(c"pixmill".as_ptr()) != 0 {
                return Err("libvips does not start");
            }
            bindings::vips_concurrency_set(1);
            bindings::vips_cache_set_max(0);
            bindings::vips_cache_set_max_mem(0);
            // All loaders but one: what was never meant cannot be reached.
            bindings::vips_operation_block_set(c"VipsForeignLoad".as_ptr(), 1);
            bindings::vips_operation_block_set(c"VipsForeignLoadHeif".as_ptr(), 0);
            if bindings::vips_type_find(c"VipsForeignLoad".as_ptr(), c"heifload_buffer".as_ptr()) == 0 {
                return Err("libvips was built without libheif");
            }
        }
        Ok(())
    });
}

/// Fails where nobody has started it: outside of the locked room.
pub(super) fn is_started() -> Result<()> {
    let started = STARTED.get().copied().unwrap_or(Err("libvips, which runs in the locked room only"));
    started.map_err(|why| Error::unsupported("the picture", "a decoder that can be used", why))
}

/// What it has said before is of other pictures, even where it has decoded them: nobody else should read that.
pub(super) fn forget() {
    // SAFETY: a call without arguments. One thread works in the room.
    unsafe { bindings::vips_error_clear() }
}

/// Why it has failed, as it says.
pub(super) fn complaint() -> String {
    // SAFETY: the buffer is libvips' own, and ends with a zero; it is copied before it is cleared. One thread works in the room.
    let text = unsafe { CStr::from_ptr(bindings::vips_error_buffer()).to_string_lossy().into_owned() };
    forget();
    // Where libheif looks for more than there is, libvips counts each step.
    let reasons: Vec<_> = text.lines().filter(|line| !line.starts_with("source: ")).collect();
    reasons.join(" ")
}

/// Warnings are about files of others, and a line on the standard output would be taken for an answer.
extern "C" fn say_nothing(_: *const c_char, _: c_int, _: *const c_char, _: *mut c_void) {}
