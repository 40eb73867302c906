//! Processes that are killed while they write: whatever was on its way, the next start finds whole entries, no
//! temporary file, and every rule that was acknowledged. The processes are this program, run again.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod cache_kit;

use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use cache_kit::{Dir, HUNG, LONG_AGO, disk_only, get, key, purge, put_tagged, scan};
use pixmill::cache::{Cache, Entry, NewEntry, Tags, now_ms};

const DIR: &str = "PIXMILL_TEST_CRASH_IN";
const ROLE: &str = "PIXMILL_TEST_CRASH_AS";
const FIRST: &str = "PIXMILL_TEST_CRASH_FROM";

/// Two crews with a directory each, so that both processors have something to do.
const CREWS: u32 = 2;
const KILLS_A_CREW: u32 = 500;
const PURGERS: u32 = 80;
const STARTS: u32 = 150;

const MAX_BYTES: u64 = 1 << 30;
const KEYS: u32 = 24;
const SIZES: [usize; 4] = [1, 700, 13_000, 200_000];
const ROOM_MS: u64 = 5;

/// Not a test of its own: the processes that the others start.
#[test]
#[ignore = "run by other tests"]
fn child() {
    let (Some(dir), Some(role)) = (std::env::var_os(DIR), std::env::var_os(ROLE)) else { return };
    let first = std::env::var(FIRST).ok().and_then(|first| first.parse().ok()).unwrap_or(0);
    if role == "write" { write_for_ever(&dir, first) } else { purge_for_ever(&dir, first) }
}

fn write_for_ever(dir: &OsStr, first: u32) {
    let cache = disk_only(dir.as_ref(), MAX_BYTES);
    thread::scope(|scope| {
        for writer in 0..3 {
            let cache = &cache;
            scope.spawn(move || {
                put_numbered(cache, first.wrapping_add(writer));
                say("wrote");
                for round in (1..).take_while(|_| !has_been_asked_to_end(dir)) {
                    put_numbered(cache, first.wrapping_add(round * 3 + writer));
                }
            });
        }
    });
    say(&format!("skipped {}", cache.stats().skipped_writes));
}

fn purge_for_ever(dir: &OsStr, first: u32) {
    let cache = disk_only(dir.as_ref(), MAX_BYTES);
    for number in first.. {
        purge(&cache, &format!("rule-{number}"));
        say(&number.to_string());
    }
}

/// In one piece, whoever else speaks, and lost if nobody listens any more.
fn say(line: &str) {
    drop(std::io::stdout().write_all(format!("\n@{line}\n").as_bytes()));
}

fn has_been_asked_to_end(dir: &OsStr) -> bool {
    Path::new(dir).join("end").exists()
}

/// The entry's meta says what its body has to be.
fn put_numbered(cache: &Cache, number: u32) {
    let size = SIZES[number as usize % SIZES.len()] + number as usize % 5;
    let (meta, body) = (format!("{number} {size}"), pattern(number, size));
    let tags = Tags::new(&[format!("src:/{number}")]).expect("valid tags");
    let new = NewEntry { tags: &tags, content_type: "a/b", etag: &meta, meta: &meta, ttl_seconds: 60, body: &body };
    let (sender, done) = channel();
    cache.put(key(number % KEYS), &new, now_ms(), move || sender.send(()).expect("the writer listens"));
    done.recv_timeout(HUNG).expect("an answer");
}

fn pattern(number: u32, size: usize) -> Vec<u8> {
    let step = (number % 251) as usize + 1;
    (0..size).map(|place| (place.wrapping_mul(step) >> 3).to_le_bytes()[0]).collect()
}

fn is_whole(entry: &Entry) -> bool {
    let numbers: Vec<_> = entry.meta().split(' ').filter_map(|number| number.parse::<u32>().ok()).collect();
    let [number, size] = numbers[..] else { return false };
    entry.etag() == entry.meta()
        && entry.tags().text() == format!("src:/{number}")
        && entry.body() == pattern(number, size as usize)
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(dir: &Dir, role: &str, first: u32) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(DIR, &dir.0).env(ROLE, role).env(FIRST, first.to_string());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a process");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        Self { child, lines }
    }

    /// What it says next; `None`: it has ended.
    fn heard(&mut self) -> Option<String> {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        lines.find_map(|line| line.strip_prefix('@').map(str::to_owned))
    }

    /// SIGKILL, and all that it had said by then.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
        std::iter::from_fn(|| self.heard()).collect()
    }
}

