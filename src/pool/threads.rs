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

/// Runs `work` on a thread of its own that gets a processor only while no other thread wants it, and waits for it. A worker could
/// become such a thread, but without rights it could not become an ordinary one again. Where the system gives no thread, here.
pub(super) fn on_idle_processors(work: &mut (impl FnMut() + Send)) {
    let is_started = thread::scope(|scope| {
        let beside = thread::Builder::new().name("pixmill-idle".to_owned());
        let run = || {
            yield_to_all();
            work();
        };
        beside.spawn_scoped(scope, run).is_ok()
    });
    if !is_started {
        work();
    }
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn yield_to_all() {
    // SAFETY: all zeros is a `sched_param`, and the call only reads it. It concerns the calling thread; a refusal changes nothing.
    let _ = unsafe {
        let parameters: libc::sched_param = std::mem::zeroed();
        libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_IDLE, &raw const parameters)
    };
}

#[cfg(not(target_os = "linux"))]
fn yield_to_all() {}
