//! The cache as JavaScript sees it. Bodies are copied on their way out: JavaScript may write to a Buffer.

use std::path::PathBuf;

use napi::Env;
use napi::bindgen_prelude::{Buffer, BufferSlice, Object};
use napi::{Either, bindgen_prelude::Null};
use napi_derive::napi;

use super::number::integer;
use super::settle::{OrThrow, promise};
use crate::cache::{
    Action, By, Cache, CacheConfig, CacheStats as Stats, Entry, Found, Key, KeyField, NewEntry, Rule, Tags, Tier,
    now_ms,
};
use crate::error::{Error, Result};

const MAX_INTEGER: f64 = 9_007_199_254_740_991.0;
const MAX_TTL_SECONDS: f64 = 4_294_967_295.0;

/// A cached variant.
#[napi(object, object_from_js = false)]
pub struct NativeCacheEntry {
    pub data: Buffer,
    pub content_type: String,
    pub etag: String,
    /// Milliseconds since 1970.
    pub stored_at: f64,
    /// Seconds.
    pub ttl: f64,
    /// Milliseconds since 1970.
    pub stale_at: f64,
    pub meta: String,
    /// One a line.
    pub tags: String,
    /// Of this entry and no other of this process.
    pub serial: f64,
}

impl NativeCacheEntry {
    /// Into memory of the JavaScript engine: cheaper, from 13 KB on by half, than a Buffer over a copy of ours.
    fn new(env: &Env, entry: &Entry) -> napi::Result<Self> {
        Ok(Self {
            data: BufferSlice::copy_from(env, entry.body())?.into_buffer(env)?,
            content_type: entry.content_type().to_owned(),
            etag: entry.etag().to_owned(),
            stored_at: entry.stored_at_ms() as f64,
            ttl: entry.ttl_seconds() as f64,
            stale_at: entry.stale_at_ms() as f64,
            meta: entry.meta().to_owned(),
            tags: entry.tags().text().to_owned(),
            serial: entry.serial() as f64,
        })
    }
}

/// What is to be cached.
#[napi(object, object_to_js = false)]
pub struct NativeCacheInput {
    pub data: Buffer,
    pub content_type: String,
    pub etag: String,
    /// Seconds.
    pub ttl: f64,
    pub meta: String,
    pub tags: Option<Vec<String>>,
    /// Milliseconds since 1970. Absent: now.
    pub stored_at: Option<f64>,
}

/// An entry and where it was found.
#[napi(object, object_from_js = false)]
pub struct NativeFound {
    pub entry: NativeCacheEntry,
    #[napi(ts_type = "'memory' | 'disk'")]
    pub tier: &'static str,
}

impl NativeFound {
    fn new(env: &Env, found: &Found) -> napi::Result<Self> {
        let tier = match found.tier {
            Tier::Memory => "memory",
            Tier::Disk => "disk",
        };
        Ok(Self { entry: NativeCacheEntry::new(env, &found.entry)?, tier })
    }
}

/// Bytes and entries of both tiers, and counts since the start.
#[napi(object, object_from_js = false)]
pub struct CacheStats {
    pub memory_bytes: f64,
    /// The most that `memoryBytes` may become.
    pub max_memory_bytes: f64,
    pub memory_entries: f64,
    pub disk_bytes: f64,
    pub disk_entries: f64,
    pub memory_hits: f64,
    pub disk_hits: f64,
    pub misses: f64,
    pub writes: f64,
    /// Not written because too much was waiting to be.
    pub skipped_writes: f64,
    pub evictions: f64,
    /// How often the whole directory has been looked through: at 0, `diskBytes` and `diskEntries` are a part.
    pub scans: f64,
    /// Entry files that failed their checksum; each was a miss.
    pub damaged: f64,
    /// The disk refuses for now, and memory serves alone.
    pub degraded: bool,
}

impl From<Stats> for CacheStats {
    fn from(stats: Stats) -> Self {
        Self {
            memory_bytes: stats.memory_bytes as f64,
            max_memory_bytes: stats.max_memory_bytes as f64,
            memory_entries: stats.memory_entries as f64,
            disk_bytes: stats.disk_bytes as f64,
            disk_entries: stats.disk_entries as f64,
            memory_hits: stats.memory_hits as f64,
            disk_hits: stats.disk_hits as f64,
            misses: stats.misses as f64,
            writes: stats.writes as f64,
            skipped_writes: stats.skipped_writes as f64,
            evictions: stats.evictions as f64,
            scans: stats.scans as f64,
            damaged: stats.damaged as f64,
            degraded: stats.degraded,
        }
    }
}

/// Memory before disk.
#[napi]
pub struct NativeCache {
    cache: Cache,
}

#[napi]
impl NativeCache {
    #[napi(constructor)]
    pub fn new(env: &Env, dir: Option<String>, max_disk_bytes: f64, max_memory_bytes: f64) -> napi::Result<Self> {
        let bytes = |name, value| integer(name, value, 0.0, MAX_INTEGER).or_throw(env);
        let config = CacheConfig {
            dir: dir.map(PathBuf::from),
            max_disk_bytes: bytes("maxDiskBytes", max_disk_bytes)?,
            max_memory_bytes: bytes("maxMemoryBytes", max_memory_bytes)?,
        };
        Ok(Self { cache: Cache::new(config) })
    }

