//! How many worker threads, and how polite they are. Never more than the container may use.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// One thread per processor that this process may use. The standard library reads the affinity mask and the CPU quota
/// of cgroup v1 and v2, so a container limited to two CPUs of a large machine gets two.
pub fn default_threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

static IS_POLITE: AtomicBool = AtomicBool::new(false);

/// Says that this process was started by a worker, whose politeness it has: twice as much would be starvation (100 ms of work took 8 s on a
/// machine that compiled).
pub fn keep_priority() {
    IS_POLITE.store(true, Ordering::Relaxed);
}

/// Gives way to the event loop, which must answer while pictures are being encoded.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
pub(super) fn lower_priority() {
    if IS_POLITE.load(Ordering::Relaxed) {
        return;
    }
    // SAFETY: takes and returns an integer. On Linux it changes the calling thread alone; a refusal changes nothing.
    let _ = unsafe { libc::nice(10) };
}

/// Elsewhere the nice value belongs to the whole process, which must keep its own.
#[cfg(not(target_os = "linux"))]
pub(super) fn lower_priority() {}
