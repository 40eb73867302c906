//! Keeps the calling thread as polite as it is. `svt_av1_enc_init_handle` makes its caller a real-time thread of the highest
//! priority wherever the process is root and may do so, and threads inherit that: an encode would go before everything on the
//! machine, the event loop first.

/// Puts the thread's scheduling back when it is dropped.
pub(super) struct Scheduling {
    policy: i32,
    parameters: libc::sched_param,
    is_known: bool,
}

impl Scheduling {
    pub(super) fn keep() -> Self {
        #[expect(unsafe_code, reason = "asks the system")]
        // SAFETY: all zeros is a `sched_param`; the calls write to what they are given, of the calling thread.
        unsafe {
            let (mut policy, mut parameters) = (0, std::mem::zeroed());
            let code = libc::pthread_getschedparam(libc::pthread_self(), &raw mut policy, &raw mut parameters);
            Self { policy, parameters, is_known: code == 0 }
        }
    }
}

impl Drop for Scheduling {
    fn drop(&mut self) {
        if !self.is_known {
            return;
        }
        #[expect(unsafe_code, reason = "asks the system")]
        // SAFETY: values that the system gave, back to the thread that it gave them for. To become ordinary needs no right.
        unsafe {
            libc::pthread_setschedparam(libc::pthread_self(), self.policy, &raw const self.parameters);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "asks the system")]
    fn what_was_changed_meanwhile_is_put_back() {
        // SAFETY: takes and returns integers, of the calling thread; every thread may become a batch job.
        let now = || unsafe { libc::sched_getscheduler(0) };
        let before = now();
        let kept = Scheduling::keep();
        let batch = libc::sched_param { sched_priority: 0 };
        // SAFETY: as above.
        assert_eq!(
            unsafe { libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_BATCH, &raw const batch) },
            0
        );
        assert_eq!(now(), libc::SCHED_BATCH);
        drop(kept);
        assert_eq!(now(), before);
    }
}
