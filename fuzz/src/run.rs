//! The loop: an input, a check, what came of it. Knows no target's inside.

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use crate::corpus::Corpus;
use crate::finding::{self, Findings};
use crate::random::Random;
use crate::targets::{Target, Verdict};
use crate::watch;

/// A line of progress after so many.
const PROGRESS: u64 = 1_000_000;

thread_local! {
    /// Where the last panic of this thread was.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Executes the seeds and then what becomes of them, `runs` in all. Gives back the number of findings.
pub fn explore(target: &dyn Target, runs: u64, seed: u64) -> io::Result<u64> {
    prepare(target)?;
    let seeds = target.seeds();
    println!("{}: {runs} executions from seed {seed} and {} inputs", target.name(), seeds.len());
    let (mut random, mut corpus, mut findings) = (Random::new(seed), Corpus::new(seeds), Findings::default());
    let (mut accepted, start, given) = (0_u64, Instant::now(), corpus.len() as u64);
    for execution in 0..runs {
        if execution > 0 && execution.is_multiple_of(PROGRESS) {
            println!("{execution} so far, {} findings", findings.total());
        }
        let input = if execution < given {
            corpus.input(execution as usize).to_vec()
        } else {
            let (input, other) = (corpus.pick(&mut random), corpus.pick(&mut random));
            target.mutate(&mut random, input, other)
        };
        match execute(target, &input) {
            Ok(verdict) => {
                accepted += u64::from(verdict.is_accepted);
                corpus.learn(verdict.outcome, &input, &mut random);
            }
            Err(text) => findings.add(target.name(), &input, &text, |input| execute(target, input).err())?,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let share = accepted as f64 * 100.0 / runs.max(1) as f64;
    println!("{runs} executions in {seconds:.0} s, {:.0}/s", runs as f64 / seconds.max(1e-3));
    println!("{share:.1}% accepted, {} different outcomes, {} inputs kept", corpus.outcomes(), corpus.len());
    println!("{} findings", findings.total());
    Ok(findings.total())
}

/// Executes one file.
pub fn repeat(target: &dyn Target, file: &Path) -> io::Result<u64> {
    let input = std::fs::read(file)?;
    prepare(target)?;
    match execute(target, &input) {
        Ok(verdict) => {
            println!("no finding: the input is {}", if verdict.is_accepted { "accepted" } else { "refused" });
            Ok(0)
        }
        Err(text) => {
            println!("finding: {text}");
            Ok(1)
        }
    }
}

fn prepare(target: &dyn Target) -> io::Result<()> {
    let file = finding::folder()?.join(format!("{}-ended.bin", target.name()));
    let command = finding::command(target.name(), &file);
    watch::start(file, command);
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !watch::is_executing() {
            return told(panic);
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        PLACE.with_borrow_mut(|last| *last = format!("{place}{}", caller()));
    }));
    Ok(())
}

/// The function of ours that was running: where a panic happens is often a library.
fn caller() -> String {
    let trace = Backtrace::force_capture().to_string();
    let mut names = trace.lines().filter_map(|line| line.split_once(": ")).map(|(_, name)| name);
    names.find(|name| name.contains("pixmill::")).map(|name| format!(" in {name}")).unwrap_or_default()
}

/// What a check says of an input; a panic is a finding.
fn execute(target: &dyn Target, input: &[u8]) -> Result<Verdict, String> {
    let checked = catch_unwind(AssertUnwindSafe(|| watch::over(input, |input| target.check(input))));
    checked.unwrap_or_else(|payload| {
        let place = PLACE.with_borrow(String::clone);
        Err(format!("a panic at {place}: {}", text_of(payload.as_ref())))
    })
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
