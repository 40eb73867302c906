//! What the tests of the cache share: a directory of their own, and calls that wait for their answer.

#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]
#![allow(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use pixmill::cache::{Action, By, Cache, CacheConfig, Found, Key, KeyField, NewEntry, Rule, Tags, Tier, now_ms};

/// Far above what any of this takes: says "it hangs", never "it is slow".
pub const HUNG: Duration = Duration::from_mins(2);
/// Before every rule of a test.
pub const LONG_AGO: u64 = 1_000;

/// A directory of this test's own, removed at the end.
pub struct Dir(pub PathBuf);

impl Dir {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("pixmill-cache-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    pub fn path_of(&self, key: &Key) -> PathBuf {
        let name = key.to_string();
        self.0.join("v2").join(&name[..2]).join(name)
    }

    pub fn generation(&self) -> PathBuf {
        self.0.join("v2/generation")
    }

    /// Those in the shards.
    pub fn files(&self) -> Vec<PathBuf> {
        let shards = fs::read_dir(self.0.join("v2")).into_iter().flatten().map(|shard| shard.expect("a shard").path());
        let files = shards.filter(|shard| shard.is_dir()).flat_map(|shard| fs::read_dir(shard).expect("a shard"));
        files.map(|file| file.expect("a file").path()).collect()
    }

    /// Temporary files, in the shards and above them.
    pub fn temps(&self) -> Vec<PathBuf> {
        let top = fs::read_dir(self.0.join("v2")).into_iter().flatten().map(|file| file.expect("a file").path());
        let is_temp = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "tmp");
        top.chain(self.files()).filter(is_temp).collect()
    }

    pub fn bytes(&self) -> u64 {
        self.files().iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

pub fn cache(dir: &Path, max_disk_bytes: u64) -> Cache {
    Cache::new(CacheConfig { dir: Some(dir.to_owned()), max_disk_bytes, max_memory_bytes: 1 << 20 })
}

/// Without a memory tier, so that every answer is the disk's.
pub fn disk_only(dir: &Path, max_disk_bytes: u64) -> Cache {
    Cache::new(CacheConfig { dir: Some(dir.to_owned()), max_disk_bytes, max_memory_bytes: 0 })
}

pub fn memory_only() -> Cache {
    Cache::new(CacheConfig { dir: None, max_disk_bytes: 1 << 20, max_memory_bytes: 1 << 20 })
}

pub fn key(number: u32) -> Key {
    Key::of(&[KeyField::Text("/picture.jpg"), KeyField::Number(f64::from(number))])
}

pub fn put_tagged(cache: &Cache, key: Key, body: &[u8], tags: &[&str], stored_at_ms: u64) {
    let tags = Tags::new(tags).expect("valid tags");
    let new =
        NewEntry { tags: &tags, content_type: "image/webp", etag: "\"e\"", meta: "{}", ttl_seconds: 1 << 31, body };
    let (sender, done) = channel();
    cache.put(key, &new, stored_at_ms, move || sender.send(()).expect("the test listens"));
    done.recv_timeout(HUNG).expect("an answer");
}

pub fn put_at(cache: &Cache, key: Key, body: &[u8], stored_at_ms: u64) {
    let new = NewEntry {
        tags: &Tags::default(),
        content_type: "image/webp",
        etag: "\"e\"",
        meta: "{}",
        ttl_seconds: 60,
        body,
    };
    let (sender, done) = channel();
    cache.put(key, &new, stored_at_ms, move || sender.send(()).expect("the test listens"));
    done.recv_timeout(HUNG).expect("an answer");
}

pub fn put(cache: &Cache, key: Key, body: &[u8]) {
    put_at(cache, key, body, now_ms());
}

pub fn get(cache: &Cache, key: Key) -> Option<Found> {
    let (sender, found) = channel();
    cache.get(key, move |entry| sender.send(entry).expect("the test listens"));
    found.recv_timeout(HUNG).expect("an answer")
}

pub fn body(cache: &Cache, key: Key) -> Option<(Vec<u8>, Tier)> {
    get(cache, key).map(|found| (found.entry.body().to_vec(), found.tier))
}

pub fn expire(cache: &Cache, action: Action, by: By, value: &str) -> u64 {
    let (sender, hits) = channel();
    let rule = Rule::new(action, by, value).expect("a valid rule");
    cache.expire(&rule, move |number| sender.send(number).expect("the test listens"));
    hits.recv_timeout(HUNG).expect("an answer")
}

pub fn purge(cache: &Cache, tag: &str) -> u64 {
    expire(cache, Action::Purge, By::Tag, tag)
}

pub fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HUNG, "{what}");
        thread::sleep(Duration::from_micros(200));
    }
}

/// The scan begins with the cache; this waits for its end.
pub fn scan(cache: &Cache) {
    wait_for("the scan ends", || cache.stats().scans > 0);
}

/// `/a/1.jpg` with a tag, `/a/2.jpg` without, `/b/3.jpg` with.
pub fn fill(cache: &Cache) {
    put_tagged(cache, key(1), b"one", &["src:/a/1.jpg", "product-12"], now_ms());
    put_tagged(cache, key(2), b"two", &["src:/a/2.jpg"], now_ms());
    put_tagged(cache, key(3), b"three", &["src:/b/3.jpg", "product-12"], now_ms());
}

/// Those of `fill` that are there.
pub fn answered(cache: &Cache) -> Vec<u32> {
    (1..=3).filter(|number| get(cache, key(*number)).is_some()).collect()
}
