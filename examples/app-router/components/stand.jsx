import Link from 'next/link'
import { Arrows } from './arrows'
import { Picture } from './picture'
import { Receipt } from './receipt'

/** A page about one picture: the picture as large as the window allows, its words, and what came over the wire. */
export function Stand({ picture, origin, path, pictures }) {
  const index = pictures.indexOf(picture)
  const hrefAt = (i) => `${path}/${pictures[(i + pictures.length) % pictures.length].slug}`
  const ratio = picture.image.width / picture.image.height
  return (
    <main className="stand">
      <div className="easel" style={{ '--ratio': ratio }}>
        <Picture
          picture={picture}
          origin={origin}
          preload
          sizes={`(max-width: 960px) 100vw, min(calc(100vw - 26rem), calc(${ratio.toFixed(3)} * (100vh - 9rem)))`}
        />
      </div>
      <aside>
        <p className="counter">
          {String(index + 1).padStart(2, '0')} <span>of {pictures.length}</span>
        </p>
        <h1>{picture.title}</h1>
        <p className="place">{picture.place}</p>
        <p className="words">{picture.text}</p>
        <p className="credit">
          {picture.credit.name}
          <span>{picture.credit.licence}</span>
        </p>
        <Receipt key={picture.slug} />
        <nav className="steps" aria-label="Pictures">
          <Link href={hrefAt(index - 1)} rel="prev" aria-label="Previous picture">
            ←
          </Link>
          <Link href="/">All pictures</Link>
          <Link href={hrefAt(index + 1)} rel="next" aria-label="Next picture">
            →
          </Link>
        </nav>
        <Arrows previous={hrefAt(index - 1)} next={hrefAt(index + 1)} />
      </aside>
    </main>
  )
}
