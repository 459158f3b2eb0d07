import { describe, expect, it } from 'vitest'
import { readEventLines, restFault } from './event-stream-lines'

const read = (text: string) => {
  const { stray, rest, data } = readEventLines(Buffer.from(text))
  return [stray, text.slice(rest), data]
}

describe('lines of an event stream', () => {
  it.each([
    ['data: a\n\n', undefined, '', 1],
    ['data: a\r\n\r\n', undefined, '', 1],
    ['data: a\r\r', undefined, '', 1],
    ['\ufeffdata: a\n\n', undefined, '', 1],
    [': comment\n', undefined, '', 0],
    ['retry: 1000\nid: 5\n', undefined, '', 0],
    ['event: x\ndata: a\ndata: b\n', undefined, 'data: a\ndata: b\n', 2],
    ['data\n\nda', undefined, 'da', 1],
    ['\n\n', undefined, '', 0],
    ['hello\n', 'hello', '', 0],
    ['data: a\nhello: x\n\n', 'hello: x', '', 1],
    ['database: x\n\n', 'database: x', '', 0],
    ['{"a": 1}\n', '{"a": 1}', '', 0],
  ])('%j', (text, stray, rest, data) => {
    expect(read(text)).toEqual([stray, rest, data])
  })

  it('leaves out the line that it begins in', () => {
    expect(readEventLines(Buffer.from('rest of it\ndata: a\n\n'), true)).toEqual({
      stray: undefined,
      rest: 20,
      data: 1,
    })
  })

  it.each([
    ['data: a\n', 'unfinished'],
    ['data: a', 'unfinished'],
    ['da', 'unfinished'],
    ['event: x', 'unfinished'],
    ['hello', 'no-field'],
    ['data: a\nhello', 'no-field'],
    [': keep-alive', undefined],
    ['', undefined],
    ['data: a\n: keep-alive', 'unfinished'],
  ])('%j at the end is %j', (text, fault) => {
    expect(restFault(Buffer.from(text))).toBe(fault)
  })
})
