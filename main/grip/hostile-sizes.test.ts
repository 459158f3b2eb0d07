// As much of one thing as fits into what is read: none of it may take long, or more than the stack has.
import { expect, test } from 'vitest'
import { patchBody } from './body-patch'
import { readInstruct } from './instruct'
import { parsePublishCall, parsePublishFrame } from './publish-item'
import { parseRoutes } from './routes'
import { expand } from './templates'
import { encodeTnet } from './tnetstring'
import { parseWsControl } from './ws-control'
import { decodeEvents } from './ws-events'

/** Milliseconds: a busy machine has many times as long as it needs. */
const PATIENCE = 3000

const many = (n: number, value: unknown = 1) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, value]))
const deep = (n: number) => '['.repeat(n) + ']'.repeat(n)
const stream = { 'http-stream': { content: 'x' } }
const item = (more: object) => ({ channel: 'c', formats: stream, ...more })
const call = (one: object) => () => parsePublishCall(Buffer.from(JSON.stringify({ items: [one] })))
const format = (name: string, fields: object) => call({ channel: 'c', formats: { [name]: fields } })
const json = (body: string) =>
  readInstruct({
    status: 200,
    reason: 'OK',
    headers: ['Content-Type', 'application/grip-instruct'],
    body: Buffer.from(body),
  })
const instruct = (value: object) => () => json(JSON.stringify(value))
const header = (name: string, value: string) => () =>
  readInstruct({ status: 200, reason: 'OK', headers: ['Grip-Hold', 'stream', name, value], body: Buffer.alloc(0) })

const calls: [string, () => unknown][] = [
  ['fields of an item', call(item(many(60_000)))],
  ['fields of a format', format('http-stream', { content: 'x', ...many(60_000) })],
  ['formats', call({ channel: 'c', formats: { ...stream, ...many(60_000) } })],
  ['meta', call(item({ meta: many(40_000, 'x') }))],
  ['items', () => parsePublishCall(Buffer.from(JSON.stringify({ items: new Array(18_000).fill(item({})) })))],
  ['a long name of a field', call(item({ [`f${'o'.repeat(900_000)}`]: 1 }))],
  ['a long action', format('http-stream', { action: 's'.repeat(900_000) })],
  ['headers', format('http-response', { headers: many(40_000, 'x') })],
  ['pairs of headers', format('http-response', { headers: new Array(60_000).fill(['a', 'x']) })],
  ['exposed headers', format('http-response', { headers: { 'Grip-Expose-Headers': 'a,'.repeat(400_000) } })],
  ['filters', format('http-stream', { content: 'x', 'content-filters': new Array(90_000).fill('skip-self') })],
  ['blanks in base64', format('http-stream', { 'content-bin': `${' '.repeat(900_000)}!` })],
  ['padding in base64', format('http-stream', { 'content-bin': `${'= '.repeat(450_000)}!` })],
  ['lists in a format', () => parsePublishCall(Buffer.from(`{"items":[{"channel":"c","x":${deep(400_000)}}]}`))],
  [
    'lists in a patch',
    () => parsePublishFrame(Buffer.from(`J{"channel":"c","http-response":{"body-patch":${deep(9000)}}}`)),
  ],
  [
    'fields of a TNetString',
    () => parsePublishFrame(Buffer.concat([Buffer.from('T'), encodeTnet(item(many(50_000)))])),
  ],
  ['digits of a TNetString', () => parsePublishFrame(Buffer.from(`T${'0'.repeat(900_000)}`))],
  [
    'operations of a patch',
    () =>
      patchBody(
        Buffer.from(JSON.stringify(new Array(20_000).fill(0))),
        new Array(20_000).fill({ op: 'remove', path: '/0' }),
      ),
  ],
  ['a long path of a patch', () => patchBody(Buffer.from('{"a":1}'), [{ op: 'remove', path: '/a'.repeat(400_000) }])],
  ['fields of an instruct', instruct({ hold: { mode: 'stream', ...many(7000) }, ...many(1000) })],
  ['a long mode', instruct({ hold: { mode: 'r'.repeat(90_000) } })],
  ['channels', instruct({ hold: { mode: 'stream', channels: new Array(5000).fill({ name: 'c', filters: ['x'] }) } })],
  ['filters of a channel', instruct({ hold: { channels: [{ name: 'c', filters: new Array(20_000).fill('x') }] } })],
  ['blanks in a body', instruct({ hold: {}, response: { 'body-bin': `${' '.repeat(90_000)}!` } })],
  ['lists in an instruct', () => json(`{"hold":{"meta":{"a":${deep(40_000)}}}}`)],
  [
    'a long control message',
    () => parseWsControl(Buffer.from(JSON.stringify({ type: 't'.repeat(16_000), ...many(900) }))),
  ],
  ['events', () => decodeEvents(Buffer.from('PING\r\n'.repeat(160_000)))],
  ['events without a name', () => decodeEvents(Buffer.from('\r\n'.repeat(500_000)))],
  ['lines of routes', () => parseRoutes(Array.from({ length: 20_000 }, (_, i) => `*,path_beg=/${i} h:1`).join('\n'))],
  ['parameters of a route', () => parseRoutes(`*,${'path_beg=/,'.repeat(50_000)} h:1`)],
  ['quotes in a route', () => parseRoutes(`${'"'.repeat(500_001)} h:1`)],
  ['variables in a message', () => expand(Buffer.from('%('.repeat(400_000)), () => ({ text: Buffer.alloc(0) }))],
]
const names = ['Channel', 'Link', 'Set-Meta', 'Keep-Alive', 'Status', 'Timeout', 'Expose-Headers']
for (const sign of [' ', '"', '\\', ';', ',', '=', '<', 'a="b\\" ;, <'])
  for (const name of names) calls.push([`${sign} in Grip-${name}`, header(`Grip-${name}`, `c${sign.repeat(16_000)}x`)])

test.each(calls)('%s', (_name, run) => {
  const begun = performance.now()
  run()
  expect(performance.now() - begun).toBeLessThan(PATIENCE)
})
