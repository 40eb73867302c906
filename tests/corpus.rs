//! The pictures and the hostile files of a corpus, in one process: no failure, no panic, no hang.
//! Runs where `PIXMILL_CORPUS` names a folder with a `MANIFEST.tsv`; elsewhere it has nothing to do.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pixmill::codec;
use pixmill::error::Error;
use pixmill::format::{Format, SourceFormat, sniff};
use pixmill::limits::Limits;
use pixmill::pipeline::{Output, Request, Target, inspect, optimize, serve_room};
use pixmill::pool::{Cancel, Pool, PoolConfig};
use pixmill::room::{self, Program};
use pixmill::source::Source;

/// A picture, or a variety that is not decoded: both are right.
const MAY_BE_UNSUPPORTED: [&str; 2] = ["graphics/tiff/jello.tif", "graphics/ico/png_rgb8.ico"];
const DEADLINE: Duration = Duration::from_secs(10);

struct Entry {
    path: String,
    expected: String,
}

fn corpus() -> Option<(PathBuf, Vec<Entry>)> {
    let root = PathBuf::from(std::env::var_os("PIXMILL_CORPUS")?);
    let manifest = std::fs::read_to_string(root.join("MANIFEST.tsv")).expect("a manifest in the corpus");
    let entries = manifest.lines().skip(1).filter_map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        Some(Entry { path: (*columns.first()?).to_owned(), expected: (*columns.get(6)?).to_owned() })
    });
    Some((root, entries.collect()))
}

fn is_decoded(format: SourceFormat) -> bool {
    codec::is_decoded(format) && (cfg!(target_os = "linux") || !codec::needs_room(format))
}

#[test]
#[ignore = "the program of the locked room, started by the tests"]
fn child() {
    serve_room().expect("a process that can be locked in");
}

fn furnish_room() {
    let file = std::env::current_exe().expect("a program").into();
    let arguments = ["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"];
    room::furnish(Program { file, arguments: arguments.map(Into::into).to_vec() });
}

fn run(pool: &Pool, path: &Path, request: &Request) -> (Result<Output, Error>, Duration) {
    let (source, request) = (Source::Path(path.to_owned()), request.clone());
    let start = Instant::now();
    let result = pool.run(Cancel::new(), move |job| optimize(&source, false, &request, &Limits::default(), job));
    (result, start.elapsed())
}

/// What is wrong with an outcome, by the manifest's word for it.
fn judge(entry: &Entry, format: Option<SourceFormat>, result: &Result<Output, Error>) -> Option<String> {
    let decoded = format.is_some_and(is_decoded);
    let told = match result {
        Ok(output) => format!("{}x{} {}", output.width, output.height, output.format.name()),
        Err(error) => format!("{} {error}", error.code()),
    };
    let is_right = match (entry.expected.as_str(), result) {
        (_, Err(Error::Internal(_) | Error::Busy { .. } | Error::Cancelled)) => false,
        (_, Err(Error::Unsupported(_))) if !decoded || MAY_BE_UNSUPPORTED.contains(&entry.path.as_str()) => true,
        (_, Ok(_)) if !decoded => false,
        ("decodes" | "first-frame" | "decodes-or-415", result) => result.is_ok(),
        ("error-limit", result) => matches!(result, Err(Error::Limit { .. })),
        (expected, result) if expected.starts_with("decodes-if-limit>=") => {
            let needed: u64 = expected.trim_start_matches("decodes-if-limit>=").parse().expect("a number of pixels");
            if needed <= Limits::default().max_pixels { result.is_ok() } else { result.is_err() }
        }
        ("either", _) => true,
        (_, result) => result.is_err(),
    };
    (!is_right).then(|| format!("{}: expected {}, received {told}", entry.path, entry.expected))
}

fn requests() -> [Request; 2] {
    let resized = Request { width: Some(640), target: Target::Format(Format::Webp), ..Request::default() };
    [resized, Request::default()]
}

#[test]
fn every_file_does_what_the_manifest_says() {
    let Some((root, entries)) = corpus() else { return };
    furnish_room();
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes: 1 << 30, ..PoolConfig::default() });
    let mut wrong = Vec::new();
    let mut slowest = (Duration::ZERO, String::new());
    for entry in &entries {
        let path = root.join(&entry.path);
        let format = sniff(&std::fs::read(&path).expect("a file of the manifest"));
        // Sequences and generic pictures with AV1 in them, which Next.js does not take for pictures.
        let format = format.or_else(|| inspect(&Source::Path(path.clone()), &Limits::default()).ok().map(|h| h.format));
        let [resized, full] = requests();
        let (result, time) = run(&pool, &path, &resized);
        slowest = slowest.max((time, entry.path.clone()));
        if time > DEADLINE {
            wrong.push(format!("{}: took {time:?}", entry.path));
        }
        wrong.extend(judge(entry, format, &result));
        let is_small = std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() < 300_000);
        if is_small && result.is_ok() && !entry.path.contains("/bomb/") {
            let (result, _) = run(&pool, &path, &full);
            wrong.extend(judge(entry, format, &result));
        }
    }
    println!("{} files, slowest {:?} {}", entries.len(), slowest.0, slowest.1);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// From memory, the same file gives the same picture as from disk.
#[test]
fn a_buffer_and_a_path_are_the_same_source() {
    let Some((root, entries)) = corpus() else { return };
    let pool = Pool::new(PoolConfig { threads: 1, ..PoolConfig::default() });
    let [resized, _] = requests();
    for entry in entries.iter().filter(|entry| entry.path.starts_with("graphics/webp/")) {
        let path = root.join(&entry.path);
        let (from_path, _) = run(&pool, &path, &resized);
        let bytes = Source::Bytes(Arc::new(std::fs::read(&path).expect("a file of the manifest")));
        let request = resized.clone();
        let from_bytes = pool.run(Cancel::new(), move |job| optimize(&bytes, false, &request, &Limits::default(), job));
        assert_eq!(from_path.map(|output| output.data), from_bytes.map(|output| output.data), "{}", entry.path);
    }
}

/// A budget too small for most photographs whole: a picture by a cheaper plan, or a refusal that names memory.
#[test]
fn a_small_budget_gives_a_picture_or_says_memory() {
    let Some((root, entries)) = corpus() else { return };
    let pool = Pool::new(PoolConfig { threads: 1, budget_bytes: 24 << 20, ..PoolConfig::default() });
    let [resized, _] = requests();
    let mut refused = Vec::new();
    for entry in entries.iter().filter(|entry| entry.path.starts_with("photos/")) {
        match run(&pool, &root.join(&entry.path), &resized).0 {
            Ok(output) => assert!(output.width <= 640, "{}", entry.path),
            Err(Error::Limit { what: "memory", .. }) => refused.push(entry.path.as_str()),
            Err(error) => panic!("{}: {error}", entry.path),
        }
    }
    println!("refused: {refused:?}");
    assert!(pool.stats().peak_lent_bytes <= 24 << 20);
    assert!(refused.len() < entries.iter().filter(|entry| entry.path.starts_with("photos/")).count() / 3);
}
