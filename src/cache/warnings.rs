//! What is worth a line in the log, until someone takes it. Bounded, since perhaps nobody does.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const MAX_LINES: usize = 16;

pub(super) struct Warnings {
    dir: PathBuf,
    lines: Mutex<Vec<String>>,
}

impl Warnings {
    pub(super) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), lines: Mutex::default() }
    }

    pub(super) fn add(&self, expected: &str, received: &str) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < MAX_LINES {
            lines.push(format!("Expected {expected} in cacheDir {} but received {received}", self.dir.display()));
        }
    }

    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
