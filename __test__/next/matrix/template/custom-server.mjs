import { createServer } from 'node:http'
import next from 'next'

const dev = process.env.NODE_ENV !== 'production'
const port = Number(process.env.PORT)
const app = next({ dev, dir: import.meta.dirname, hostname: 'localhost', port })
const handle = app.getRequestHandler()
await app.prepare()
createServer((req, res) => handle(req, res)).listen(port, () => console.log('custom server: Ready'))
