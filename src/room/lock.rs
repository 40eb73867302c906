//! How a child locks itself in, on Linux: nothing can be opened any more, no file grows, no core is written, and each job has its memory
//! and its processor time. None of it needs a right.
#![expect(unsafe_code, reason = "asks the system for limits")]

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Address space beyond what a job counts: the stack of the thread that works, and what the allocator rounds up.
const EXTRA_BYTES: u64 = 24 << 20;

pub(super) struct Lock {
    /// Stays open: no other file can be opened later.
    size: File,
    page_bytes: u64,
}

impl Lock {
    /// For good. `most_bytes`: what no job will ever be above.
    pub(super) fn new(most_bytes: u64) -> io::Result<Self> {
        close_inherited();
        one_arena();
        let size = File::open("/proc/self/statm")?;
        // SAFETY: takes and returns integers.
        let page_bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        let page_bytes = u64::try_from(page_bytes).map_err(io::Error::other)?;
        let lock = Self { size, page_bytes };
        // SAFETY: take integers; the second ends this process with the thread that started it.
        let codes = unsafe {
            [libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL)]
        };
        if codes != [0, 0] {
            return Err(io::Error::last_os_error());
        }
        limit(libc::RLIMIT_CORE, 0, 0)?;
        limit(libc::RLIMIT_FSIZE, 0, 0)?;
        limit(libc::RLIMIT_NOFILE, 0, 0)?;
        let most = lock.now()?.saturating_add(most_bytes).saturating_add(EXTRA_BYTES);
        limit(libc::RLIMIT_AS, most, most)?;
        // A kernel, or a container, may know no filters: the limits stand without.
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        drop(super::filter::apply());
        Ok(lock)
    }

    /// For one job.
    pub(super) fn allow(&self, room_bytes: u64, milliseconds: u64) -> io::Result<()> {
        let most = hard(libc::RLIMIT_AS)?;
        let memory = self.now()?.saturating_add(room_bytes).saturating_add(EXTRA_BYTES);
        limit(libc::RLIMIT_AS, memory, most)?;
        let seconds = used_seconds()?.saturating_add(milliseconds.div_ceil(1000)).saturating_add(1);
        limit(libc::RLIMIT_CPU, seconds, hard(libc::RLIMIT_CPU)?)
    }

    /// The address space in bytes.
    fn now(&self) -> io::Result<u64> {
        let mut text = [0; 128];
        let len = self.size.read_at(&mut text, 0)?;
        let text = String::from_utf8_lossy(text.get(..len).unwrap_or_default());
        let pages = text.split(' ').next().and_then(|pages| pages.parse::<u64>().ok());
        pages.map(|pages| pages.saturating_mul(self.page_bytes)).ok_or_else(|| io::Error::other("no size"))
    }
}

#[cfg(target_env = "gnu")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_env = "gnu"))]
type Resource = libc::c_int;

fn limit(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: soft.min(hard), rlim_max: hard };
    // SAFETY: a whole structure, which is read.
    let code = unsafe { libc::setrlimit(resource, &raw const limit) };
    if code == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn hard(resource: Resource) -> io::Result<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: a whole structure, which is written to.
    let code = unsafe { libc::getrlimit(resource, &raw mut limit) };
    if code == 0 { Ok(limit.rlim_max) } else { Err(io::Error::last_os_error()) }
}

fn used_seconds() -> io::Result<u64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a whole structure, which is written to.
    let code = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    if code == 0 { Ok(u64::try_from(time.tv_sec).unwrap_or(0)) } else { Err(io::Error::last_os_error()) }
}

/// A second heap for the worker's thread would reserve 64 MB of the job's address space.
fn one_arena() {
    #[cfg(target_env = "gnu")]
    // SAFETY: takes two integers, and the allocator's own lock. A refusal leaves it as it was.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// What the parent's other code has let through: descriptors that are not closed by starting a program. Node's own are.
fn close_inherited() {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else { return };
    let numbers: Vec<i32> =
        entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|fd| *fd > 2).collect();
    for fd in numbers {
        // SAFETY: take and return integers; a descriptor without the flag was open before this program began, so that nothing of ours has it.
        unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFD);
            if flags >= 0 && flags & libc::FD_CLOEXEC == 0 {
                libc::close(fd);
            }
        }
    }
}
