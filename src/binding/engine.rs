//! The engine as JavaScript sees it: one pool, and the jobs that are sent to it.

use std::ffi::OsString;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, ClassInstance, Object};
use napi::{Either, Env};
use napi_derive::napi;

use super::batch::{NativeBatch, NativeBatchOptions, QueuedBatch};
use super::number::{MAX_MEMORY_BYTES, integer, to_bytes};
use super::options::{NativeOptimizeOptions, NativeOptimizeResult, Queued, to_source};
use super::permit::{CancelToken, NativePermit};
use super::settle::{OrThrow, Settle, promise};
use crate::codec::{avif_encoder, avif_graphics_encoder, name_libaom, name_svt_av1};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::pipeline::{Batch, Request, optimize, optimize_all};
use crate::pool::{Cancel, Job, Pool, PoolConfig, PoolStats};
use crate::room::{self, Program};
use crate::source::Source;

const MIN_MEMORY_BYTES: f64 = 1_048_576.0;
const MAX_THREADS: f64 = 256.0;

/// Bytes of memory and number of threads. Absent: as the machine or container allows.
#[napi(object, object_to_js = false)]
#[derive(Default)]
pub struct NativeEngineOptions {
    pub memory: Option<f64>,
    pub threads: Option<f64>,
    /// The file of SVT-AV1; empty for none. One for the whole process: the first engine's counts.
    pub svt_av1: Option<String>,
    /// The file of libaom; the same.
    pub libaom: Option<String>,
    /// The program of the locked room and its arguments, which ends up in `serveRoom`. The first engine's counts.
    pub room: Option<Vec<String>>,
}

struct Sizes {
    memory: Option<u64>,
    threads: Option<usize>,
}

impl TryFrom<NativeEngineOptions> for Sizes {
    type Error = Error;

    fn try_from(options: NativeEngineOptions) -> Result<Self> {
        let memory = options.memory.map(|value| integer("memory", value, MIN_MEMORY_BYTES, MAX_MEMORY_BYTES));
        let threads = options.threads.map(|value| integer("threads", value, 1.0, MAX_THREADS));
        Ok(Self {
            memory: memory.transpose()?,
            threads: threads.transpose()?.and_then(|threads| usize::try_from(threads).ok()),
        })
    }
}

/// What a pool has done and is doing. Bytes, numbers of jobs, and counts since the start.
#[napi(object, object_from_js = false)]
pub struct EngineStats {
    pub budget_bytes: f64,
    pub lent_bytes: f64,
    /// The part of `lentBytes` that covers originals outside of jobs.
    pub held_bytes: f64,
    pub peak_lent_bytes: f64,
    /// Buffers kept for the next job, in room that is not lent.
    pub retained_bytes: f64,
    /// Jobs that wait for a thread, and originals that wait for bytes of the budget.
    pub queued: u32,
    pub running: u32,
    /// The running jobs that wait for bytes of the budget.
    pub waiting: u32,
    pub threads: u32,
    pub completed: f64,
    pub failed: f64,
    pub panicked: f64,
    /// Refused because the queue was full or the wait too long.
    pub busy: f64,
    pub cancelled: f64,
    /// Processes of the locked room: at the moment, started, and died otherwise than by being idle. Of the whole process.
    pub room_processes: u32,
    pub room_started: f64,
    pub room_died: f64,
    /// What makes AVIF of photographs: `SVT-AV1 4.1.0`, or `libaom` or `ravif` and its version.
    pub avif_encoder: String,
    /// Why it is not SVT-AV1.
    pub svt_av1_fault: Option<&'static str>,
    /// What makes AVIF of graphics and of what is transparent: `libaom 3.13.1`, or `ravif` and its version.
    pub avif_graphics_encoder: String,
    /// Why it is not libaom.
    pub libaom_fault: Option<&'static str>,
}

impl From<PoolStats> for EngineStats {
    fn from(stats: PoolStats) -> Self {
        let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let (avif, graphics, room) = (avif_encoder(), avif_graphics_encoder(), room::stats());
        Self {
            room_processes: count(room.alive),
            room_started: room.started as f64,
            room_died: room.died as f64,
            budget_bytes: stats.budget_bytes as f64,
            lent_bytes: stats.lent_bytes as f64,
            held_bytes: stats.held_bytes as f64,
            peak_lent_bytes: stats.peak_lent_bytes as f64,
            retained_bytes: stats.retained_bytes as f64,
            queued: count(stats.queued + stats.reserving),
            running: count(stats.running),
            waiting: count(stats.waiting),
            threads: count(stats.threads),
            completed: stats.completed as f64,
            failed: stats.failed as f64,
            panicked: stats.panicked as f64,
            busy: stats.busy as f64,
            cancelled: stats.cancelled as f64,
            avif_encoder: format!("{} {}", avif.name, avif.version),
            svt_av1_fault: avif.fault,
            avif_graphics_encoder: format!("{} {}", graphics.name, graphics.version),
            libaom_fault: graphics.fault,
        }
    }
}

/// One memory budget, one queue, and their threads.
#[napi]
pub struct NativeEngine {
    pool: Pool,
}

