//! The rules of the cache, on real directories: damage is a miss, a failing disk is no failure, bounds hold.

#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod cache_kit;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime};

use cache_kit::{Dir, HUNG, body, cache, disk_only, get, key, memory_only, purge, put, put_at, scan};
use pixmill::cache::{Found, NewEntry, Tags, Tier, now_ms};

#[test]
fn an_entry_is_in_memory_at_once_and_on_disk_after_a_restart() {
    let dir = Dir::new("restart");
    let first = cache(&dir.0, 1 << 20);
    put(&first, key(1), b"pixels");
    assert_eq!(first.get_memory(&key(1)).map(|entry| entry.body().to_vec()), Some(b"pixels".to_vec()));
    drop(first);
    let second = cache(&dir.0, 1 << 20);
    assert_eq!(second.get_memory(&key(1)), None);
    assert_eq!(body(&second, key(1)), Some((b"pixels".to_vec(), Tier::Disk)), "found before any scan");
    assert_eq!(body(&second, key(1)), Some((b"pixels".to_vec(), Tier::Memory)));
    let found = get(&second, key(1)).expect("found").entry;
    assert_eq!(
        (found.content_type(), found.etag(), found.meta(), found.ttl_seconds()),
        ("image/webp", "\"e\"", "{}", 60)
    );
    scan(&second);
    let stats = second.stats();
    assert_eq!((stats.disk_entries, stats.disk_hits, stats.memory_hits, stats.misses), (1, 1, 2, 0));
}

#[test]
fn a_damaged_file_is_a_miss_and_is_removed() {
    let dir = Dir::new("damage");
    let cache = disk_only(&dir.0, 1 << 20);
    put(&cache, key(1), &[9; 300]);
    let path = dir.path_of(&key(1));
    let file = fs::read(&path).expect("written");
    let cuts = (0..file.len()).map(|len| file[..len].to_vec());
    let flips = (0..file.len()).map(|place| {
        let mut flipped = file.clone();
        flipped[place] ^= 1 << (place % 8);
        flipped
    });
    for (number, damaged) in cuts.chain(flips).enumerate() {
        fs::write(&path, damaged).expect("written");
        assert!(get(&cache, key(1)).is_none(), "damage {number}");
        assert!(!path.exists(), "damage {number}");
    }
    assert_eq!(cache.stats().damaged, 2 * file.len() as u64);
    fs::write(&path, &file).expect("written");
    assert!(get(&cache, key(1)).is_some(), "undamaged it is an answer");
    fs::rename(&path, dir.path_of(&key(1)).with_file_name(key(2).to_string())).expect("renamed");
    fs::create_dir_all(dir.path_of(&key(2)).parent().expect("a shard")).expect("a shard");
    fs::write(dir.path_of(&key(2)), &file).expect("written");
    assert!(get(&cache, key(2)).is_none(), "the entry of another key");
}

#[test]
fn two_processes_write_into_one_directory() {
    const KEYS: u32 = 8;
    let dir = Dir::new("two");
    let content = |number: u32, round: u8| vec![round; 100 + number as usize * 1000];
    thread::scope(|scope| {
        for writer in 0..2_u8 {
            let dir = &dir.0;
            scope.spawn(move || {
                let cache = disk_only(dir, 1 << 20);
                for round in 0..40_u8 {
                    for number in 0..KEYS {
                        put(&cache, key(number), &content(number, round * 2 + writer));
                        let read = body(&cache, key((number + 3) % KEYS)).map(|(body, _)| body).unwrap_or_default();
                        assert!(read.iter().all(|byte| Some(byte) == read.first()), "a mixture of two writes");
                    }
                }
                assert_eq!((cache.stats().damaged, cache.stats().degraded), (0, false));
            });
        }
    });
    assert_eq!(dir.files().len(), KEYS as usize, "no temporary file is left");
    let reader = disk_only(&dir.0, 1 << 20);
    for number in 0..KEYS {
        assert_eq!(body(&reader, key(number)).map(|(body, _)| body.len()), Some(content(number, 0).len()));
    }
}

