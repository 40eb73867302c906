/** What can happen to a cache directory that has a file system of its own, and how it ends. Knows nothing of the server. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs'

/** By default it would be half of what is free, which is next to nothing here. */
export const BOUND = { maximumDiskCacheSize: 64 * 1024 ** 2 }

/**
 * `options` are those of its file system, `start` comes before the server, `during` between its answers, `lift` when all is answered. `warnings`:
 * how many lines may be said about it; one if not given.
 */
export const TROUBLES = [
  {
    name: 'full from the start',
    options: 'size=1m',
    start: fill,
    lift: (dir) => rmSync(`${dir}/filler`),
  },
  {
    name: 'full from the start, and the bound is half of what is free',
    images: {},
    options: 'size=1m',
    start: fill,
    lift: (dir) => rmSync(`${dir}/filler`),
  },
  {
    name: 'full after a while',
    options: 'size=1m',
    lift: (dir) => mount('remount,size=64m', dir),
  },
  {
    name: 'without room for one more file',
    options: 'nr_inodes=20',
    lift: (dir) => mount('remount,nr_inodes=2000', dir),
  },
  {
    name: 'read-only from the start',
    options: 'size=64m',
    start: (dir) => mount('remount,ro', dir),
    lift: (dir) => mount('remount,rw', dir),
  },
  {
    name: 'read-only after a while',
    options: 'size=64m',
    during: (dir) => mount('remount,ro', dir),
    lift: (dir) => mount('remount,rw', dir),
  },
  {
    name: 'forbidden from the start',
    options: 'size=64m',
    start: (dir) => chmodSync(dir, 0o000),
    lift: (dir) => chmodSync(dir, 0o700),
  },
  {
    name: 'forbidden after a while',
    options: 'size=64m',
    during: (dir) => chmodSync(`${dir}/parent`, 0o000),
    lift: (dir) => chmodSync(`${dir}/parent`, 0o700),
  },
  {
    name: 'replaced by a file',
    options: 'size=64m',
    during: (dir) => {
      remove(`${dir}/parent`)
      writeFileSync(`${dir}/parent`, 'no directory')
    },
    lift: (dir) => rmSync(`${dir}/parent`),
  },
  {
    name: 'removed while it is written to',
    options: 'size=64m',
    during: (dir) => remove(`${dir}/parent`),
    lift: (dir) => remove(`${dir}/parent`),
    // A write may have been under way.
    warnings: [0, 1],
  },
]

export function countEntries(dir) {
  return readdirSync(dir, { recursive: true }).filter((name) => /[0-9a-f]{64}$/.test(name)).length
}

/** Until not one byte more fits. */
function fill(dir) {
  for (const bytes of [64 * 1024, 1]) {
    try {
      for (;;) appendFileSync(`${dir}/filler`, Buffer.alloc(bytes))
    } catch (error) {
      assert.equal(error.code, 'ENOSPC')
    }
  }
}

function remove(dir) {
  // It may get new files meanwhile.
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 })
}

export function mount(options, dir) {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', dir])
}
