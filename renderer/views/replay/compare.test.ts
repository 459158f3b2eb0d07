import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { ExchangeDetails } from '../../../preload/views'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { testExchange } from '../../testing/rows'
import { compareBodies, type DiffRow, foldRows } from './compare-bodies'
import { differenceOf, holdFacts, requestFacts, resultFacts, timingsOf } from './compare-facts'
import { compareHeaders } from './compare-headers'

type Headers = [string, string][]

describe('headers', () => {
  const changes = (a: Headers, b: Headers) =>
    compareHeaders(a, b).map(({ name, a: before, b: after, change }) => `${change} ${name}: ${before} > ${after}`)

  test('are the same, changed, added or removed', () => {
    const a: Headers = [
      ['Content-Type', 'text/plain'],
      ['ETag', '1'],
      ['X-Old', 'x'],
    ]
    const b: Headers = [
      ['X-New', 'y'],
      ['content-type', 'text/plain'],
      ['etag', '2'],
    ]
    expect(changes(a, b)).toEqual([
      'same Content-Type: text/plain > text/plain',
      'changed ETag: 1 > 2',
      'removed X-Old: x > null',
      'added X-New: null > y',
    ])
  })

  test('that come more than once are matched by their values', () => {
    const a: Headers = [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=1'],
      ['Set-Cookie', 'c=1'],
    ]
    const b: Headers = [
      ['Set-Cookie', 'b=1'],
      ['Set-Cookie', 'a=2'],
    ]
    expect(changes(a, b)).toEqual([
      'same Set-Cookie: b=1 > b=1',
      'changed Set-Cookie: a=1 > a=2',
      'removed Set-Cookie: c=1 > null',
    ])
  })

  test('that differ each time are no finding', () => {
    expect(changes([['Date', 'now']], [['Date', 'later']])).toEqual(['passing Date: now > later'])
  })

  test('are all there, on their side, whatever they are', () => {
    const some = fc.array(fc.tuple(fc.constantFrom('A', 'a', 'B', 'C'), fc.constantFrom('1', '2', '3')))
    const sorted = (headers: readonly (readonly [string, string | null])[]) =>
      headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort()
    fc.assert(
      fc.property(some, some, (a, b) => {
        const pairs = compareHeaders(a, b)
        const side = (which: 'a' | 'b') =>
          pairs.flatMap((pair) => (pair[which] === null ? [] : [[pair.name, pair[which]] as const]))
        expect(sorted(side('a'))).toEqual(sorted(a))
        expect(sorted(side('b'))).toEqual(sorted(b))
        for (const pair of pairs) expect(pair.change === 'same').toBe(pair.a === pair.b)
      }),
    )
  })
})

