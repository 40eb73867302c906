import '@fontsource-variable/instrument-sans'
import '@fontsource/instrument-serif'
import '@fontsource/instrument-serif/400-italic.css'
import './globals.css'
import Link from 'next/link'

export const metadata = {
  title: { default: 'Halide, a gallery in the public domain', template: '%s · Halide' },
  description:
    'Twenty-one pictures in the public domain, sent by pixmill in the format and size that your screen asks for.',
}

export const viewport = { themeColor: '#0b0a0c', colorScheme: 'dark' }

export default function Layout({ children }) {
  return (
    <html lang="en" data-scroll-behavior="smooth">
      <body>
        <header className="masthead">
          <Link href="/" className="wordmark">
            Halide
          </Link>
          <nav aria-label="Rooms">
            <Link href="/#land">Land</Link>
            <Link href="/#stone">Stone</Link>
            <Link href="/#lives">Lives</Link>
            <Link href="/#form">Form</Link>
            <Link href="/#orbit">Orbit</Link>
          </nav>
        </header>
        {children}
      </body>
    </html>
  )
}