/// From the middle of its start to the middle of its work.
fn wait_at_random() {
    let random = RandomState::new().hash_one(now_ms());
    thread::sleep(Duration::from_micros(random % (ROOM_MS * 1000)));
}

/// Returns how many entries were found.
fn check_start(dir: &Dir) -> u32 {
    let cache = disk_only(&dir.0, MAX_BYTES);
    scan(&cache);
    let temps = dir.temps();
    assert!(temps.is_empty(), "{temps:?}");
    let mut found = 0;
    for number in 0..KEYS {
        if let Some(hit) = get(&cache, key(number)) {
            assert!(is_whole(&hit.entry), "torn: {}", hit.entry.meta());
            found += 1;
        }
    }
    let stats = cache.stats();
    assert_eq!((stats.damaged, stats.misses), (0, u64::from(KEYS - found)), "a rename is whole or has not been");
    found
}

#[test]
fn after_a_thousand_kills_no_entry_is_torn_and_no_temporary_file_outlives_a_start() {
    thread::scope(|scope| {
        for crew in 0..CREWS {
            scope.spawn(move || {
                let dir = Dir::new(&format!("kills-{crew}"));
                let (mut strays, mut found) = (0, 0);
                for kill in 0..KILLS_A_CREW {
                    let mut writer = Process::start(&dir, "write", kill * 7919);
                    if kill % 8 != 0 {
                        writer.heard();
                    }
                    wait_at_random();
                    writer.kill();
                    strays += dir.temps().len();
                    found = check_start(&dir);
                }
                println!("{strays} strays, {found} entries at last");
                assert!(strays > 10, "only {strays} kills hit a write: this tests nothing");
                assert!(found > 0);
            });
        }
    });
}

#[test]
fn a_rule_that_was_acknowledged_outlives_its_process() {
    const A_CREW: u32 = 3;
    let dir = Dir::new("purgers");
    let mut known: Vec<String> = Vec::new();
    for kill in 0..PURGERS {
        let first = |number: u32| (kill * A_CREW + number) * 100_000;
        let mut crew: Vec<_> = (0..A_CREW).map(|number| Process::start(&dir, "purge", first(number))).collect();
        // The lock of whoever was killed with it is free: all of them are heard.
        known.extend(crew.iter_mut().filter_map(Process::heard));
        wait_at_random();
        known.extend(crew.into_iter().flat_map(Process::kill));
    }
    let enough = (PURGERS * A_CREW) as usize..4000;
    assert!(enough.contains(&known.len()), "{} rules", known.len());
    let cache = disk_only(&dir.0, MAX_BYTES);
    scan(&cache);
    assert!(dir.temps().is_empty());
    for (number, rule) in (0..).zip(&known) {
        put_tagged(&cache, key(number), b"late", &[&format!("rule-{rule}")], LONG_AGO);
        assert!(get(&cache, key(number)).is_none(), "rule {rule} is lost");
    }
    put_tagged(&cache, key(0), b"late", &["of no rule"], LONG_AGO);
    assert!(get(&cache, key(0)).is_some(), "and nothing counts as damaged");
}

#[test]
fn starts_take_no_temporary_file_from_a_living_writer() {
    let dir = Dir::new("living");
    let mut writer = Process::start(&dir, "write", 0);
    assert_eq!(writer.heard().as_deref(), Some("wrote"));
    for _ in 0..STARTS {
        scan(&disk_only(&dir.0, MAX_BYTES));
    }
    std::fs::write(dir.0.join("end"), "").expect("written");
    let last = std::iter::from_fn(|| writer.heard()).last();
    assert_eq!(last.as_deref(), Some("skipped 0"), "a write failed");
    assert!(writer.child.wait().expect("ended").success());
    assert!(dir.temps().is_empty());
}
