/** An upstream that writes what it is told to, byte for byte, and knows who still waits. Knows no HTTP. */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** `behave(socket, path)` is called for each request; the path is undefined for what is no HTTP. */
export async function startUpstream(t, behave) {
  const sockets = new Set()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => behave(socket, /^GET (\S+) HTTP/.exec(bytes.toString('latin1'))?.[1]))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `127.0.0.1:${server.address().port}`
}

/** Writes what `next` gives until the socket is closed: as fast as the other end takes it. */
export function pour(socket, next) {
  const write = () => {
    while (!socket.destroyed && socket.write(next()));
  }
  socket.on('drain', write)
  write()
}

/** A byte now and then: too slow to get anywhere, too fast for a timeout between two of them. */
export function drip(socket, bytes) {
  let at = 0
  const timer = setInterval(() => socket.write(bytes.slice(at, ++at)), 500)
  socket.on('close', () => clearInterval(timer))
}
