/** One pool of the addon: its budget, its queue, and the jobs that are sent to it. */
import { fileURLToPath } from 'node:url'
import * as binding from '../../binding.js'
import type { OptimizeAllOptions, OptimizeAllResult, Placeholder } from './batch.js'
import {
  defined,
  numbers,
  toNativeBatch,
  toNativeOptions,
  toNativeSource,
  toOptimizeAllResult,
  toPlaceholder,
} from './convert.js'
import { cancellable, traced, tracedSync } from './trace.js'
import type { EncoderFiles, OptimizeOptions, OptimizeResult, Source } from './types.js'

export type EngineStats = binding.EngineStats

export interface EngineOptions {
  /** Bytes that all jobs and originals together may take. Default: a quarter of the container's memory, at most 512 MiB. */
  memory?: number
  /** Worker threads. Default: the processors that the container may use. */
  threads?: number
}

const PLACEHOLDER_ONLY: binding.NativeBatchOptions = { variants: [], placeholder: true }

/** Bytes on loan from an engine's budget for an original that is being read. */
export class Permit {
  readonly #permit: binding.NativePermit

  private constructor(permit: binding.NativePermit) {
    this.#permit = permit
  }

  /** @internal */
  static of(permit: binding.NativePermit): Permit {
    return new Permit(permit)
  }

  /** @internal */
  get native(): binding.NativePermit {
    return this.#permit
  }

  get bytes(): number {
    return this.#permit.bytes
  }

  /** Waits until the budget can lend `toBytes` in all; rejects with `ERR_BUSY` or `ERR_LIMIT`. */
  grow(toBytes: number): Promise<void> {
    return traced(() => this.#permit.grow(toBytes), this.grow)
  }

  /** Gives the bytes back, once; later calls do nothing. */
  release(): void {
    this.#permit.release()
  }
}

/** Node, and the file that ends up in `serveRoom`. It has no environment: what it must know is an argument. */
function toRoom(files: EncoderFiles): string[] {
  const file = fileURLToPath(new URL('../room.js', import.meta.url))
  return [process.execPath, file, JSON.stringify(files)]
}

/** One memory budget, one queue, and the threads that work it off. Several may exist. */
export class Engine {
  readonly #engine: binding.NativeEngine

  constructor(options: EngineOptions = {}, env: Readonly<Record<string, string | undefined>> = process.env) {
    const { PIXMILL_SVT_AV1: svtAv1, PIXMILL_LIBAOM: libaom } = env
    const native = defined({
      ...numbers(options, ['memory', 'threads']),
      svtAv1,
      libaom,
      room: toRoom({ svtAv1, libaom }),
    }) as binding.NativeEngineOptions
    this.#engine = tracedSync(() => new binding.NativeEngine(native), Engine)
  }

  /** Makes one variant. With `permit`, the bytes of the source are covered by it; it stays the caller's to release. */
  optimize(source: Source, options: OptimizeOptions = {}, permit?: Permit): Promise<OptimizeResult> {
    return cancellable(
      options.signal,
      (cancel) =>
        this.#engine.optimize(toNativeSource(source), toNativeOptions(options), cancel, permit?.native ?? null),
      this.optimize,
    ) as Promise<OptimizeResult>
  }

  /**
   * Makes many variants of one source, which is read and decoded once; each has the bytes that `optimize` gives. One job, one thread. One
   * that fails fails all.
   */
  async optimizeAll(source: Source, options: OptimizeAllOptions, permit?: Permit): Promise<OptimizeAllResult> {
    const native = toNativeBatch(options)
    const batch = await cancellable(
      options.signal,
      (cancel) => this.#engine.optimizeAll(toNativeSource(source), native, cancel, permit?.native ?? null),
      this.optimizeAll,
    )
    return toOptimizeAllResult(batch)
  }

  /** As `optimizeAll` gives it, without a variant. */
  async placeholder(
    source: Source,
    options: { signal?: AbortSignal } = {},
    permit?: Permit,
  ): Promise<Placeholder & { width: number; height: number }> {
    const batch = await cancellable(
      options.signal,
      (cancel) => this.#engine.optimizeAll(toNativeSource(source), PLACEHOLDER_ONLY, cancel, permit?.native ?? null),
      this.placeholder,
    )
    if (batch.placeholder === null) throw new TypeError('the addon made no placeholder')
    return { width: batch.width, height: batch.height, ...toPlaceholder(batch.placeholder) }
  }

  /** Borrows `bytes` of the budget, in order of arrival. */
  async reserve(bytes: number, signal?: AbortSignal): Promise<Permit> {
    return Permit.of(await cancellable(signal, (cancel) => this.#engine.reserve(bytes, cancel), this.reserve))
  }

  stats(): EngineStats {
    return this.#engine.stats()
  }

  configure(options: EngineOptions): void {
    tracedSync(() => this.#engine.configure(numbers(options, ['memory', 'threads'])), this.configure)
  }
}
