//! The rules of the cache, on real directories: damage is a miss, a failing disk is no failure, bounds hold.

#![allow(clippy::expect_used)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use pixmill::cache::{Cache, CacheConfig, Found, Key, KeyField, NewEntry, Tier, now_ms};

/// Far above what any of this takes: says "it hangs", never "it is slow".
const HUNG: Duration = Duration::from_mins(2);

/// A directory of this test's own, removed at the end.
struct Dir(PathBuf);

impl Dir {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pixmill-cache-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    fn path_of(&self, key: &Key) -> PathBuf {
        let name = key.to_string();
        self.0.join("v1").join(&name[..2]).join(name)
    }

    fn files(&self) -> Vec<PathBuf> {
        let shards = fs::read_dir(self.0.join("v1")).into_iter().flatten();
        let files = shards.flat_map(|shard| fs::read_dir(shard.expect("a shard").path()).expect("a shard"));
        files.map(|file| file.expect("a file").path()).collect()
    }

    fn bytes(&self) -> u64 {
        self.files().iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn cache(dir: &Path, max_disk_bytes: u64) -> Cache {
    Cache::new(CacheConfig { dir: Some(dir.to_owned()), max_disk_bytes, max_memory_bytes: 1 << 20 })
}

/// Without a memory tier, so that every answer is the disk's.
fn disk_only(dir: &Path, max_disk_bytes: u64) -> Cache {
    Cache::new(CacheConfig { dir: Some(dir.to_owned()), max_disk_bytes, max_memory_bytes: 0 })
}

fn key(number: u32) -> Key {
    Key::of(&[KeyField::Text("/picture.jpg"), KeyField::Number(f64::from(number))])
}

fn put_at(cache: &Cache, key: Key, body: &[u8], stored_at_ms: u64) {
    let new = NewEntry { content_type: "image/webp", etag: "\"e\"", meta: "{}", ttl_seconds: 60, body };
    let (sender, done) = channel();
    cache.put(key, &new, stored_at_ms, move || sender.send(()).expect("the test listens"));
    done.recv_timeout(HUNG).expect("an answer");
}

fn put(cache: &Cache, key: Key, body: &[u8]) {
    put_at(cache, key, body, now_ms());
}

fn get(cache: &Cache, key: Key) -> Option<Found> {
    let (sender, found) = channel();
    cache.get(key, move |entry| sender.send(entry).expect("the test listens"));
    found.recv_timeout(HUNG).expect("an answer")
}

fn body(cache: &Cache, key: Key) -> Option<(Vec<u8>, Tier)> {
    get(cache, key).map(|found| (found.entry.body().to_vec(), found.tier))
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HUNG, "{what}");
        thread::yield_now();
    }
}

/// Asks for something absent, which starts the scan, and waits for its end.
fn scan(cache: &Cache) {
    get(cache, key(u32::MAX));
    wait_for("the scan ends", || cache.stats().scans > 0);
}

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
    assert_eq!((stats.disk_entries, stats.disk_hits, stats.memory_hits, stats.misses), (1, 1, 2, 1));
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
fn a_scan_removes_old_temporary_files_and_nothing_else() {
    let dir = Dir::new("temporary");
    let shard = dir.path_of(&key(1)).parent().expect("a shard").to_owned();
    fs::create_dir_all(&shard).expect("a shard");
    let old = shard.join(format!("{}.0123456789abcdef.tmp", key(1)));
    let young = shard.join(format!("{}.0123456789abcde0.tmp", key(1)));
    let foreign = shard.join("notes.tmp");
    for path in [&old, &young, &foreign] {
        let file = File::create(path).expect("created");
        if path != &young {
            file.set_modified(SystemTime::now() - Duration::from_hours(2)).expect("set");
        }
    }
    let cache = disk_only(&dir.0, 1 << 20);
    scan(&cache);
    assert_eq!((old.exists(), young.exists(), foreign.exists()), (false, true, true));
    assert_eq!(cache.stats().disk_entries, 0);
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
    let cache = Cache::new(CacheConfig { dir: None, max_disk_bytes: 1 << 20, max_memory_bytes: 1 << 20 });
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
        let new = NewEntry { content_type: "", etag: "", meta: "", ttl_seconds: 60, body: &[7; 1000] };
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
