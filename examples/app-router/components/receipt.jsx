'use client'
import { useEffect, useState } from 'react'
import { formatBytes, formatName, isVariant, originalBytes, widthOf } from './wire'

/** What this one picture cost: format, width and bytes as the browser measured them, beside the original's. */
export function Receipt() {
  const [lines, setLines] = useState(null)
  useEffect(() => {
    let isCurrent = true
    const picture = document.querySelector('.easel img')
    const measure = async () => {
      const entry = performance.getEntriesByName(picture.currentSrc).at(-1)
      if (!entry || !isVariant(entry.name)) return
      const original = await originalBytes(entry.name)
      if (isCurrent) setLines({ entry, original })
    }
    if (picture.complete) measure()
    picture.addEventListener('load', measure)
    return () => {
      isCurrent = false
      picture.removeEventListener('load', measure)
    }
  }, [])
  return (
    <dl className="receipt" data-ready={lines ? 'yes' : 'no'}>
      <dt>Sent to you</dt>
      <dd>
        {lines ? `${formatName(lines.entry.contentType)} ${formatBytes(lines.entry.encodedBodySize)}` : 'measuring'}
        {lines && <span>{widthOf(lines.entry.name)} pixels wide at most</span>}
      </dd>
      <dt>The original</dt>
      <dd>{lines ? formatBytes(lines.original) : ' '}</dd>
    </dl>
  )
}
