//! Which instructions the kernels may use, asked in one place. With the feature `twins`, which only the fuzzer builds,
//! a thread can be told to do without them, and so to run the portable twin of every kernel.

#[cfg(feature = "twins")]
use std::cell::Cell;

#[cfg(feature = "twins")]
thread_local! {
    static IS_PORTABLE: Cell<bool> = const { Cell::new(false) };
}

/// AVX2, and BMI1, BMI2 and POPCNT, which every processor with AVX2 but a few has.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx2() -> bool {
    #[cfg(feature = "twins")]
    if IS_PORTABLE.get() {
        return false;
    }
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("popcnt")
}

/// Does `work` on this thread with the portable kernels.
#[cfg(feature = "twins")]
pub fn portably<T>(work: impl FnOnce() -> T) -> T {
    /// Also where `work` panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            IS_PORTABLE.set(self.0);
        }
    }
    let _restore = Restore(IS_PORTABLE.replace(true));
    work()
}
