// For tests: a trace with an exchange of every kind that an exported file can have, with events of the engine, and with faults
// of Gripscope's own.
import { gzipSync } from 'node:zlib'
import { inWords } from './said'
import { TraceScript } from './trace-script'

/** Paths of the exchanges that have an answer, with the text of what the client received. */
export const EVERY_BODY: Readonly<Record<string, string>> = {
  '/page': '<!doctype html><p>é</p>',
  '/compressed': '{"data":"é"}',
  '/poll': 'R',
  '/events': ': open\n\nS',
  '/refused': 'why',
}
export const EVERY_BYTES = Buffer.from([0xff, 0, 0xfe, 1])
/** Entries that a file of it has. */
export const EVERY_COUNT = 17

const TEXT = ['Content-Type', 'text/plain; charset=utf-8']
const STREAM = ['Content-Type', 'text/event-stream']
const UPGRADE = ['Upgrade', 'websocket', 'Connection', 'Upgrade']

/** @param host of the proxy, as clients name it */
export function everyKind(host = 'a.test'): TraceScript {
  const script = new TraceScript()
  const headers = ['Host', host]
  const add = (x: number, method: string, url: string, more: string[] = [], httpVersion = '1.1'): TraceScript =>
    script.at(x * 10).request(x, { method, url, headers: [...headers, ...more], httpVersion })
  script.events.push(
    { type: 'engine-started', t: 0, version: '1.2.3', settings: { listen: '127.0.0.1', proxyPort: 7999 } },
    { type: 'routes', t: 0, lines: ['* localhost:8000'], count: 1, warnings: [{ line: 1, message: 'unknown "x"' }] },
    { type: 'port', t: 0, role: 'proxy', address: '127.0.0.1', port: 7999 },
  )
  const passed = (x: number, head: string[], body: string | Buffer, status = 200): void => {
    const size = Buffer.byteLength(body)
    script.at(x * 10 + 1).sent(x)
    script.answered(x, status, head, body).response(x, { status, headers: head })
    script.at(x * 10 + 2).ended(x, { responseSize: size })
  }
  add(1, 'GET', '/page', ['Cookie', 'a=1; b=x=y', 'Sec-Fetch-Dest', 'document'])
  passed(1, ['Content-Type', 'text/html; charset=utf-8', 'Set-Cookie', 'sid=1; HttpOnly'], EVERY_BODY['/page'] ?? '')
  add(2, 'GET', '/compressed')
  const compressed = gzipSync(EVERY_BODY['/compressed'] ?? '')
  passed(2, ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'], compressed)
  add(3, 'POST', '/bytes', ['Content-Type', 'application/octet-stream', 'Content-Length', '4'])
  script.requestBody(3, EVERY_BYTES)
  passed(3, ['Content-Type', 'image/png'], EVERY_BYTES)
  add(4, 'POST', '/form', ['Content-Type', 'application/x-www-form-urlencoded', 'Content-Length', '9'])
  script.requestBody(4, 'a=1&b=x+y')
  passed(4, TEXT, 'got it')
  add(5, 'GET', '/moved')
  passed(5, ['Location', '/page'], '', 302)
  add(6, 'HEAD', '/page')
  passed(6, ['Content-Type', 'text/html', 'Content-Length', '24'], '')
  add(7, 'GET', '/cached')
  passed(7, ['ETag', '"1"'], '', 304)
  add(8, 'GET', '/cut')
  script.sent(8).answered(8, 200, TEXT, 'begin').answerData(8, ' and some')
  script.response(8, { headers: TEXT }).failed(8, { cause: inWords('the backend closed the connection') })
  script.ended(8, { how: 'backend-failed', cause: inWords('it broke off'), responseSize: 14 })
  add(9, 'GET', '/down').failed(9, {}).response(9, { status: 502, body: 'own', headers: TEXT })
  script
    .responseData(9, 'Bad Gateway')
    .ended(9, { how: 'backend-failed', cause: inWords('h:1 is down'), responseSize: 11 })
  add(10, 'GET', '/poll').sent(10).answered(10).instruct(10).held(10).subscribed(10, 'news')
  script.publish(1, { channel: 'news', id: '1' })
  script.response(10, { body: 'publish', p: 1, headers: TEXT }).delivery(1, { 10: 'delivered' }, { channel: 'news' })
  script.ended(10, { how: 'delivered', responseSize: 1 })
  add(11, 'GET', '/events').sent(11).answered(11, 200, STREAM, ': open\n\n').instruct(11).held(11, 'stream')
  script.subscribed(11, 'room').response(11, { headers: STREAM, body: 'own' }).responseData(11, ': open\n\n')
  script.publish(2, { channel: 'room' }).delivery(2, { 11: 'delivered' }, { channel: 'room' }).keepAlive()
  script.ended(11, { how: 'client-left', responseSize: 9 })
  add(12, 'GET', '/ws', UPGRADE).response(12, { status: 101 }).held(12, 'websocket').subscribed(12, 'room')
  script.message(12, 'hi').message(12, Buffer.from([0, 255]), { from: 'backend', kind: 'binary' })
  script.message(12, 'x'.repeat(100), { size: 70_000 })
  script.message(12, '1000 bye', { kind: 'close', code: 1000 }).ended(12, { how: 'closed' })
  add(13, 'GET', '/ws', UPGRADE, '2.0').response(13, { status: 200, body: 'own', opens: true })
  script.held(13, 'websocket').ended(13, { how: 'client-left' })
  add(14, 'GET', '/refused').sent(14).answered(14, 200, ['Grip-Hold', 'nosuch'])
  script.response(14, { status: 502, body: 'own', headers: TEXT }).responseData(14, 'why')
  script.ended(14, { how: 'instruct-refused', cause: inWords('Grip-Hold: nosuch'), responseSize: 3 })
  add(15, 'GET', '/still').sent(15).answered(15).instruct(15).held(15)
  add(16, 'GET', '/left').sent(16).ended(16, { how: 'client-left' })
  add(17, 'GET', '/caf\xc3\xa9?q=%zz&q=2&=', ['X-\xff', 'b\xfcy'], '2.0')
  passed(17, ['X-Odd', 'caf\xc3\xa9'], 'odd')
  script.at(180).request(18, { method: '', url: '', headers: [], unread: true }).ended(18, { how: 'bad-request' })
  script.events.push(
    {
      type: 'fault',
      t: 181,
      message: 'RangeError: Invalid string length',
      where: 'RangeError: …\n    at x (y.js:1:2)',
    },
    { type: 'fault', t: 182, message: 'TypeError: "quoted" \u001b[2J', where: '' },
    { type: 'command', t: 183, via: 'zmq-command', name: 'recover' },
    { type: 'settings-changed', t: 184, settings: { debug: true }, restarts: false },
    { type: 'engine-stopped', t: 185 },
  )
  return script
}
