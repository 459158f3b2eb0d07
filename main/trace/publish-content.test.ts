import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { publishDetails } from './publish-details'

function content(formats: Record<string, unknown>) {
  const { model } = new TraceScript().publish(1, { formats })
  return publishDetails(model, 1, 0, 10)?.content.map(({ base64, ...rest }) => ({
    ...rest,
    text: Buffer.from(base64, 'base64').toString(),
  }))
}

test('has the content of each format', () => {
  const formats = {
    'ws-message': { content: 'hi' },
    'http-stream': { content: 'data: 1\n\n' },
    'http-response': { code: 404, headers: { 'X-A': 'b' }, body: 'gone' },
  }
  expect(content(formats)).toEqual([
    { format: 'http-response', action: 'send', about: '404 Not Found', headers: [['X-A', 'b']], size: 4, text: 'gone' },
    { format: 'http-stream', action: 'send', about: '', headers: [], size: 9, text: 'data: 1\n\n' },
    { format: 'ws-message', action: 'send', about: 'text', headers: [], size: 2, text: 'hi' },
  ])
})

test('tells binary, patches and closes', () => {
  expect(content({ 'ws-message': { 'content-bin': 'AAE=' } })).toMatchObject([{ about: 'binary', size: 2 }])
  const close = { 'ws-message': { action: 'close', code: 4000, reason: 'bye' } }
  expect(content(close)).toMatchObject([{ action: 'close', about: 'code 4000 bye', size: 0 }])
  const patch = { 'http-response': { 'body-patch': [{ op: 'remove', path: '/a' }] } }
  expect(content(patch)).toMatchObject([{ about: '200 OK, body by JSON Patch', text: '[{"op":"remove","path":"/a"}]' }])
})

test('shows the first 64 KiB, and says how much there is', () => {
  const [only] = content({ 'http-stream': { content: 'x'.repeat(900_000) } }) ?? []
  expect([only?.text.length, only?.size]).toEqual([65_536, 900_000])
})

test('has nothing of formats that nobody knows', () => expect(content({ smoke: { content: 'x' } })).toEqual([]))
