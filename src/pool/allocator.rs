//! Freed pictures go back to the system at once, so that resident memory follows the loans.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
use std::sync::Once;

/// Blocks of at least this size are mapped on their own and unmapped when freed.
///
/// glibc raises its threshold up to 32 MiB as such blocks are freed; from then on pictures lie in heaps of many threads, and holes stay resident.
/// 75 variants of fifteen 6 to 20 MP photographs under a budget of 128 MB, 64 requests in flight, Node idle at 65 MB: resident at most 327 MB
/// and 201 MB six seconds later with glibc's own rule, 200 and 73 MB with a fixed threshold, for the same user time and 1.0 s more system
/// time in 7 s. 128 KiB and 1 MiB measured alike.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM_BYTES: libc::c_int = 1 << 20;

/// Sets the threshold, once a process.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub(super) fn return_large_blocks() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: mallopt takes two integers, and its own lock. A refusal leaves the allocator as it was.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
        }
    });
}

/// Gives back the pages that lie free between smaller blocks: under load, and when the pool has become idle.
///
/// 500 mixed jobs at concurrency 8 under a budget of 512 MB (`bench:memory`; Node idle at 53 MB, with mimalloc at 59; the pages that libwebp's blocks
/// are in are glibc's in each case):
///
/// | allocator of the addon | peak above idle | settled above idle | user s | system s |
/// | ---------------------- | --------------- | ------------------ | ------ | -------- |
/// | glibc, threshold alone | 398 MB          | 43 MB              | 26.8   | 3.1      |
/// | glibc, trimmed too     | 391 MB          | 19 MB              | 26.6   | 3.3      |
/// | mimalloc 0.1.52        | 494 MB          | 78 MB              | 26.3   | 4.3      |
///
/// Small jobs: 30,000 pictures to PNG grew by 30 MB with trims that were rare (each half a gigabyte of loans), by none with frequent ones.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
pub(super) fn trim() {
    // SAFETY: takes an integer, and the allocator's own locks. Only pages without a block are given back.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// Other allocators keep their own rule.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) const fn return_large_blocks() {}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) const fn trim() {}
