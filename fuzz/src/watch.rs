//! Keeps the input that is being executed at hand, for what no check can catch: an execution that does not end, and a
//! signal that ends the process. Writes the input to a file; never stops anything that goes on.
#![allow(unsafe_code)] // signal handlers, and a look at bytes of another thread

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

/// Processor time that an execution may take: a machine with other work is no hang.
const MAX_SECONDS: f64 = 10.0;
/// The same in turns of the watch, for one that waits for what never comes.
const MAX_TURNS: u32 = 120;
const TURN: Duration = Duration::from_secs(1);
const SIGNALS: [libc::c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGABRT, libc::SIGILL, libc::SIGFPE];

static INPUT: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
static LEN: AtomicUsize = AtomicUsize::new(0);
static EXECUTION: AtomicU64 = AtomicU64::new(0);
/// As a C string, because a signal handler may not allocate.
static FILE: OnceLock<CString> = OnceLock::new();

/// Starts to watch. `file` is where an input goes that ends the process, `command` repeats it.
pub fn start(file: PathBuf, command: String) {
    if let Ok(path) = CString::new(file.as_os_str().as_bytes()) {
        drop(FILE.set(path));
    }
    for signal in SIGNALS {
        // SAFETY: the handler calls only what is allowed in one. It runs on the stack that Rust has made for signals, so that
        // an overflow of the other one is told too.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_signal as *const () as libc::sighandler_t;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
    std::thread::spawn(move || watch(&file, &command));
}

/// Also where the check panics.
struct Done;

impl Drop for Done {
    fn drop(&mut self) {
        INPUT.store(std::ptr::null_mut(), SeqCst);
    }
}

/// Runs `check` on an input that is at hand meanwhile.
pub fn over<T>(input: &[u8], check: impl FnOnce(&[u8]) -> T) -> T {
    LEN.store(input.len(), SeqCst);
    INPUT.store(input.as_ptr().cast_mut(), SeqCst);
    EXECUTION.fetch_add(1, SeqCst);
    let _done = Done;
    check(input)
}

/// Says whether an input is being executed, by whichever thread.
pub fn is_executing() -> bool {
    !INPUT.load(SeqCst).is_null()
}

fn watch(file: &Path, command: &str) {
    let (mut last, mut since, mut turns) = (0, 0.0, 0);
    loop {
        std::thread::sleep(TURN);
        let execution = EXECUTION.load(SeqCst);
        if execution != last || INPUT.load(SeqCst).is_null() {
            (last, since, turns) = (execution, processor_seconds(), 0);
            continue;
        }
        turns += 1;
        if processor_seconds() - since > MAX_SECONDS || turns > MAX_TURNS {
            // SAFETY: the execution goes on, so its input is still there.
            let input = unsafe { std::slice::from_raw_parts(INPUT.load(SeqCst), LEN.load(SeqCst)) };
            drop(std::fs::write(file, input));
            println!("finding: one execution takes more than {MAX_SECONDS} s\n  {command}");
            std::process::exit(1);
        }
    }
}

fn processor_seconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes to the place that is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

extern "C" fn on_signal(signal: libc::c_int) {
    let input = INPUT.load(SeqCst);
    // SAFETY: calls of the system that signal handlers may make. The input is there while an execution goes on.
    unsafe {
        if let Some(path) = FILE.get().filter(|_| !input.is_null()) {
            let file = libc::open(path.as_ptr(), libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC, 0o644);
            libc::write(file, input.cast(), LEN.load(SeqCst));
            libc::close(file);
        }
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}
