/**
 * sharp called as Next.js 16.4 calls it in production: the loaders, the concurrency, the limits and the encoder settings of its
 * server/image-optimizer/transform, with the defaults of its `experimental.imgOpt*` options. Never better or worse than that.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BenchEngine, BenchFormat } from './engine.js'

/** The part of sharp's surface that Next.js uses. Its own types are not there where sharp is not. */
interface Sharp {
  (source: Buffer, options: { limitInputPixels: number; sequentialRead: boolean | undefined }): Transformer
  readonly versions: Readonly<Record<string, string>>
  block(options: { operation: string[] }): void
  unblock(options: { operation: string[] }): void
  concurrency(threads?: number): number
}

interface Transformer {
  timeout(options: { seconds: number }): Transformer
  rotate(): Transformer
  resize(width: number, height: undefined, options: { withoutEnlargement: boolean }): Transformer
  avif(options: { quality: number; effort: number }): Transformer
  webp(options: { quality: number }): Transformer
  png(options: { quality: number }): Transformer
  jpeg(options: { quality: number; mozjpeg: boolean }): Transformer
  toBuffer(): Promise<Buffer>
}

const LOADERS = ['Heif', 'Jpeg', 'Nsgif', 'Png', 'Svg', 'Tiff', 'Webp'].map((name) => `VipsForeignLoad${name}`)
const MAX_INPUT_PIXELS = 268_402_689
const TIMEOUT_SECONDS = 7

/** The sharp of the project in `cwd`, else the one its Next.js would find, else the one beside pixmill. */
export function resolveSharp(cwd: string): string | undefined {
  const here = resolveFrom(join(cwd, 'package.json'), 'sharp')
  if (here !== undefined) return here
  const next = resolveFrom(join(cwd, 'package.json'), 'next/package.json')
  return (next === undefined ? undefined : resolveFrom(next, 'sharp')) ?? resolveFrom(import.meta.url, 'sharp')
}

export async function createSharpEngine(path: string): Promise<BenchEngine> {
  const { default: sharp } = (await import(pathToFileURL(path).href)) as { default: Sharp }
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: LOADERS })
  if (sharp.concurrency() > 1) sharp.concurrency(Math.floor(Math.max(sharp.concurrency() / 2, 1)))
  return {
    versions: pickVersions(sharp.versions),
    makeVariant(source, { width, format, quality }) {
      const transformer = sharp(source, { limitInputPixels: MAX_INPUT_PIXELS, sequentialRead: undefined })
        .timeout({ seconds: TIMEOUT_SECONDS })
        .rotate()
        .resize(width, undefined, { withoutEnlargement: true })
      return ENCODERS[format](transformer, quality).toBuffer()
    },
  }
}

const ENCODERS: Readonly<Record<BenchFormat, (transformer: Transformer, quality: number) => Transformer>> = {
  avif: (transformer, quality) =>
    transformer.avif({ quality: Math.max(Math.round(quality * (50 / 80)), 1), effort: 3 }),
  webp: (transformer, quality) => transformer.webp({ quality }),
  png: (transformer, quality) => transformer.png({ quality }),
  jpeg: (transformer, quality) => transformer.jpeg({ quality, mozjpeg: true }),
}

function pickVersions(versions: Readonly<Record<string, string>>): Record<string, string> {
  const names = ['sharp', 'vips', 'aom', 'webp', 'mozjpeg']
  return Object.fromEntries(names.flatMap((name) => (versions[name] === undefined ? [] : [[name, versions[name]]])))
}

function resolveFrom(base: string, specifier: string): string | undefined {
  try {
    return createRequire(base).resolve(specifier)
  } catch {
    return undefined
  }
}
