//! The cache as JavaScript sees it. Bodies are copied on their way out: JavaScript may write to a Buffer.

use std::path::PathBuf;

use napi::Env;
use napi::bindgen_prelude::{Buffer, Object};
use napi::{Either, bindgen_prelude::Null};
use napi_derive::napi;

use super::number::integer;
use super::settle::{OrThrow, promise};
use crate::cache::{Cache, CacheConfig, CacheStats as Stats, Entry, Found, Key, KeyField, NewEntry, Tier, now_ms};
use crate::error::Result;

const MAX_BYTES: f64 = 9_007_199_254_740_991.0;
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
}

impl From<&Entry> for NativeCacheEntry {
    fn from(entry: &Entry) -> Self {
        Self {
            data: entry.body().to_vec().into(),
            content_type: entry.content_type().to_owned(),
            etag: entry.etag().to_owned(),
            stored_at: entry.stored_at_ms() as f64,
            ttl: entry.ttl_seconds() as f64,
            stale_at: entry.stale_at_ms() as f64,
            meta: entry.meta().to_owned(),
        }
    }
}

/// An entry and where it was found.
#[napi(object, object_from_js = false)]
pub struct NativeFound {
    pub entry: NativeCacheEntry,
    #[napi(ts_type = "'memory' | 'disk'")]
    pub tier: &'static str,
}

impl From<Found> for NativeFound {
    fn from(found: Found) -> Self {
        let tier = match found.tier {
            Tier::Memory => "memory",
            Tier::Disk => "disk",
        };
        Self { entry: found.entry.as_ref().into(), tier }
    }
}

/// Bytes and entries of both tiers, and counts since the start.
#[napi(object, object_from_js = false)]
pub struct CacheStats {
    pub memory_bytes: f64,
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
    /// Entry files that failed their checksum; each was a miss.
    pub damaged: f64,
    /// The disk refuses for now, and memory serves alone.
    pub degraded: bool,
}

impl From<Stats> for CacheStats {
    fn from(stats: Stats) -> Self {
        Self {
            memory_bytes: stats.memory_bytes as f64,
            memory_entries: stats.memory_entries as f64,
            disk_bytes: stats.disk_bytes as f64,
            disk_entries: stats.disk_entries as f64,
            memory_hits: stats.memory_hits as f64,
            disk_hits: stats.disk_hits as f64,
            misses: stats.misses as f64,
            writes: stats.writes as f64,
            skipped_writes: stats.skipped_writes as f64,
            evictions: stats.evictions as f64,
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
        let bytes = |name, value| integer(name, value, 0.0, MAX_BYTES).or_throw(env);
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
        Ok(entry.map_or(Either::B(Null), |entry| Either::A(entry.as_ref().into())))
    }

    #[napi(ts_return_type = "Promise<NativeFound | null>")]
    pub fn get<'env>(&self, env: &'env Env, key: String) -> napi::Result<Object<'env>> {
        let key = parse(&key).or_throw(env)?;
        promise(
            env,
            |_, found: Option<Found>| Ok(found.map_or(Either::B(Null), |found| Either::A(NativeFound::from(found)))),
            |settle| self.cache.get(key, |found| settle(Ok(found))),
        )
    }

    #[napi(ts_return_type = "Promise<void>")]
    #[allow(clippy::too_many_arguments, reason = "the fields of an entry; a mirror would only rename them")]
    pub fn set<'env>(
        &self,
        env: &'env Env,
        key: String,
        data: Buffer,
        content_type: String,
        etag: String,
        ttl: f64,
        meta: String,
    ) -> napi::Result<Object<'env>> {
        let key = parse(&key).or_throw(env)?;
        let ttl_seconds = integer("ttl", ttl.min(MAX_TTL_SECONDS), 0.0, MAX_TTL_SECONDS).or_throw(env)?;
        let new = NewEntry { content_type: &content_type, etag: &etag, meta: &meta, ttl_seconds, body: &data };
        promise(env, |_, ()| Ok(()), |settle| self.cache.put(key, &new, now_ms(), || settle(Ok(()))))
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
