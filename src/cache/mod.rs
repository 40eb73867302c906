//! Variants kept for the next client: in memory, and in a directory that survives a restart and may be shared by
//! several processes. Knows nothing of HTTP or of what makes an entry fresh; a failing disk is never a failing request.

mod disk;
mod entry;
mod index;
mod key;
mod lanes;
mod memory;
mod outage;
mod scan;
mod stats;
mod tiers;

pub use entry::{Entry, NewEntry};
pub use key::{Key, KeyField};
pub use stats::CacheStats;
pub use tiers::{Cache, CacheConfig, Found, Tier, now_ms};
