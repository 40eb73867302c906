//! Buffers that are lent to jobs and come back: the next job of the same size pays for no page faults. What is lent
//! is covered by the job's permit; what lies on the shelf only fills room that nobody has borrowed.

use std::sync::Arc;

use super::shared::Shared;
use crate::error::{Error, Result};

/// A reused buffer may be this much larger than asked for.
const SLACK: usize = 4;

/// One job's access to the shelf. `Scratch::default()` has no shelf behind it: for code that runs outside of a pool.
#[derive(Default)]
pub struct Scratch {
    shared: Option<Arc<Shared>>,
    /// Given back during this job: taken again first, put on the shelf when the job ends.
    spare: Vec<Vec<u8>>,
}

impl Scratch {
    pub(super) fn with_shelf(shared: Arc<Shared>) -> Self {
        Self { shared: Some(shared), spare: Vec::new() }
    }

    /// A buffer of `len` zeros. Zeros, because a damaged picture may leave rows unwritten, and these must never show
    /// the pixels of somebody else's.
    pub fn take(&mut self, len: usize) -> Result<Vec<u8>> {
        let mut buffer = self.take_empty(len)?;
        buffer.resize(len, 0);
        Ok(buffer)
    }

    /// An empty buffer with room for `capacity` bytes.
    pub fn take_empty(&mut self, capacity: usize) -> Result<Vec<u8>> {
        let reused = match best_fit(&self.spare, capacity) {
            Some(place) => Some(self.spare.swap_remove(place)),
            None => self.shared.as_ref().and_then(|shared| shared.lock().shelf.take(capacity)),
        };
        let mut buffer = reused.unwrap_or_default();
        buffer.clear();
        buffer.try_reserve_exact(capacity).map_err(|_| refused(capacity))?;
        Ok(buffer)
    }

    /// Hands a buffer back, of whatever origin.
    pub fn give(&mut self, buffer: Vec<u8>) {
        if buffer.capacity() > 0 {
            self.spare.push(buffer);
        }
    }

    pub(super) fn into_spare(self) -> Vec<Vec<u8>> {
        self.spare
    }
}

/// Buffers that no job has. Bytes are counted by capacity.
#[derive(Default)]
pub(super) struct Shelf {
    buffers: Vec<Vec<u8>>,
    bytes: u64,
}

impl Shelf {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    fn take(&mut self, capacity: usize) -> Option<Vec<u8>> {
        let place = best_fit(&self.buffers, capacity)?;
        let buffer = self.buffers.swap_remove(place);
        self.bytes -= buffer.capacity() as u64;
        Some(buffer)
    }

    /// Keeps as much as fits into `room` bytes in all. What it returns is to be freed outside of the lock.
    pub(super) fn keep(&mut self, buffers: Vec<Vec<u8>>, room: u64) -> Vec<Vec<u8>> {
        for buffer in buffers {
            self.bytes += buffer.capacity() as u64;
            self.buffers.push(buffer);
        }
        self.shrink_to(room)
    }

    /// Evicts the oldest until at most `room` bytes are kept.
    pub(super) fn shrink_to(&mut self, room: u64) -> Vec<Vec<u8>> {
        let mut evicted = 0;
        for buffer in &self.buffers {
            if self.bytes <= room {
                break;
            }
            self.bytes -= buffer.capacity() as u64;
            evicted += 1;
        }
        self.buffers.drain(..evicted).collect()
    }
}

/// The smallest buffer that is large enough and not much too large.
fn best_fit(buffers: &[Vec<u8>], capacity: usize) -> Option<usize> {
    let most = capacity.saturating_add(capacity / SLACK);
    let fits = |buffer: &Vec<u8>| (capacity..=most).contains(&buffer.capacity());
    let fitting = buffers.iter().enumerate().filter(|(_, buffer)| fits(buffer));
    fitting.min_by_key(|(_, buffer)| buffer.capacity()).map(|(place, _)| place)
}

#[cold]
fn refused(bytes: usize) -> Error {
    Error::internal(format!("a refusal of the system to give {bytes} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_clean_and_in_place() {
        let mut scratch = Scratch::default();
        let mut buffer = scratch.take(1000).expect("a buffer");
        buffer.fill(7);
        let address = buffer.as_ptr();
        scratch.give(buffer);
        let again = scratch.take(900).expect("a buffer");
        assert_eq!((again.as_ptr(), again.len()), (address, 900));
        assert!(again.iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_much_larger_buffer_stays_for_others() {
        let mut scratch = Scratch::default();
        scratch.give(Vec::with_capacity(1000));
        assert_eq!(scratch.take(10).expect("a buffer").capacity(), 10);
        assert_eq!(scratch.spare.len(), 1);
    }

    #[test]
    fn what_cannot_be_had_is_an_error() {
        let error = Scratch::default().take(isize::MAX as usize).expect_err("no machine has that much");
        assert_eq!(error.code(), "ERR_INTERNAL");
    }

    #[test]
    fn the_shelf_keeps_the_newest_that_fit() {
        let mut shelf = Shelf::default();
        let evicted = shelf.keep(vec![Vec::with_capacity(60), Vec::with_capacity(50), Vec::with_capacity(40)], 100);
        assert_eq!(evicted.iter().map(Vec::capacity).collect::<Vec<_>>(), [60]);
        assert_eq!(shelf.bytes(), 90);
        assert_eq!(shelf.shrink_to(0).len(), 2);
        assert_eq!(shelf.bytes(), 0);
    }
}
