//! The thread that answers those who wait outside of a worker: deadlines, cancellations, reservations that can be
//! served. Lives only while somebody waits, and a little longer.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::shared::Shared;
use super::task::settle_all;

/// How long it stays when nobody waits.
const LINGER: Duration = Duration::from_secs(10);

pub(super) fn start(shared: Arc<Shared>) -> Option<JoinHandle<()>> {
    thread::Builder::new().name("pixmill-timer".to_owned()).spawn(move || run(&shared)).ok()
}

fn run(shared: &Arc<Shared>) {
    let mut idle_since = None;
    let mut state = shared.lock();
    loop {
        let now = Instant::now();
        let settlements = state.sweep(shared, now);
        if !settlements.is_empty() {
            let evicted = state.evict_retained();
            shared.ripple(&mut state);
            drop(state);
            drop(evicted);
            settle_all(settlements);
            state = shared.lock();
            continue;
        }
        let deadline = [state.queue.next_deadline(), state.holds.next_deadline()].into_iter().flatten().min();
        let since = deadline.map_or_else(|| *idle_since.get_or_insert(now), |_| now);
        if deadline.is_some() {
            idle_since = None;
        }
        let until = deadline.unwrap_or(since + LINGER);
        if state.closing || (deadline.is_none() && until <= now) {
            state.timer_lives = false;
            return;
        }
        state = shared.wait_for_clock(state, until.saturating_duration_since(now));
    }
}
