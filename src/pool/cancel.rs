//! A flag that says "the caller gave up". It stops nothing by itself: steps look at it, and raising it wakes whoever
//! waits in the pool.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::error::{Error, Result};

/// Cloneable; all clones are one flag. A raised flag is never lowered.
#[derive(Clone, Default)]
pub struct Cancel {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    raised: AtomicBool,
    watchers: Mutex<Vec<Weak<dyn Wake>>>,
}

/// Somebody who sleeps until something changes.
pub(super) trait Wake: Send + Sync {
    fn wake(&self);
}

impl Cancel {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn cancel(&self) {
        self.inner.raised.store(true, Ordering::SeqCst);
        let watchers = std::mem::take(&mut *self.watchers());
        for watcher in watchers.iter().filter_map(Weak::upgrade) {
            watcher.wake();
        }
    }

    pub fn is_cancelled(&self) -> bool {
        self.inner.raised.load(Ordering::SeqCst)
    }

    /// To be called between steps: `job.cancel.check()?`.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Whoever watches must look at the flag once more after this call: it may have been raised just before.
    pub(super) fn watch(&self, watcher: Weak<dyn Wake>) {
        let mut watchers = self.watchers();
        if !watchers.iter().any(|known| known.ptr_eq(&watcher)) {
            watchers.push(watcher);
        }
    }

    fn watchers(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Wake>>> {
        self.inner.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_one_flag() {
        let cancel = Cancel::new();
        let clone = cancel.clone();
        assert!(clone.check().is_ok());
        cancel.cancel();
        assert_eq!(clone.check(), Err(Error::Cancelled));
    }
}
