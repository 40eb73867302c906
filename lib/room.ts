/**
 * The program of the locked room: a process that decodes what may end a process. `node room.js FILES`, the encoders' files in JSON; orders come over its input, variants go
 * over its output. Started by the engine, never by hand.
 */
import { serveRoom } from './native.js'

serveRoom(JSON.parse(process.argv[2] ?? '{}'))
