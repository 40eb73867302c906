// Negotiation, against what Next's own modules said (golden/make.js).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { negotiate } from '../dist/native.js'
import { accepts } from './golden/cases.js'

const golden = JSON.parse(readFileSync(new URL('./golden/next-16.4.6.json', import.meta.url), 'utf8')).accepts

/** Next documents the configured order for what the client wants equally, but takes the alphabet's. */
const byConfiguredOrder = ([formats]) => formats?.[0] === 'image/webp' && formats.includes('image/avif')

test('the format as Next chooses it', () => {
  assert.equal(golden.length, accepts.length)
  for (const [index, row] of accepts.entries()) {
    if (byConfiguredOrder(row)) continue
    const [formats = ['image/webp'], accept] = row
    assert.equal(negotiate(accept, formats) ?? '', golden[index], `${formats} for ${accept}`)
  }
})

test('what the client wants equally is chosen in the configured order', () => {
  const row = accepts.find(byConfiguredOrder)
  assert.equal(golden[accepts.indexOf(row)], 'image/avif')
  assert.equal(negotiate(row[1], row[0]), 'image/webp')
})
