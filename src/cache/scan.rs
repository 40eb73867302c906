//! What the directory holds, by names and sizes, never by a look into a file. Removes what dead writers left; touches
//! nothing whose name is not ours.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::SystemTime;

use super::generation;
use super::index::Sighting;
use super::key::Key;
use super::temp::{remove_abandoned, target_of};
use super::walk::Walk;

#[derive(Default)]
pub(super) struct Scan {
    walk: Walk,
    has_begun: bool,
    sightings: Vec<Sighting>,
}

impl Scan {
    /// Looks at some more files. `false`: those were the last.
    pub(super) fn step(&mut self, root: &Path, now: SystemTime) -> bool {
        if !self.has_begun {
            self.has_begun = true;
            fs::read_dir(root).into_iter().flatten().flatten().for_each(|file| look_at_top(&file, now));
        }
        let sightings = &mut self.sightings;
        self.walk.step(root, |file| sightings.extend(look_at(file, now)))
    }

    pub(super) fn into_sightings(self) -> Vec<Sighting> {
        self.sightings
    }
}

fn look_at_top(file: &DirEntry, now: SystemTime) {
    if file.file_name().to_str().and_then(target_of) == Some(generation::FILE) {
        remove_abandoned(file, now);
    }
}

fn look_at(file: &DirEntry, now: SystemTime) -> Option<Sighting> {
    let name = file.file_name();
    let name = name.to_str()?;
    if let Ok(key) = Key::parse(name) {
        let metadata = file.metadata().ok()?;
        return Some(Sighting { key, bytes: metadata.len(), used_at: metadata.modified().unwrap_or(now) });
    }
    if target_of(name).is_some_and(|target| Key::parse(target).is_ok()) {
        remove_abandoned(file, now);
    }
    None
}