    #[napi]
    pub fn get_memory(&self, env: &Env, key: String) -> napi::Result<Either<NativeCacheEntry, Null>> {
        let entry = self.cache.get_memory(&parse(&key).or_throw(env)?);
        entry.map_or(Ok(Either::B(Null)), |entry| NativeCacheEntry::new(env, &entry).map(Either::A))
    }

    /// As `getMemory` for one that has been seen: copies the body into `target` and returns `staleAt`. Null, with `target`
    /// as it was, when memory no longer holds that entry or it does not fit exactly.
    #[napi]
    pub fn copy_memory(
        &self,
        env: &Env,
        key: String,
        serial: f64,
        mut target: BufferSlice<'_>,
    ) -> napi::Result<Option<f64>> {
        let (key, serial) = (parse(&key).or_throw(env)?, integer("serial", serial, 0.0, MAX_INTEGER).or_throw(env)?);
        let entry = self.cache.get_memory_if(&key, serial);
        Ok(entry.filter(|entry| entry.body().len() == target.len()).map(|entry| {
            target.copy_from_slice(entry.body());
            entry.stale_at_ms() as f64
        }))
    }

    #[napi(ts_return_type = "Promise<NativeFound | null>")]
    pub fn get<'env>(&self, env: &'env Env, key: String) -> napi::Result<Object<'env>> {
        let key = parse(&key).or_throw(env)?;
        promise(
            env,
            |env, found: Option<Found>| {
                found.map_or(Ok(Either::B(Null)), |found| NativeFound::new(env, &found).map(Either::A))
            },
            |settle| self.cache.get(key, |found| settle(Ok(found))),
        )
    }

    #[napi(ts_return_type = "Promise<void>")]
    pub fn set<'env>(&self, env: &'env Env, key: String, input: NativeCacheInput) -> napi::Result<Object<'env>> {
        let key = parse(&key).or_throw(env)?;
        let ttl = if input.ttl > MAX_TTL_SECONDS { MAX_TTL_SECONDS } else { input.ttl };
        let ttl_seconds = integer("ttl", ttl, 0.0, MAX_TTL_SECONDS).or_throw(env)?;
        let stored_at =
            input.stored_at.map(|at| integer("storedAt", at, 0.0, MAX_INTEGER)).transpose().or_throw(env)?;
        let tags = Tags::new(input.tags.as_deref().unwrap_or_default()).or_throw(env)?;
        let NativeCacheInput { data, content_type, etag, meta, .. } = &input;
        let new = NewEntry { tags: &tags, content_type, etag, meta, ttl_seconds, body: data };
        let stored_at_ms = stored_at.unwrap_or_else(now_ms);
        promise(env, |_, ()| Ok(()), |settle| self.cache.put(key, &new, stored_at_ms, || settle(Ok(()))))
    }

    /// Resolves with the number of entries that the rule hit.
    #[napi(
        ts_args_type = "action: 'purge' | 'invalidate', by: 'tag' | 'prefix', value: string",
        ts_return_type = "Promise<number>"
    )]
    pub fn expire<'env>(
        &self,
        env: &'env Env,
        action: String,
        by: String,
        value: String,
    ) -> napi::Result<Object<'env>> {
        let rule = to_rule(&action, &by, &value).or_throw(env)?;
        promise(env, |_, hits: u64| Ok(hits as f64), |settle| self.cache.expire(&rule, |hits| settle(Ok(hits))))
    }

    /// Changes when rules have been put in force.
    #[napi]
    pub fn generation(&self) -> f64 {
        self.cache.generation() as f64
    }

    #[napi(ts_return_type = "Promise<void>")]
    pub fn delete<'env>(&self, env: &'env Env, key: String) -> napi::Result<Object<'env>> {
        let key = parse(&key).or_throw(env)?;
        promise(env, |_, ()| Ok(()), |settle| self.cache.delete(key, || settle(Ok(()))))
    }

    #[napi]
    pub fn stats(&self) -> CacheStats {
        self.cache.stats().into()
    }

    #[napi]
    pub fn take_warnings(&self) -> Vec<String> {
        self.cache.take_warnings()
    }

    #[napi]
    pub fn close(&self) {
        self.cache.close();
    }
}

fn to_rule(action: &str, by: &str, value: &str) -> Result<Rule> {
    let wrong = |name, expected, value| Error::option(name, expected, format!("{value:?}"));
    let action = Action::from_name(action).ok_or_else(|| wrong("action", "purge or invalidate", action))?;
    let by = By::from_name(by).ok_or_else(|| wrong("by", "tag or prefix", by))?;
    Rule::new(action, by, value)
}

fn parse(key: &str) -> Result<Key> {
    Key::parse(key)
}

/// SHA-256, in hex, of the length-prefixed fields and the engine's version.
#[napi]
pub fn cache_key(fields: Vec<Either<f64, Either<String, Null>>>) -> String {
    let fields: Vec<_> = fields
        .iter()
        .map(|field| match field {
            Either::A(number) => KeyField::Number(*number),
            Either::B(Either::A(text)) => KeyField::Text(text),
            Either::B(Either::B(_)) => KeyField::Null,
        })
        .collect();
    Key::of(&fields).to_string()
}
