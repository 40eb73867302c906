// SSIMULACRA2 of variants against the original, by the small Rust program beside this file. Decodes with sharp for both sides; never writes a picture.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import sharp from 'sharp'
import { root } from '../../scripts/command.js'

/** Neither white nor black art disappears on it. */
const BACKGROUND = '#808080'

/** Compiles the program, once, and gives its path. */
export function buildScorer() {
  const target = join(root, 'target', 'score')
  const manifest = join(import.meta.dirname, 'Cargo.toml')
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target]
  execFileSync('cargo', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  return join(target, 'release', 'pixmill-score')
}

/**
 * One judge: `setOriginal(file)`, then `score(variant)`, a file or its bytes, against that original in the variant's size. `light` is `linear` or
 * `gamma`: in which the original is made smaller.
 */
export function startScorer(program, { light = 'linear' } = {}) {
  const child = spawn(program, [light], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const send = async (kind, { width, height }, pixels) => {
    const head = Buffer.alloc(9)
    head.write(kind, 'latin1')
    head.writeUInt32LE(width, 1)
    head.writeUInt32LE(height, 5)
    child.stdin.write(head)
    if (pixels && !child.stdin.write(pixels)) await once(child.stdin, 'drain')
  }
  let size = ''
  return {
    async setOriginal(file) {
      const { data, info } = await decode(file)
      await send('O', info, data)
      size = ''
    },
    async score(variant) {
      const { data, info } = await decode(variant)
      // The two sides may round a height differently.
      if (size !== `${info.width} ${info.height}`) await send('R', info)
      size = `${info.width} ${info.height}`
      await send('S', info, data)
      const { value, done } = await lines.next()
      if (done) throw new Error('the scorer has ended')
      return Number(value)
    },
    stop: () => child.stdin.end(),
  }
}

/** sRGB, upright, and as a page of one color shows what is transparent. */
function decode(input) {
  return sharp(input, { limitInputPixels: false })
    .autoOrient()
    .toColorspace('srgb')
    .flatten({ background: BACKGROUND })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
}
