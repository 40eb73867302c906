//! The command line.

use std::path::PathBuf;

use crate::targets::{self, Target};

const DEFAULT_SEED: u64 = 1;

pub struct Arguments {
    pub target: &'static dyn Target,
    pub work: Work,
}

pub enum Work {
    Explore { runs: u64, seed: u64 },
    Repeat { file: PathBuf },
}

impl Arguments {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let name = words.next().unwrap_or_default();
        let target = targets::find(&name)
            .ok_or_else(|| format!("Expected one of {} for the target but received \"{name}\"", targets::names()))?;
        let (mut runs, mut seed, mut file) = (None, DEFAULT_SEED, None);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--seed" => seed = number("--seed", words.next())?,
                "--repeat" => file = Some(words.next().ok_or("Expected a file for --repeat but received nothing")?),
                _ => runs = Some(number("the number of runs", Some(word))?),
            }
        }
        let work = match (file, runs) {
            (Some(file), None) => Work::Repeat { file: file.into() },
            (None, Some(runs)) => Work::Explore { runs, seed },
            _ => return Err("Expected either a number of runs or --repeat FILE".to_owned()),
        };
        Ok(Self { target, work })
    }
}

fn number(name: &str, word: Option<String>) -> Result<u64, String> {
    let word = word.unwrap_or_default();
    word.replace('_', "").parse().map_err(|_| format!("Expected a whole number for {name} but received \"{word}\""))
}
