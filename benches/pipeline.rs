//! Times of each step for the given files, and the peak of memory beside the planned one:
//! `cargo bench --bench pipeline -- [--width N] [--format F] [--speed S] [--quality Q] [--out FOLDER] [--runs N] FILE...`
//! Prints the fastest of the runs. Without files it says so and ends.

#![allow(clippy::expect_used)] // a program for developers ends where it cannot go on

use std::path::{Path, PathBuf};

use pixmill::codec::{Quality, Speed, probe};
use pixmill::limits::Limits;
use pixmill::pipeline::{Output, Plan, Request, Target, optimize};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::source::Source;

struct Options {
    request: Request,
    runs: usize,
    out: Option<PathBuf>,
    files: Vec<PathBuf>,
}

fn main() {
    let options = parse(std::env::args().skip(1));
    if options.files.is_empty() {
        println!("no files to measure");
    }
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes: 4 << 30, ..PoolConfig::default() });
    println!(
        "{:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9}  file",
        "read", "decode", "resize", "encode", "bytes", "planned", "resident"
    );
    for file in &options.files {
        measure(&pool, file, &options);
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Options {
    let mut options = Options { request: Request::default(), runs: 3, out: None, files: Vec::new() };
    options.request.width = Some(1080);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value behind the flag");
        match argument.as_str() {
            "--bench" => {}
            "--width" => options.request.width = value().parse().ok().filter(|width| *width > 0),
            "--format" => options.request.target = Target::from_name(&value()).expect("a format"),
            "--speed" => options.request.speed = Speed::from_name(&value()).expect("a speed"),
            "--quality" => {
                options.request.quality = Quality::new(value().parse().expect("a number")).expect("1 to 100");
            }
            "--runs" => options.runs = value().parse().expect("a number"),
            "--out" => options.out = Some(value().into()),
            file => options.files.push(file.into()),
        }
    }
    options
}

fn measure(pool: &Pool, file: &Path, options: &Options) {
    let before = resident("VmRSS:");
    drop(std::fs::write("/proc/self/clear_refs", "5"));
    let outputs = (0..options.runs).map(|_| {
        let (source, request) = (Source::Path(file.to_owned()), options.request.clone());
        pool.run(Cancel::new(), move |job| optimize(&source, false, &request, &Limits::default(), job))
    });
    let best: Result<Output, _> =
        outputs.reduce(|best, next| if total(&next) < total(&best) { next } else { best }).expect("one run");
    let peak = resident("VmHWM:").saturating_sub(before);
    let name = file.display();
    match best {
        Ok(output) => {
            let times = output.timings;
            println!(
                "{:8.1} {:8.1} {:8.1} {:8.1} {:9} {:8.1}M {:8.1}M  {name}",
                times.read,
                times.decode,
                times.resize,
                times.encode,
                output.data.len(),
                megabytes(planned(file, &options.request)),
                megabytes(peak),
            );
            save(file, &output, options.out.as_deref());
        }
        Err(error) => println!("{} {error}  {name}", error.code()),
    }
}

fn total(result: &pixmill::error::Result<Output>) -> f64 {
    result.as_ref().map_or(f64::INFINITY, |output| output.timings.total)
}

fn planned(file: &Path, request: &Request) -> u64 {
    let limits = Limits::default();
    let bytes = std::fs::read(file).unwrap_or_default();
    let plan =
        probe(&bytes, &limits).and_then(|header| Plan::new(&header, request, bytes.len() as u64, u64::MAX, &limits));
    plan.map_or(0, |plan| plan.peak_bytes)
}

fn save(file: &Path, output: &Output, folder: Option<&Path>) {
    let Some(folder) = folder else { return };
    let name = file.file_stem().unwrap_or_default();
    let path = folder.join(name).with_extension(output.format.extension());
    std::fs::write(path, &output.data).expect("a writable folder");
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// A line of this process's status, in bytes; 0 where there is no such file.
fn resident(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|found| found.strip_prefix(line));
    found
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes << 10)
}
