//! What a check has found: told, made smaller where that is cheap, and kept in a file that repeats it.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use crate::random::hash;

/// Executions that making an input smaller may take.
const MAX_ATTEMPTS: usize = 2000;
/// Kinds of findings that are kept in files; more are only counted.
const MAX_KINDS: usize = 100;

#[derive(Default)]
pub struct Findings {
    /// By kind: its first text without numbers.
    counts: HashMap<String, u64>,
}

impl Findings {
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Tells and keeps the first finding of each kind.
    pub fn add(
        &mut self,
        target: &str,
        input: &[u8],
        text: &str,
        check: impl Fn(&[u8]) -> Option<String>,
    ) -> io::Result<()> {
        let kind = kind(text);
        let count = self.counts.entry(kind.clone()).or_default();
        *count += 1;
        if *count > 1 || self.counts.len() > MAX_KINDS {
            return Ok(());
        }
        let smaller = minimized(input, |input| check(input).is_some_and(|text| self::kind(&text) == kind));
        let file = folder()?.join(format!("{target}-{:016x}.bin", hash(&smaller)));
        std::fs::write(&file, &smaller)?;
        println!("finding: {text}\n  {} bytes of {}: {}", smaller.len(), input.len(), command(target, &file));
        Ok(())
    }
}

/// `fuzz/findings`, made where it is missing.
pub fn folder() -> io::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("findings");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

pub fn command(target: &str, file: &std::path::Path) -> String {
    format!("npm run fuzz -- {target} --repeat {}", file.display())
}

/// Texts that differ in their numbers only are of one kind.
pub fn kind(text: &str) -> String {
    let mut kind = String::new();
    for letter in text.chars().take(400) {
        let letter = if letter.is_ascii_digit() { '#' } else { letter };
        if letter != '#' || !kind.ends_with('#') {
            kind.push(letter);
        }
    }
    kind
}

/// Drops parts, larger ones first, as long as `is_same` holds.
fn minimized(input: &[u8], is_same: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut smallest = input.to_vec();
    let (mut part, mut attempts) = (smallest.len() / 2, 0);
    while part > 0 && attempts < MAX_ATTEMPTS {
        let mut at = 0;
        while at < smallest.len() && attempts < MAX_ATTEMPTS {
            let end = (at + part).min(smallest.len());
            let candidate = [&smallest[..at], &smallest[end..]].concat();
            attempts += 1;
            if is_same(&candidate) { smallest = candidate } else { at = end }
        }
        part /= 2;
    }
    smallest
}
