import Image from 'next/image'
import Link from 'next/link'
import { connection } from 'next/server'
import { PageReceipt } from '../components/page-receipt'
import { Room } from '../components/room'
import { originUrl } from '../data/origin'
import { hero, orbit, orbitWalk, rooms, walk } from '../data/pictures'

export default async function Home() {
  // The address of the remote origin is known when the server runs, not when it is built.
  await connection()
  return (
    <main>
      <section className="hero">
        <Image src={hero.image} alt={hero.title} fill sizes="100vw" placeholder="blur" preload fetchPriority="high" />
        <div className="hero-words">
          <h1>
            Pictures that
            <br />
            belong to <em>everyone</em>
          </h1>
          <p>
            {walk.length + orbitWalk.length} works in the public domain, each sent in the format and the size that this
            screen asked for.
          </p>
        </div>
        <Link className="hero-caption" href={`/photo/${hero.slug}`}>
          {hero.title} <span>{hero.place}</span>
        </Link>
      </section>
      {rooms.map((room, index) => (
        <Room key={room.id} room={room} number={index + 1} path="/photo" />
      ))}
      <Room room={orbit} number={rooms.length + 1} path="/orbit" origin={originUrl()} />
      <PageReceipt />
    </main>
  )
}