#[napi]
impl NativeEngine {
    #[napi(constructor)]
    pub fn new(env: &Env, mut options: NativeEngineOptions) -> napi::Result<Self> {
        if let Some(file) = options.svt_av1.take() {
            name_svt_av1(file.into());
        }
        if let Some(file) = options.libaom.take() {
            name_libaom(file.into());
        }
        if let Some((file, arguments)) = options.room.take().and_then(to_program) {
            room::furnish(Program { file, arguments });
        }
        let Sizes { memory, threads } = options.try_into().or_throw(env)?;
        let default = PoolConfig::default();
        let config = PoolConfig {
            budget_bytes: memory.unwrap_or(default.budget_bytes),
            threads: threads.unwrap_or(default.threads),
            ..default
        };
        Ok(Self { pool: Pool::new(config) })
    }

    #[napi]
    pub fn configure(&self, env: &Env, options: NativeEngineOptions) -> napi::Result<()> {
        let Sizes { memory, threads } = options.try_into().or_throw(env)?;
        self.pool.configure(memory, threads);
        Ok(())
    }

    #[napi(ts_return_type = "Promise<NativeOptimizeResult>")]
    pub fn optimize<'env>(
        &self,
        env: &'env Env,
        source: Either<Buffer, String>,
        options: NativeOptimizeOptions,
        token: Option<ClassInstance<CancelToken>>,
        permit: Option<ClassInstance<NativePermit>>,
    ) -> napi::Result<Object<'env>> {
        let is_idle = options.is_idle.unwrap_or(false);
        let (source, request) = (to_source(source), Request::try_from(options).or_throw(env)?);
        let is_covered = permit.is_some();
        let work = move |job: &mut Job<'_>| run(&source, is_covered, &request, job);
        promise(
            env,
            |_, queued: Queued| Ok(NativeOptimizeResult::from(queued)),
            |settle| {
                if is_idle {
                    let held = permit.as_ref().map(|permit| &*permit.held);
                    self.pool.submit_idle(held, cancel_of(token), work, settle);
                } else {
                    submit(&self.pool, permit, token, work, settle);
                }
            },
        )
    }

    /// All variants of one source, from one decode.
    #[napi(ts_return_type = "Promise<NativeBatch>")]
    pub fn optimize_all<'env>(
        &self,
        env: &'env Env,
        source: Either<Buffer, String>,
        options: NativeBatchOptions,
        token: Option<ClassInstance<CancelToken>>,
        permit: Option<ClassInstance<NativePermit>>,
    ) -> napi::Result<Object<'env>> {
        let (source, batch) = (to_source(source), Batch::try_from(options).or_throw(env)?);
        let is_covered = permit.is_some();
        let work = move |job: &mut Job<'_>| run_all(&source, is_covered, &batch, job);
        promise(
            env,
            |_, queued: QueuedBatch| Ok(NativeBatch::from(queued)),
            |settle| submit(&self.pool, permit, token, work, settle),
        )
    }

    #[napi(ts_return_type = "Promise<NativePermit>")]
    pub fn reserve<'env>(
        &self,
        env: &'env Env,
        bytes: f64,
        token: Option<ClassInstance<CancelToken>>,
    ) -> napi::Result<Object<'env>> {
        let bytes = to_bytes("bytes", bytes).or_throw(env)?;
        promise(
            env,
            |_, held| Ok(NativePermit { held: Arc::new(held) }),
            |settle| self.pool.reserve(bytes, cancel_of(token), settle),
        )
    }

    #[napi]
    pub fn stats(&self) -> EngineStats {
        self.pool.stats().into()
    }
}

fn to_program(words: Vec<String>) -> Option<(OsString, Vec<OsString>)> {
    let mut words = words.into_iter().map(OsString::from);
    Some((words.next()?, words.collect()))
}

fn cancel_of(token: Option<ClassInstance<CancelToken>>) -> Cancel {
    token.map(|token| token.cancel.clone()).unwrap_or_default()
}

fn submit<T: Send + 'static>(
    pool: &Pool,
    permit: Option<ClassInstance<NativePermit>>,
    token: Option<ClassInstance<CancelToken>>,
    work: impl FnOnce(&mut Job<'_>) -> Result<T> + Send + 'static,
    settle: Settle<T>,
) {
    match permit {
        Some(permit) => pool.submit_under(&permit.held, cancel_of(token), work, settle),
        None => pool.submit(cancel_of(token), work, settle),
    }
}

fn run(source: &Source, is_covered: bool, request: &Request, job: &mut Job<'_>) -> Result<Queued> {
    let queued_ms = job.queued_ms();
    let output = optimize(source, is_covered, request, &Limits::default(), job)?;
    Ok(Queued { output, queued_ms })
}

fn run_all(source: &Source, is_covered: bool, batch: &Batch, job: &mut Job<'_>) -> Result<QueuedBatch> {
    let queued_ms = job.queued_ms();
    let batched = optimize_all(source, is_covered, batch, &Limits::default(), job)?;
    Ok(QueuedBatch { batched, queued_ms })
}
