//! No codec brings threads of its own: all work is done on the pool's.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // a test fails by panicking

mod pictures;

use std::time::{Duration, Instant};

use pictures::{every_format, pool, variant};
use pixmill::format::Format;
use pixmill::pipeline::{Request, Target};

/// The names of this process's threads; one that nobody named is called as its parent is.
fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("the threads of this process");
    let name = |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.ok()?.path().join("comm")).ok();
    tasks.filter_map(name).map(|name| name.trim().to_owned()).collect()
}

/// The same once all threads of the pool have their names, which they give themselves a moment after they have begun.
fn named_threads(before: usize) -> (Vec<String>, usize) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let names = threads();
        let ours = names.iter().filter(|name| name.starts_with("pixmill-")).count();
        if names.len() <= before + ours || Instant::now() > deadline {
            return (names, ours);
        }
        std::thread::yield_now();
    }
}

/// One test in this file, so that the harness has the same threads before and after.
#[test]
fn only_the_pool_has_threads() {
    let before = threads().len();
    let pool = pool();
    for (name, bytes) in every_format() {
        for format in Format::ALL {
            let request = Request { target: Target::Format(format), ..Request::default() };
            variant(&pool, &bytes, &request).unwrap_or_else(|error| panic!("{name}: {error}"));
            let (names, ours) = named_threads(before);
            assert!(names.len() <= before + ours, "{name} to {}: {names:?}", format.name());
            assert!(ours <= 2, "one worker and perhaps a timer: {names:?}");
        }
    }
}
