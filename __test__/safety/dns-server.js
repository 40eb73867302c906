/** A name server on 127.0.0.53 that says what a test tells it to: A, AAAA and CNAME over UDP, with a time to live of 0. Resolves nothing itself. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'

export const NAME_SERVER = '127.0.0.53'
const PORT = 53

const TYPES = { 1: 'A', 5: 'CNAME', 28: 'AAAA' }
const NUMBERS = { A: 1, CNAME: 5, AAAA: 28 }
/** Offsets of RFC 1035: the header is 12 bytes, and the question follows. */
const QUESTION = 12
const NO_SUCH_NAME = 3

/** `answer(name, type)`: records `{ type, data, name? }`, or undefined for a name that does not exist. */
export async function startNameServer(t, answer) {
  const socket = createSocket('udp4')
  socket.on('message', (message, { address, port }) => socket.send(reply(message, answer), port, address))
  socket.bind(PORT, NAME_SERVER)
  await once(socket, 'listening')
  t.after(() => socket.close())
}

/** The record that an address is. */
export const toRecord = (address) => ({ type: isIP(address) === 6 ? 'AAAA' : 'A', data: address })

function reply(message, answer) {
  const { name, type, end } = readQuestion(message)
  const records = answer(name, type)
  const header = Buffer.from(message.subarray(0, QUESTION))
  header.writeUInt16BE(0x8180 | (records === undefined ? NO_SUCH_NAME : 0), 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records?.length ?? 0, 6)
  header.fill(0, 8)
  return Buffer.concat([header, message.subarray(QUESTION, end), ...(records ?? []).map((one) => toBytes(one, name))])
}

function readQuestion(message) {
  const labels = []
  let at = QUESTION
  for (let length = message[at]; length > 0; length = message[at]) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: TYPES[message.readUInt16BE(at + 1)], end: at + 5 }
}

function toBytes({ type, data, name }, asked) {
  const content = type === 'CNAME' ? toName(data) : toAddress(data)
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(NUMBERS[type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt16BE(content.length, 8)
  return Buffer.concat([toName(name ?? asked), fixed, content])
}

function toName(name) {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]))
  return Buffer.concat([...labels, Buffer.alloc(1)])
}

function toAddress(address) {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // WHATWG writes every form of IPv6 in one.
  const [head, tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (half) => (half ? half.split(':') : [])
  const [first, last] = [groups(head), groups(tail)]
  const all = [...first, ...Array(8 - first.length - last.length).fill('0'), ...last]
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]))
}