describe('bodies', () => {
  const lines = async (a: string, b: string): Promise<string[]> => {
    const comparison = await compareBodies(textBody(a), textBody(b))
    if (comparison.kind !== 'lines') throw new Error(comparison.kind)
    return comparison.rows.map(({ change, a: left, b: right }) => {
      return `${change} ${left ? `${left.number} ${left.text}` : '-'} | ${right ? `${right.number} ${right.text}` : '-'}`
    })
  }

  test('are compared line by line', async () => {
    expect(await lines('a\nb\nc\n', 'a\nB\nB2\nc')).toEqual([
      'same 1 a | 1 a',
      'changed 2 b | 2 B',
      'added - | 3 B2',
      'same 3 c | 4 c',
    ])
    expect(await lines('a\nb', 'b')).toEqual(['removed 1 a | -', 'same 2 b | 1 b'])
    expect(await lines('', 'x')).toEqual(['added - | 1 x'])
  })

  test('of JSON are put on lines first', async () => {
    expect(await lines('{"a":1,"b":[1,2]}', '{"a":1,"b":[1,3]}')).toEqual([
      'same 1 { | 1 {',
      'same 2   "a": 1, | 2   "a": 1,',
      'same 3   "b": [ | 3   "b": [',
      'same 4     1, | 4     1,',
      'changed 5     2 | 5     3',
      'same 6   ] | 6   ]',
      'same 7 } | 7 }',
    ])
  })

  test('of JSON that differ in white space only are told so', async () => {
    expect(await compareBodies(textBody('{"a":1}'), textBody('{ "a": 1 }'))).toMatchObject({
      kind: 'lines',
      equal: false,
      layout: true,
    })
    expect(await compareBodies(textBody('{"a":1}'), textBody('{"a":1}'))).toMatchObject({ equal: true, layout: false })
  })

  test('do not lose digits of great numbers', async () => {
    const great = await compareBodies(textBody('{"id":12345678901234567890}'), textBody('{"id":12345678901234567891}'))
    expect(great).toMatchObject({ kind: 'lines', equal: false, layout: false })
  })

  test('of bytes are equal or not', async () => {
    const bytes = (text: string) => textBody('', { base64: btoa(text), size: text.length, kept: text.length })
    expect(await compareBodies(bytes('\x00\x01'), bytes('\x00\x01'))).toEqual({ kind: 'bytes', equal: true })
    expect(await compareBodies(bytes('\x00\x01'), bytes('\x00\x02'))).toEqual({ kind: 'bytes', equal: false })
    expect(await compareBodies(bytes('\x00\x01'), textBody('text'))).toEqual({ kind: 'bytes', equal: false })
  })

  test('that were cut are not told to be equal where their sizes differ', async () => {
    const part = (size: number) => textBody('', { base64: btoa('\x00'), size, kept: 1 })
    expect(await compareBodies(part(100), part(200))).toEqual({ kind: 'bytes', equal: false })
    expect(await compareBodies(textBody('a', { size: 100 }), textBody('a', { size: 200 }))).toMatchObject({
      equal: false,
    })
  })

  test('that are both empty are nothing to compare', async () => {
    expect(await compareBodies(textBody(''), textBody(''))).toEqual({ kind: 'empty' })
  })

  test('that differ in thousands of lines are not compared one by one', async () => {
    const text = (word: string) => Array.from({ length: 4000 }, (_, index) => `${word} ${index}`).join('\n')
    expect(await compareBodies(textBody(text('a')), textBody(text('b')))).toEqual({
      kind: 'too-different',
      linesA: 4000,
      linesB: 4000,
    })
  })

  test('that differ in hundreds of lines are', async () => {
    const text = (every: number) =>
      Array.from({ length: 5000 }, (_, n) => (n % 10 === 0 ? `${n % every}` : `line ${n}`)).join('\n')
    const comparison = await compareBodies(textBody(text(11)), textBody(text(13)))
    if (comparison.kind !== 'lines') throw new Error(comparison.kind)
    expect(comparison.rows.filter(({ change }) => change !== 'same').length).toBeGreaterThan(300)
  })

  test('that are longer than what is compared say so', async () => {
    const long = 'x'.repeat(99).concat('\n').repeat(20_000)
    expect(await compareBodies(textBody(`${long}a`), textBody(`${long}b`))).toMatchObject({
      kind: 'lines',
      equal: false,
      layout: false,
      bound: 'Too long to be compared whole: the first 1 MiB of each is compared.',
    })
    const comparison = await compareBodies(textBody('\n'.repeat(150_000)), textBody('\n'.repeat(150_000)))
    expect(comparison).toMatchObject({
      equal: true,
      bound: 'Too many lines to be compared all: the first 100,000 of each are compared.',
    })
    expect(comparison.kind === 'lines' && comparison.rows).toHaveLength(100_000)
  })

  test('give the page its turn, and stop when they are no longer wanted', async () => {
    const stop = new AbortController()
    const text = Array.from({ length: 90_000 }, (_, n) => `line ${n}`).join('\n')
    const done = vi.fn()
    void compareBodies(textBody(text), textBody(`${text}\nmore`), stop.signal).then(done)
    stop.abort()
    await compareBodies(textBody(text), textBody(`${text}\nmore`))
    expect(done).not.toHaveBeenCalled()
  })

  test('have every line on its side, in its order', async () => {
    const some = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(some, some, async (a, b) => {
        const comparison = await compareBodies(textBody(`${a.join('\n')}\n`), textBody(`${b.join('\n')}\n`))
        if (comparison.kind !== 'lines') return
        const side = (which: 'a' | 'b') => comparison.rows.flatMap((row) => row[which] ?? [])
        expect(side('a').map((line) => line.number)).toEqual(side('a').map((_, index) => index + 1))
        expect(side('b').map((line) => line.number)).toEqual(side('b').map((_, index) => index + 1))
        expect(
          side('a')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(a.join('\n'))
        expect(
          side('b')
            .map((line) => line.text)
            .join('\n'),
        ).toBe(b.join('\n'))
        for (const row of comparison.rows) expect(row.change === 'same').toBe(row.a?.text === row.b?.text)
      }),
    )
  })
})

