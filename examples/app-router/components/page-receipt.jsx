'use client'
import { useEffect, useState } from 'react'
import { formatBytes, formatName, isVariant, originalBytes } from './wire'

/** The sum at the bottom of the page: all pictures loaded so far, and what their originals would have been. */
export function PageReceipt() {
  const [sum, setSum] = useState({ count: 0, sent: 0, original: 0, formats: [] })
  useEffect(() => {
    const seen = new Map()
    const observer = new PerformanceObserver(async (list) => {
      for (const entry of list.getEntries()) if (isVariant(entry.name)) seen.set(entry.name, entry)
      const entries = [...seen.values()]
      const originals = await Promise.all(entries.map((entry) => originalBytes(entry.name)))
      setSum({
        count: entries.length,
        sent: entries.reduce((total, entry) => total + entry.encodedBodySize, 0),
        original: originals.reduce((total, bytes) => total + bytes, 0),
        formats: [...new Set(entries.map((entry) => formatName(entry.contentType)))].filter(Boolean),
      })
    })
    observer.observe({ type: 'resource', buffered: true })
    return () => observer.disconnect()
  }, [])
  return (
    <footer className="page-receipt">
      <p className="total">
        <span className="kept">{formatBytes(sum.sent)}</span>
        <span className="spared">{formatBytes(sum.original)}</span>
      </p>
      <p>
        {sum.count} pictures came to this browser so far{sum.formats.length > 0 && ` as ${sum.formats.join(' and ')}`}.
        Their originals are the number that is struck out. Measured here, just now.
      </p>
      <p className="colophon">
        Pictures: public domain or CC0, credited on their pages. Optimized by pixmill behind next/image. Set in
        Instrument Serif and Instrument Sans.
      </p>
    </footer>
  )
}
