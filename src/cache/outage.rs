//! Whether the directory can be written at the moment. After a failure it is left alone for a while, and the log gets
//! one line instead of one per request. Pure: the time is passed in.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// A try costs one failing system call; what is not written until then, a restart will have to make again.
pub(super) const RETRY_AFTER: Duration = Duration::from_secs(5);
/// The same trouble again within this time is not worth another line.
const QUIET_FOR: Duration = Duration::from_hours(1);

#[derive(Default)]
pub(super) struct Outage {
    failed_at: Option<Instant>,
    warned_at: HashMap<io::ErrorKind, Instant>,
    warnings: Vec<String>,
}

impl Outage {
    pub(super) fn is_on(&self) -> bool {
        self.failed_at.is_some()
    }

    /// Whether a write is worth trying.
    pub(super) fn may_try(&self, now: Instant) -> bool {
        self.failed_at.is_none_or(|at| now.saturating_duration_since(at) >= RETRY_AFTER)
    }

    pub(super) fn succeeded(&mut self) {
        self.failed_at = None;
    }

    pub(super) fn failed(&mut self, dir: &Path, error: &io::Error, now: Instant) {
        self.failed_at = Some(now);
        let warned_at = self.warned_at.get(&error.kind());
        if warned_at.is_some_and(|at| now.saturating_duration_since(*at) < QUIET_FOR) {
            return;
        }
        self.warned_at.insert(error.kind(), now);
        let dir = dir.display();
        self.warnings.push(format!(
            "Expected a writable directory for cacheDir {dir} but received {error}; entries are kept in memory until it can be written again"
        ));
    }

    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_once_and_retries_later() {
        let start = Instant::now();
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let mut outage = Outage::default();
        assert!(outage.may_try(start) && !outage.is_on());
        outage.failed(Path::new("/cache"), &full, start);
        assert!(outage.is_on() && !outage.may_try(start + RETRY_AFTER.saturating_sub(Duration::from_millis(1))));
        assert!(outage.may_try(start + RETRY_AFTER));
        outage.failed(Path::new("/cache"), &full, start + RETRY_AFTER);
        assert_eq!(outage.take_warnings().len(), 1);
        outage.failed(Path::new("/cache"), &io::ErrorKind::PermissionDenied.into(), start + RETRY_AFTER);
        assert_eq!(outage.take_warnings().len(), 1, "another trouble is worth a line");
        outage.failed(Path::new("/cache"), &full, start + QUIET_FOR);
        assert_eq!(outage.take_warnings().len(), 1, "after an hour it is news again");
        outage.succeeded();
        assert!(!outage.is_on());
    }
}
