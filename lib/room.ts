/**
 * The program of the locked room: a process that decodes what may end a process. `node room.js [SVT-AV1]`; orders come over its input, variants go
 * over its output. Started by the engine, never by hand.
 */
import { serveRoom } from './native.js'

serveRoom(process.argv[2])
