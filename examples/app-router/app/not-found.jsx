import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="lost">
      <h1>An empty frame</h1>
      <p>
        Nothing hangs here. <Link href="/">Back to the gallery</Link>
      </p>
    </main>
  )
}
