//! Variants kept for the next client: in memory, and in a directory that survives a restart and may be shared by
//! several processes. Knows nothing of HTTP or of what makes an entry fresh; a failing disk is never a failing request.

mod clock;
mod disk;
mod entry;
mod expiry;
mod front;
mod generation;
mod head;
mod index;
mod keeper;
mod key;
mod lanes;
mod memory;
mod outage;
mod pending;
mod resident;
mod rule;
mod rules;
mod scan;
mod stats;
mod sweep;
mod tags;
mod temp;
mod tiers;
mod until;
mod walk;
mod warnings;
mod watch;

pub use clock::now_ms;
pub use entry::{Entry, NewEntry};
pub use front::{Cache, CacheConfig};
pub use key::{Key, KeyField};
pub use rule::{Action, By, Rule};
pub use stats::CacheStats;
pub use tags::Tags;
pub use tiers::{Found, Tier};