describe('equal lines far from a difference', () => {
  const rows = (marks: string): DiffRow[] =>
    [...marks].map((mark, index) => {
      const line = { number: index + 1, text: mark }
      return { change: mark === '=' ? 'same' : 'changed', a: line, b: line }
    })
  const folded = (marks: string) =>
    foldRows(rows(marks), 2)
      .map((part) => ('folded' in part ? `(${part.folded.length})` : part.a?.text))
      .join('')

  test.each([
    ['=====', '(5)'],
    ['x', 'x'],
    ['=====x=====', '(3)==x==(3)'],
    ['===x===', '===x==='],
    ['x====x', 'x====x'],
    ['x======x', 'x==(2)==x'],
    ['', ''],
  ])('%s is folded to %s', (marks, expected) => expect(folded(marks)).toBe(expected))
})

describe('facts', () => {
  const held = (id: number, change: Partial<ExchangeDetails['row']> = {}): ExchangeDetails =>
    mockDetails(
      testExchange({
        id,
        kind: 'long-poll',
        path: '/counter/value/?last=120',
        channels: ['counter'],
        state: 'delivered',
        holdTimeout: 55_000,
        delivered: 1,
        endedAt: 18_000,
        ...change,
      }),
    )
  const table = (facts: { name: string; a: string; b: string }[]) =>
    Object.fromEntries(facts.map(({ name, a, b }) => [name, [a, b]]))

  test('of the request are method and path', () => {
    expect(table(requestFacts(held(1), held(2, { path: '/x' })))).toEqual({
      Method: ['GET', 'GET'],
      Path: ['/counter/value/?last=120', '/x'],
    })
  })

  test('of the result are status, end and deliveries', () => {
    expect(table(resultFacts(held(1), held(2, { state: 'timed-out', delivered: 0, missed: 1 })))).toEqual({
      Status: ['200 OK', '200 OK'],
      End: ['answered by a publish', 'hold timed out'],
      Deliveries: ['1', '0, missed 1'],
    })
    const waiting = { ...held(2, { state: 'held', endedAt: null }), response: null }
    expect(table(resultFacts(held(1), waiting)).Status).toEqual(['200 OK', '–'])
  })

  test('of the hold are mode, channels, previous ids and timeout', () => {
    const plain = mockDetails(testExchange({ id: 2 }))
    expect(table(holdFacts(held(1), plain))).toEqual({
      Mode: ['response', '–'],
      Channels: ['counter', '–'],
      'Previous ids': ['counter: 120', '–'],
      Timeout: ['55 s', '–'],
    })
    expect(holdFacts(plain, plain)).toEqual([])
  })

  test('of a refused instruct are its problems', () => {
    const bad = mockDetails(testExchange({ id: 2, note: 'bad instruct: hold.mode' }))
    expect(table(holdFacts(held(1), bad))).toMatchObject({
      Mode: ['response', 'refused'],
      Problems: ['–', 'hold.mode'],
    })
  })
})

describe('times', () => {
  const details = (answeredAt: number, heldAt: number | null, endedAt: number | null) =>
    mockDetails(testExchange({ at: 1000, sentAt: 1000, answeredAt, heldAt, endedAt }))

  test('are of the backend, of the hold, and in all', () => {
    expect(timingsOf(details(1010, 1010, 1500), details(1030, null, 1040), 9999)).toEqual([
      { name: 'Backend', tone: 'backend', a: 10, b: 30 },
      { name: 'Hold', tone: 'held', a: 490, b: null },
      { name: 'In all', tone: 'plain', a: 500, b: 40 },
    ])
  })

  test('go on while an exchange does', () => {
    const [, hold, all] = timingsOf(details(1010, 1010, 1500), details(1010, 1010, null), 3000)
    expect(hold?.b).toBe(1990)
    expect(all?.b).toBe(2000)
  })

  test.each([
    [10, 12, '+2.0 ms'],
    [12, 10, '−2.0 ms'],
    [10, 10.01, 'same'],
    [10, null, ''],
  ])('from %s to %s is %j', (a, b, text) => expect(differenceOf({ name: '', tone: 'plain', a, b })).toBe(text))
})
