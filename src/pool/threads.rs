//! How many worker threads, and how polite they are. Never more than the container may use.

use std::thread;

/// One thread per processor that this process may use. The standard library reads the affinity mask and the CPU quota
/// of cgroup v1 and v2, so a container limited to two CPUs of a large machine gets two.
pub fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Gives way to the event loop, which must answer while pictures are being encoded.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn lower_priority() {
    // SAFETY: takes and returns an integer. On Linux it changes the calling thread alone; a refusal changes nothing.
    let _ = unsafe { libc::nice(10) };
}

/// Elsewhere the nice value belongs to the whole process, which must keep its own.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower_priority() {}
