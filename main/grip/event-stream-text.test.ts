// What an EventSource would not tell of.
import { expect, test } from 'vitest'
import { readFraming } from './event-stream-text'

const fault = (text: string, whole = true) => readFraming(Buffer.from(text), whole).fault

test.each([
  '',
  'data: 1\n\n',
  'data: 1\r\n\r\n',
  'data: 1\r\r',
  'event: x\nid: 1\nretry: 5\ndata: 1\ndata: 2\n\n',
  'data\n\n',
  ':\n\n',
  ': ping\n',
  ': ping',
  'data: 1\n\n: ping\n',
  'retry: 1000\n',
  'id: 7\n',
  '\u{feff}data: 1\n\n',
  'data: 1\n\n\n\n',
  'data: {"a":\ndata: 1}\n\n',
])('%j is whole', (text) => expect(fault(text)).toBeUndefined())

test.each([
  'data: 1',
  'data: 1\n',
  'data: 1\r\n',
  'data: 1\r',
  'data: 1\n\ndata: 2\n',
  'data: 1\n: ping\n',
  'da',
  'data',
])('%j is unfinished', (text) => expect(fault(text)).toBe('unfinished'))

test.each(['hello', 'hello\n\n', '{"n": 1}', 'Data: 1\n\n', ' data: 1\n\n', 'data: 1\nnews: x\n\n', 'datas: 1'])(
  '%j has a line that is no field',
  (text) => expect(fault(text)).toBe('no-field'),
)

test('a text that does not begin with the stream is read from its second line', () => {
  expect(fault('lo\ndata: 1\n\n', false)).toBeUndefined()
  expect(fault('lo\ndata: 1\n', false)).toBe('unfinished')
  expect(fault('lo', false)).toBeUndefined()
})

test('says where the unfinished event begins', () => {
  expect(readFraming(Buffer.from('data: 1\n\nevent: x\ndata: 2\n'), true).from).toBe(18)
})

test('a long text takes no long time', () => {
  const lines = Buffer.from('data: x\n'.repeat(200_000))
  expect(readFraming(lines, true).fault).toBe('unfinished')
  expect(readFraming(Buffer.from('x\r'.repeat(200_000)), true).fault).toBe('no-field')
})
