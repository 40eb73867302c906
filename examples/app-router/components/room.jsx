import { Tile } from './tile'

const numerals = ['', 'I', 'II', 'III', 'IV', 'V']

/** A titled part of the gallery: rows of tiles whose widths follow from their shapes, so that every row is of one height. */
export function Room({ room, number, path, origin }) {
  return (
    <section className="room" id={room.id}>
      <header>
        <p className="numeral">{numerals[number]}</p>
        <h2>{room.title}</h2>
        <p className="note">{room.note}</p>
      </header>
      {room.rows.map((row) => {
        const total = row.reduce((sum, picture) => sum + ratioOf(picture), 0)
        return (
          <div className="row" key={row[0].slug}>
            {row.map((picture) => (
              <Tile
                key={picture.slug}
                picture={picture}
                href={`${path}/${picture.slug}`}
                origin={origin}
                ratio={ratioOf(picture)}
                share={ratioOf(picture) / total}
              />
            ))}
          </div>
        )
      })}
    </section>
  )
}

const ratioOf = ({ image }) => image.width / image.height
