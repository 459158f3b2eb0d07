import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { filterKeys } from './fields'
import { isField } from './fields/is'
import { kindField } from './fields/kind'
import { parseFilter, splitWords } from './parse'

const terms = (text: string) =>
  parseFilter(text).groups.map((group) => group.map(({ key, value }) => `${key}=${value}`))
const problems = (text: string) => parseFilter(text).problems.map((problem) => problem.word)

test.each([
  ['', []],
  ['   ', []],
  ['counter', [['text=counter']]],
  ['is:held', [['is=held']]],
  ['IS:Held', [['is=held']]],
  ['kind:SSE', [['kind=sse']]],
  ['channel:room-*', [['channel=room-*']]],
  ['status:5xx', [['status=5xx']]],
  ['status:>=400', [['status=>=400']]],
  ['status:none', [['status=none']]],
  ['method:post', [['method=post']]],
  ['path:/counter/', [['path=/counter/']]],
  ['path:"/a b"', [['path=/a b']]],
  ['"is:held"', [['text=is:held']]],
  ['a b', [['text=a', 'text=b']]],
  ['a or b c', [['text=a'], ['text=b', 'text=c']]],
  ['or a OR or b or', [['text=a'], ['text=b']]],
  ['http://localhost:8000/x', [['text=http://localhost:8000/x']]],
  ['-is:held -x', [['is=held', 'text=x']]],
  ['-', [['text=-']]],
  ['!x', [['text=x']]],
  ['method:POST,DELETE', [['method=POST,DELETE']]],
  ['size>10k', [['size=>10k']]],
  ['size:>10k', [['size=>10k']]],
  ['status>=400', [['status=>=400']]],
  ['Status=200', [['status==200']]],
  ['TIME<=1.5s', [['time=<=1.5s']]],
  ['size>', []],
  ['to:Nobody', [['to=nobody']]],
  ['header:content-type=json', [['header=content-type=json']]],
  ['body:"a b"', [['body=a b']]],
])('%j is read', (text, expected) => expect(terms(text)).toEqual(expected))

test('a minus before a term negates it', () => {
  expect(parseFilter('-is:held is:live').groups[0]?.map((term) => term.negated)).toEqual([true, false])
})

test('every word that is offered is understood', () => {
  const all = [...isField.words.map((word) => `is:${word}`), ...kindField.words.map((word) => `kind:${word}`)].join(' ')
  expect(problems(all)).toEqual([])
})

describe('what is not understood', () => {
  test.each([
    ['is:hold', 'held'],
    ['kind:poll', 'long-poll'],
    ['status:abc', '5xx'],
    ['status:9xx', '5xx'],
    ['chanel:x', 'channel:'],
    ['is:held,hold', 'held'],
    ['status:200,abc', '5xx'],
    ['size>big', 'size>10k'],
    ['time>1parsec', 'time>1s'],
    ['to:me', 'nobody'],
    ['via:post', 'zmq-pull'],
    ['is:foo', 'held'],
    ['statuss:200', 'status:'],
    ['size>abc', 'size>10k'],
    ['size>-1', 'size>10k'],
    ['size:10k-20k', 'size>10k'],
    ['time>1x', 'time>1s'],
    ['time<1,5s', 'time>1s'],
    ['status:200-299', '5xx'],
    ['status>=x', '5xx'],
    ['re:x', 'in quotes'],
  ])('%s is left out, and what is known is said', (text, hint) => {
    const { groups, problems: told } = parseFilter(`${text} counter`)
    expect(groups).toEqual([[{ key: 'text', value: 'counter', negated: false }]])
    expect(told[0]?.word).toBe(text)
    expect(told[0]?.message).toContain(hint)
  })

  test.each(filterKeys.map((key) => [`${key}:`]))('%s without a value is still being typed', (text) => {
    expect(parseFilter(text)).toEqual({ groups: [], problems: [] })
  })
})

test('no text breaks it, and no word is lost', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const words = splitWords(text)
      expect(() => parseFilter(text)).not.toThrow()
      expect(text.replace(/\s/g, '')).toBe(words.join('').replace(/\s/g, ''))
    }),
  )
})

test.each([
  ['statuss:200', 'status:200'],
  ['-staus:2xx', '-status:2xx'],
  ['hsot:a', 'host:a'],
  ['heder:cookie', 'header:cookie'],
  ['pathh:"/a b"', 'path:"/a b"'],
  ['url:/x', 'path:/x'],
  ['!Code:404', '!status:404'],
  ['grep:x', null],
  ['foo:x', null],
])('%s: the key that was meant is offered', (text, offered) => {
  const [problem] = parseFilter(text).problems
  expect(problem?.suggestion?.text ?? null).toBe(offered)
})