#[test]
fn the_disk_stays_within_its_bound() {
    const MAX: u64 = 20_000;
    let dir = Dir::new("bound");
    let cache = disk_only(&dir.0, MAX);
    for number in 0..100 {
        put(&cache, key(number), &[7; 1000]);
        assert!(dir.bytes() <= MAX);
        assert!(get(&cache, key(0)).is_some(), "used all the time, so it stays");
    }
    assert!(get(&cache, key(1)).is_none(), "the least recently used has gone");
    let (before, stats) = (dir.files().len(), cache.stats());
    assert_eq!((stats.disk_bytes, stats.disk_entries), (dir.bytes(), before as u64));
    assert_eq!(stats.evictions, 100 - before as u64);
    put(&cache, key(200), &vec![7; 30_000]);
    assert_eq!((dir.files().len(), cache.stats().degraded), (before, false), "one that is too large is not written");
}

#[test]
fn a_restart_with_a_smaller_bound_removes_the_oldest() {
    let dir = Dir::new("smaller");
    let first = disk_only(&dir.0, 1 << 20);
    for number in 0..10 {
        put(&first, key(number), &[7; 1000]);
        let age = Duration::from_secs(1000 - u64::from(number));
        let file = File::options().write(true).open(dir.path_of(&key(number))).expect("written");
        file.set_modified(SystemTime::now() - age).expect("set");
    }
    drop(first);
    let second = disk_only(&dir.0, 3 * dir.bytes() / 10);
    scan(&second);
    let left: Vec<_> = (0..10).filter(|number| dir.path_of(&key(*number)).exists()).collect();
    assert_eq!(left, [7, 8, 9]);
}

#[test]
fn a_start_removes_the_temporary_files_of_dead_writers_however_young_and_nothing_else() {
    let dir = Dir::new("temporary");
    let shard = dir.path_of(&key(1)).parent().expect("a shard").to_owned();
    fs::create_dir_all(&shard).expect("a shard");
    let dead = shard.join(format!("{}.0123456789abcdef.tmp", key(1)));
    let dead_generation = dir.0.join("v2/generation.0123456789abcdef.tmp");
    let alive = shard.join(format!("{}.0123456789abcde0.tmp", key(1)));
    let foreign = shard.join("notes.tmp");
    let paths = [&dead, &dead_generation, &alive, &foreign];
    let files = paths.map(|path| File::create(path).expect("created"));
    files[2].lock().expect("locked");
    let cache = disk_only(&dir.0, 1 << 20);
    scan(&cache);
    assert_eq!(paths.map(|path| path.exists()), [false, false, true, true]);
    assert_eq!(cache.stats().disk_entries, 0);
}

#[test]
fn a_start_creates_nothing() {
    let dir = Dir::new("nothing");
    let cache = disk_only(&dir.0.join("cache"), 1 << 20);
    scan(&cache);
    assert!(get(&cache, key(1)).is_none());
    assert_eq!(fs::read_dir(&dir.0).expect("a directory").count(), 0);
}

#[test]
fn a_directory_that_cannot_be_written_degrades_to_memory_with_one_warning() {
    let dir = Dir::new("readonly");
    let file = dir.0.join("file");
    fs::write(&file, b"no directory").expect("written");
    let cache = cache(&file.join("cache"), 1 << 20);
    for number in 0..20 {
        put(&cache, key(number), b"pixels");
    }
    assert_eq!(body(&cache, key(7)), Some((b"pixels".to_vec(), Tier::Memory)));
    assert!(get(&cache, key(99)).is_none());
    let warnings = cache.take_warnings();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(&file.join("cache").display().to_string()), "{warnings:?}");
    assert!(cache.take_warnings().is_empty());
    let stats = cache.stats();
    assert_eq!((stats.degraded, stats.writes, stats.skipped_writes), (true, 0, 20));
}

/// A file system of 256 KiB, where this process may mount one.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(dir: &'a Path) -> Option<Self> {
        let run = Command::new("mount").args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(dir).output();
        if run.is_ok_and(|run| run.status.success()) {
            return Some(Self(dir));
        }
        println!("skipped: this process may not mount a tmpfs");
        None
    }

    fn make_read_only(&self) {
        let run = Command::new("mount").args(["-o", "remount,ro"]).arg(self.0).status().expect("mount");
        assert!(run.success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.0).status());
    }
}

