//! The work that nobody waits for: following the rules of other processes, sweeping, scanning. A part at a time, so
//! that none of it keeps the other from its turn. Has no thread of its own; `watch` gives it one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::disk::Disk;
use super::expiry::Expiry;
use super::resident::Resident;
use super::scan::Scan;
use super::sweep::Sweep;

/// A rule of another process may stay unknown for half a second, on a machine with other things to do as well.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(250);

pub(super) struct Keeper {
    resident: Arc<Resident>,
    disk: Arc<Disk>,
    looked_at: Option<Instant>,
    scan: Option<Scan>,
    sweep: Option<Sweep>,
    /// Written to the generation file, and not yet swept for.
    written: Vec<Expiry>,
}

impl Keeper {
    pub(super) fn new(resident: Arc<Resident>, disk: Arc<Disk>) -> Self {
        Self { resident, disk, looked_at: None, scan: None, sweep: None, written: Vec::new() }
    }

    /// Does a part of what there is to do, and tells how long the rest has time.
    pub(super) fn turn(&mut self, asked: Vec<Expiry>, now: Instant) -> Duration {
        if !asked.is_empty() {
            self.disk.generation.save(&self.resident, now);
            self.written.extend(asked);
        }
        if self.until_look(now).is_zero() {
            self.looked_at = Some(now);
            self.disk.generation.look(&self.resident, now);
        }
        if self.sweep_step() || self.scan_step() { Duration::ZERO } else { self.until_look(now) }
    }

    fn until_look(&self, now: Instant) -> Duration {
        self.looked_at.map_or(Duration::ZERO, |at| LOOK_EVERY.saturating_sub(now.saturating_duration_since(at)))
    }

    /// `false`: there was nothing to sweep.
    fn sweep_step(&mut self) -> bool {
        if self.sweep.is_none() && !self.written.is_empty() {
            self.sweep = Some(Sweep::new(self.resident.rules(), std::mem::take(&mut self.written)));
        }
        let disk = &self.disk;
        self.sweep.take_if(|sweep| !sweep.step(disk)).is_some() || self.sweep.is_some()
    }

    /// `false`: there was nothing to scan.
    fn scan_step(&mut self) -> bool {
        if self.scan.is_none() && self.disk.is_scan_due() {
            self.disk.begin_scan();
            self.scan = Some(Scan::default());
        }
        let disk = &self.disk;
        self.scan.take_if(|scan| !disk.scan_step(scan)).is_some() || self.scan.is_some()
    }
}
