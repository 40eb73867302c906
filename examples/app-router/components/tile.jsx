import Link from 'next/link'
import { Picture } from './picture'

/** One picture in a row: `share` is its part of the row's width on a wide screen. */
export function Tile({ picture, href, origin, ratio, share }) {
  const wide = Math.ceil(share * 100)
  const shape = ratio >= 1.3 ? 'landscape' : 'upright'
  return (
    <Link className={`tile ${shape}`} href={href} style={{ '--ratio': ratio }}>
      <Picture
        picture={picture}
        origin={origin}
        sizes={`(max-width: 760px) 100vw, (max-width: 1720px) ${wide}vw, ${Math.ceil(share * 1640)}px`}
      />
      <span className="caption">
        <strong>{picture.title}</strong>
        <span>{picture.place}</span>
      </span>
    </Link>
  )
}