#[test]
fn a_full_and_a_read_only_disk_are_one_warning_each_and_memory_serves_on() {
    let dir = Dir::new("small");
    let Some(disk) = SmallDisk::mount(&dir.0) else { return };
    for (trouble, is_full) in [("full", true), ("read-only", false)] {
        let (cache, server) = (cache(&dir.0, 1 << 30), cache(&dir.0, 1 << 30));
        put(&server, key(0), b"before");
        if is_full {
            put(&cache, key(1), &vec![7; 150_000]);
            fs::write(dir.0.join("fill"), vec![7; 200_000]).expect_err("it does not fit");
        } else {
            disk.make_read_only();
        }
        for number in 2..12 {
            put(&cache, key(number), &vec![7; 20_000]);
        }
        let answers = (2..12).filter(|number| cache.get_memory(&key(*number)).is_some()).count();
        let warnings = cache.take_warnings();
        assert_eq!((answers, warnings.len(), cache.stats().degraded), (10, 1, true), "{trouble}: {warnings:?}");
        assert!(dir.temps().is_empty(), "{trouble}");
        assert!(get(&cache, key(0)).is_some(), "{trouble}: what is on the disk is still read");
        assert!(purge(&cache, "src:/of/none") == 0 && cache.take_warnings().len() == 1, "{trouble}");
    }
}

#[test]
fn a_directory_that_vanishes_comes_back_with_the_next_write() {
    let dir = Dir::new("vanished");
    let cache = disk_only(&dir.0, 1 << 20);
    put(&cache, key(1), b"pixels");
    fs::remove_dir_all(&dir.0).expect("removed");
    assert!(get(&cache, key(1)).is_none());
    put(&cache, key(2), b"pixels");
    assert!(get(&cache, key(2)).is_some());
    assert_eq!((cache.stats().degraded, cache.take_warnings().len()), (false, 0));
}

#[test]
fn a_deleted_entry_is_in_neither_tier() {
    let dir = Dir::new("deleted");
    let cache = cache(&dir.0, 1 << 20);
    put(&cache, key(1), b"pixels");
    let (sender, done) = channel();
    cache.delete(key(1), move || sender.send(()).expect("the test listens"));
    done.recv_timeout(HUNG).expect("an answer");
    assert!(get(&cache, key(1)).is_none() && cache.get_memory(&key(1)).is_none());
    assert!(dir.files().is_empty());
}

#[test]
fn a_stale_entry_is_kept_and_gives_way_to_one_that_another_process_refreshed() {
    let dir = Dir::new("stale");
    let (ours, theirs) = (cache(&dir.0, 1 << 20), cache(&dir.0, 1 << 20));
    let long_ago = now_ms() - 1_000_000;
    put_at(&ours, key(1), b"old", long_ago);
    assert_eq!(body(&ours, key(1)), Some((b"old".to_vec(), Tier::Memory)), "stale, and still an answer");
    put(&theirs, key(1), b"new");
    assert_eq!(body(&ours, key(1)), Some((b"new".to_vec(), Tier::Disk)));
    assert_eq!(ours.get_memory(&key(1)).map(|entry| entry.is_fresh(now_ms())), Some(true));
}

#[test]
fn without_a_directory_memory_is_all_there_is() {
    let cache = memory_only();
    put(&cache, key(1), b"pixels");
    assert_eq!(body(&cache, key(1)), Some((b"pixels".to_vec(), Tier::Memory)));
    assert!(get(&cache, key(2)).is_none());
    assert!(!cache.stats().degraded);
}

#[test]
fn a_closed_cache_has_written_everything_and_answers_from_memory() {
    let dir = Dir::new("closed");
    let closed = cache(&dir.0, 1 << 20);
    for number in 0..50 {
        let new = NewEntry {
            tags: &Tags::default(),
            content_type: "",
            etag: "",
            meta: "",
            ttl_seconds: 60,
            body: &[7; 1000],
        };
        closed.put(key(number), &new, now_ms(), || {});
    }
    closed.close();
    closed.join();
    assert_eq!(dir.files().len(), 50);
    assert_eq!(body(&closed, key(1)).map(|(_, tier)| tier), Some(Tier::Memory));
    put(&closed, key(60), b"pixels");
    assert!(get(&closed, key(61)).is_none());
    assert_eq!(dir.files().len(), 50);
}

#[test]
fn a_panic_in_a_callback_leaves_the_cache_alive() {
    let dir = Dir::new("panic");
    let cache = disk_only(&dir.0, 1 << 20);
    for number in 0..4 {
        cache.get(key(number), |found: Option<Found>| assert!(found.is_some(), "planted"));
    }
    put(&cache, key(1), b"pixels");
    assert!(get(&cache, key(1)).is_some());
}
