//! Milliseconds of a job's parts. Measures; decides nothing.

use std::time::Instant;

use super::output::Timings;

/// Milliseconds since the last lap.
pub(super) struct Clock {
    start: Instant,
    lap: Instant,
    timings: Timings,
}

impl Clock {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self { start: now, lap: now, timings: Timings::default() }
    }

    pub(super) fn reset(&mut self) {
        self.lap = Instant::now();
    }

    pub(super) fn lap(&mut self, part: impl FnOnce(&mut Timings) -> &mut f64) {
        *part(&mut self.timings) += self.lap.elapsed().as_secs_f64() * 1000.0;
        self.reset();
    }

    /// What one variant took. The next one starts from here.
    pub(super) fn stop(&mut self) -> Timings {
        let total = self.start.elapsed().as_secs_f64() * 1000.0;
        let timings = std::mem::replace(self, Self::start()).timings;
        Timings { total, ..timings }
    }
}
