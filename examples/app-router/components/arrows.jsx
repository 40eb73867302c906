'use client'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** The arrow keys walk from picture to picture, Escape leads back to the gallery. Draws nothing. */
export function Arrows({ previous, next }) {
  const router = useRouter()
  useEffect(() => {
    const targets = { ArrowLeft: previous, ArrowRight: next, Escape: '/' }
    const walk = (event) => {
      const target = targets[event.key]
      if (target && !event.altKey && !event.ctrlKey && !event.metaKey) router.push(target)
    }
    window.addEventListener('keydown', walk)
    return () => window.removeEventListener('keydown', walk)
  }, [router, previous, next])
  return null
}
