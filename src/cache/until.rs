//! Until when entries are absent or stale, whichever rules said so. Knows no names.

use super::rule::Action;

/// What the rules make of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Untouched,
    StaleFrom(u64),
    Absent,
}

/// Until when, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Until {
    purged_ms: Option<u64>,
    stale_ms: Option<u64>,
}

impl Until {
    pub(super) fn of(action: Action, at_ms: u64) -> Self {
        match action {
            Action::Purge => Self { purged_ms: Some(at_ms), stale_ms: None },
            Action::Invalidate => Self { purged_ms: None, stale_ms: Some(at_ms) },
        }
    }

    pub(super) fn join(self, other: Self) -> Self {
        Self { purged_ms: self.purged_ms.max(other.purged_ms), stale_ms: self.stale_ms.max(other.stale_ms) }
    }

    pub(super) fn above(self, floor: Self) -> Self {
        Self {
            purged_ms: self.purged_ms.filter(|_| self.purged_ms > floor.purged_ms),
            stale_ms: self.stale_ms.filter(|_| self.stale_ms > floor.stale_ms.max(floor.purged_ms)),
        }
    }

    pub(super) fn verdict(self, stored_at_ms: u64) -> Verdict {
        if self.purged_ms.is_some_and(|at| stored_at_ms <= at) {
            return Verdict::Absent;
        }
        let stale = self.stale_ms.filter(|at| stored_at_ms <= *at);
        stale.map_or(Verdict::Untouched, Verdict::StaleFrom)
    }

    pub(super) fn list(self) -> impl Iterator<Item = (u64, Action)> {
        let purged = self.purged_ms.map(|at| (at, Action::Purge));
        let stale = self.stale_ms.map(|at| (at, Action::Invalidate));
        purged.into_iter().chain(stale)
    }
}
