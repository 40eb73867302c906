//! `npm run fuzz -- TARGET RUNS [--seed N]`, and `TARGET --repeat FILE`: hostile and random inputs of up to 64 KB through
//! one part of the engine, the same for the same seed. Prints what was executed and found; exits with 1 where anything was.

mod arguments;
mod corpus;
mod finding;
mod jpeg;
mod memory;
mod mutate;
mod random;
mod run;
mod seeds;
mod targets;
mod watch;

use std::process::ExitCode;

use arguments::{Arguments, Work};

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    let result = match &arguments.work {
        Work::Explore { runs, seed } => run::explore(arguments.target, *runs, *seed),
        Work::Repeat { file } => run::repeat(arguments.target, file),
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
