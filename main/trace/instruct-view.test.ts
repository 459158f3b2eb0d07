import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { instructView } from './instruct-view'

function view({ model }: TraceScript) {
  const exchange = model.exchanges.get(1)
  return exchange ? instructView(exchange) : null
}

const answer = (headers: string[], body: string) => new TraceScript().request(1).sent(1).answered(1, 200, headers, body)

test('an exchange without an instruct has none', () => {
  expect(view(answer([], 'x'))).toBeNull()
})

test('headers are shown as they were understood, with their lines', () => {
  const headers = ['X', 'y', 'Grip-Hold', 'response', 'GRIP-Channel', 'a; prev-id=1, b; filter=skip-self']
  const script = answer([...headers, 'Grip-Timeout', '30', 'Grip-Set-Meta', 'user="alice"'], 'B').instruct(1)
  script.held(1, 'response', { timeout: 30_000 }).subscribed(1, 'a', { prevId: '1' }).subscribed(1, 'b')
  expect(view(script)).toEqual({
    from: 'headers',
    accepted: true,
    problems: [],
    mode: 'response',
    timeout: 30_000,
    keepAlive: null,
    next: '',
    meta: [['user', 'alice']],
    channels: [
      { name: 'a', prevId: '1', filters: [] },
      { name: 'b', prevId: null, filters: ['skip-self'] },
    ],
    source:
      'Grip-Hold: response\nGRIP-Channel: a; prev-id=1, b; filter=skip-self\nGrip-Timeout: 30\nGrip-Set-Meta: user="alice"',
  })
})

test('JSON is shown as it was understood, with its text', () => {
  const keepAlive = { content: '\n', timeout: 20 }
  const text = JSON.stringify({ hold: { mode: 'stream', channels: [{ name: 'c' }], 'keep-alive': keepAlive } })
  const headers = ['Content-Type', 'application/grip-instruct', 'Grip-Link', '</next>; rel=next']
  const script = answer(headers, text).instruct(1, { from: 'json' }).held(1, 'stream', { keepAlive: 20_000 })
  expect(view(script)).toMatchObject({ mode: 'stream', timeout: null, keepAlive: 20_000, next: '/next', source: text })
})

test('JSON that came in parts is put together in their order', () => {
  const script = new TraceScript().request(1).sent(1).answered(1, 200, ['Content-Type', 'application/grip-instruct'])
  for (const part of ['{"hold":', '{"mode":"stream",', '"channels":[]}}']) script.answerData(1, part)
  expect(view(script.instruct(1, { from: 'json' }).held(1, 'stream'))).toMatchObject({
    mode: 'stream',
    source: '{"hold":{"mode":"stream","channels":[]}}',
  })
})

test('a refused one is shown with its problems and nothing that was understood', () => {
  const problems = [{ field: 'hold', message: 'is no object', fix: 'Make it one.' }]
  const script = answer(['Content-Type', 'application/grip-instruct'], '{"hold":1}')
  expect(view(script.instruct(1, { from: 'json', accepted: false, problems }))).toEqual({
    from: 'json',
    accepted: false,
    problems,
    mode: null,
    timeout: null,
    keepAlive: null,
    next: '',
    meta: [],
    channels: [],
    source: '{"hold":1}',
  })
})

test('one whose text was not kept whole is shown as it was understood', () => {
  const script = answer(['Content-Type', 'application/grip-instruct'], '{"hold":{"mode":"str')
  const channels = [{ name: 'c', prevId: '3', filters: ['var-subst'] }]
  const keepAlive = { content: Buffer.from('\n'), timeout: 5000, mode: 'idle' } as const
  const hold = { mode: 'stream', timeout: 55_000, channels, keepAlive } as const
  const response = { code: 200, reason: 'OK', headers: [] }
  const understood = { hold, response, meta: { user: 'bob' }, next: { uri: '/n', timeout: 1000 } }
  expect(view(script.instruct(1, { from: 'json', understood }))).toMatchObject({
    accepted: true,
    mode: 'stream',
    timeout: null,
    keepAlive: 5000,
    next: '/n',
    meta: [['user', 'bob']],
    channels,
    source: '{"hold":{"mode":"str',
  })
})

test('what was understood counts, whatever its text says to the parser of today', () => {
  const script = answer(['Grip-Hold', 'stream', 'Grip-Channel', 'a'], '')
  const hold = { mode: 'response', timeout: 7000, channels: [{ name: 'z', filters: [] }] } as const
  const understood = { hold, response: { code: 200, reason: 'OK', headers: [] }, meta: {} }
  expect(view(script.instruct(1, { understood }))).toMatchObject({
    mode: 'response',
    timeout: 7000,
    channels: [{ name: 'z', prevId: null, filters: [] }],
    source: 'Grip-Hold: stream\nGrip-Channel: a',
  })
})

test('the latest one counts', () => {
  const script = answer(['Grip-Hold', 'stream', 'Grip-Channel', 'a'], 'first').instruct(1).held(1, 'stream')
  script.at(5).sent(1, { why: 'next' }).answered(1, 200, ['Grip-Hold', 'stream', 'Grip-Channel', 'b'], 'second')
  script.instruct(1).at(9).sent(1, { why: 'next' }).answered(1, 200, ['Grip-Hold', 'stream', 'Grip-Channel', 'c'], 'x')
  expect(view(script)?.channels).toEqual([{ name: 'b', prevId: null, filters: [] }])
})

test('a link that got the answer of another one, whose query differs, is a warning', () => {
  const headers = ['Grip-Hold', 'stream', 'Grip-Channel', 'c', 'Grip-Link', '</n?user=b>; rel=next']
  const script = answer(headers, '').instruct(1).held(1, 'stream', { next: '/n?user=b' }).subscribed(1)
  script.sent(1, { why: 'next', url: '/n?user=b', shared: { x: 7, url: '/n?user=b' } })
  expect(view(script)?.problems).toEqual([])
  script.sent(1, { why: 'hint', url: '/n?user=b', shared: { x: 7, url: '/n?user=a' } })
  script.answered(1, 200, headers, '').instruct(1)
  expect(view(script)).toMatchObject({
    accepted: true,
    problems: [
      {
        field: 'Grip-Link',
        message:
          'the next link /n?user=b got the answer of #7, which had just requested /n?user=a: links that differ only in their query share one answer',
        fix: 'Put what differs between clients into the path of the link.',
      },
    ],
  })
})
