/** The floor: the least that a Node server does for a picture of 13 KB that it has in hand. Argument: the port. */
import { createServer } from 'node:http'

const body = Buffer.alloc(13_000, 7)
const headers = {
  'Content-Type': 'image/webp',
  'Content-Length': body.length,
  Vary: 'Accept',
  'Cache-Control': 'public, max-age=14400, must-revalidate',
  ETag: '"bare"',
}

createServer((_, response) => response.writeHead(200, headers).end(body)).listen(Number(process.argv[2]))
