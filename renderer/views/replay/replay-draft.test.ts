import { describe, expect, test } from 'vitest'
import type { Body, ExchangeDetails } from '../../../preload/views'
import { decodeBase64, textOf } from '../../components/body-modes'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { testExchange } from '../../testing/rows'
import {
  bodyChoices,
  changedWords,
  EDITABLE,
  type ReplayDraft,
  recordedOf,
  replayChanges,
  replayDraftOf,
} from './replay-draft'
import { problemsOf } from './replay-problems'

const details = (change: Partial<ExchangeDetails> = {}): ExchangeDetails => ({
  ...mockDetails(testExchange({ method: 'POST', path: '/items?a=1' })),
  requestHeaders: [
    ['Host', 'localhost:7999'],
    ['Content-Type', 'application/json'],
    ['Content-Length', '7'],
    ['Connection', 'keep-alive'],
    ['Connection', 'x-hop'],
  ],
  ...change,
})
const recorded = (body: Body = textBody('{"a":1}'), change: Partial<ExchangeDetails> = {}) =>
  recordedOf(details(change), body)
const binary = textBody('', { base64: btoa('\x00\xff'), size: 2, kept: 2 })
const cut = textBody('abc', { size: 5_000_000 })
const none = textBody('')

describe('what is recorded', () => {
  test('has no headers of its connection, and says which', () => {
    const { headers, leftOut } = recorded()
    expect(headers.map(([name]) => name)).toEqual(['Host', 'Content-Type'])
    expect(leftOut).toEqual(['Content-Length', 'Connection'])
  })

  test.each<[what: string, body: Body, choices: string[], text: string | null]>([
    ['text', textBody('hi'), ['written', 'none'], 'hi'],
    ['nothing', none, ['written', 'none'], ''],
    ['bytes', binary, ['recorded', 'written', 'none'], null],
    ['a part', cut, ['undecided', 'kept', 'written', 'none'], 'abc'],
    ['nothing of it', textBody('', { size: 9 }), ['undecided', 'written', 'none'], ''],
    ['too much to edit', textBody('x'.repeat(EDITABLE + 1)), ['recorded', 'written', 'none'], null],
  ])('of a body of %s, the choices are these', (_, body, choices, text) => {
    const it = recorded(body)
    expect(bodyChoices(it)).toEqual(choices)
    expect(it.text).toBe(text)
    expect(choices).toContain(replayDraftOf(it).body)
  })
})

describe('the changes', () => {
  const changes = (change: Partial<ReplayDraft>, body?: Body) =>
    replayChanges({ ...replayDraftOf(recorded(body)), ...change }, recorded(body))
  const sentText = (base64: string | undefined) => (base64 === undefined ? undefined : textOf(decodeBase64(base64)))

  test.each([
    ['text', textBody('{"a":1}')],
    ['bytes', binary],
    ['nothing', none],
    ['too much', textBody('x'.repeat(EDITABLE + 1))],
  ])('are none for a draft that was not touched (%s)', (_, body) => expect(changes({}, body)).toEqual({}))

  test('are only what differs', () => {
    expect(changes({ method: 'PUT ' })).toEqual({ method: 'PUT' })
    expect(changes({ url: '/x' })).toEqual({ url: '/x' })
  })

  test('of headers leave out lines that are empty', () => {
    const { headers } = replayDraftOf(recorded())
    expect(changes({ headers: [...headers, { key: 9, name: ' ', value: '' }] })).toEqual({})
    expect(changes({ headers: [...headers.slice(1), { key: 9, name: 'X-A', value: ' b ' }] }).headers).toEqual([
      ['Content-Type', 'application/json'],
      ['X-A', 'b'],
    ])
  })

  test('of the body are bytes', () => {
    expect(sentText(changes({ text: 'größer' }).bodyBase64)).toBe('größer')
    expect(changes({ body: 'none' })).toEqual({ bodyBase64: '' })
    expect(changes({ body: 'none' }, none)).toEqual({})
    expect(changes({ body: 'kept' }, cut)).toEqual({ bodyBase64: btoa('abc') })
    expect(sentText(changes({ body: 'written' }, cut).bodyBase64)).toBe('abc')
    expect(sentText(changes({ body: 'written', text: 'new' }, binary).bodyBase64)).toBe('new')
  })

  test('are told in words', () => {
    expect(changedWords({})).toBe('')
    expect(changedWords({ method: 'A', url: '/', headers: [], bodyBase64: '' })).toBe('method, path, headers, body')
  })
})

describe('what is wrong with it', () => {
  const problems = (change: Partial<ReplayDraft>, body?: Body) =>
    problemsOf({ ...replayDraftOf(recorded(body)), ...change }, recorded(body)).map(
      ({ field, message, fix, blocking }) => `${blocking ? '' : 'maybe '}${field}: ${message} ${fix}`,
    )
  const withHeaders = (...headers: [string, string][]): Partial<ReplayDraft> => ({
    headers: headers.map(([name, value], key) => ({ key, name, value })),
  })

  test('is nothing, for a request as it was', () => {
    expect(problems({})).toEqual([])
    expect(problems({}, binary)).toEqual([])
    expect(problems({}, none)).toEqual([])
  })

  test.each<[Partial<ReplayDraft>, string]>([
    [{ method: '' }, 'method: The method is missing. Give one, such as GET.'],
    [{ method: 'GET /' }, 'method: A method is one word. Use letters only, such as GET or POST.'],
    [{ method: 'connect' }, 'method: CONNECT asks for a tunnel, which the proxy does not make. Use another one.'],
    [{ url: '' }, 'url: The path is missing. Give path and query, such as /.'],
    [{ url: 'items' }, 'url: A path begins with /. Write /items.'],
    [
      { url: 'http://localhost:8000/a?b=1' },
      'url: This is a whole URL; the proxy needs a path. Use /a?b=1, and localhost:8000 as Host header.',
    ],
    [{ url: '/a b' }, 'url: A space cannot be in a path. Write it as %20.'],
    [{ url: '/ä' }, 'url: “ä” cannot be in a path. Write it as %C3%A4.'],
    [{ url: '/\ud83d' }, 'url: “\ud83d” cannot be in a path. Write it as %EF%BF%BD.'],
    [{ url: '/a#b' }, 'url: What follows # is never sent to a server. Leave it out, or write # as %23.'],
    [withHeaders(['', 'x']), 'header: This header has no name. Give it one, or remove it.'],
    [withHeaders(['a b', 'x']), 'a b: “ ” cannot be in a header’s name. Use letters, digits and -.'],
    [withHeaders(['X-A', '€']), 'X-A: “€” cannot be in a header’s value. Write it as %E2%82%AC.'],
    [withHeaders(['X-A', 'a\nb']), 'X-A: A line break cannot be in a header’s value. Write it as %0A.'],
    [withHeaders(['Host', 'a'], ['host', 'b']), 'Host: There is more than one Host header. Remove one of them.'],
  ])('%j', (change, problem) => expect(problems(change, none)).toContain(problem))

  test('may be how many headers there are', () => {
    const many = Array.from({ length: 501 }, (_, index): [string, string] => [`X-${index}`, ''])
    expect(problems(withHeaders(...many), none)).toEqual([
      'headers: There are 501 headers. Remove some: 500 can be sent.',
    ])
  })

  test('a body that was not kept whole must be decided on before it is sent', () => {
    const [problem] = problems({}, cut)
    expect(problem).toMatch(/^body: Only 3 B of the body’s 4.8 MiB were kept. Choose what to send/)
    expect(problem).toContain('raise “Kept of each body” in the settings')
    expect(problems({ body: 'kept' }, cut)[0]).toMatch(/^maybe body: Only 3 B .* The rest will be missing\./)
    expect(problems({ body: 'none' }, cut)).toEqual([])
  })

  test.each<[string, Partial<ReplayDraft>, Body, string]>([
    ['a GET with a body', { method: 'GET', body: 'written', text: 'x' }, none, 'A GET with a body is unusual'],
    [
      'text that is no JSON',
      { text: '{"a":' },
      textBody('{"a":1}'),
      'Content-Type says JSON, but the body is not: line 1, column 6: the text ends where',
    ],
    ['no type', { body: 'written', text: 'x', headers: [] }, none, 'There is no Content-Type header.'],
    [
      'text where a compressed body is told',
      { body: 'written', text: 'x', ...withHeaders(['Content-Encoding', 'gzip']) },
      binary,
      'Content-Encoding says gzip, but this is plain text.',
    ],
  ])('%s can be sent all the same', (_, change, body, message) => {
    expect(problems(change, body)).toEqual([expect.stringContaining(`maybe body: ${message}`)])
  })

  test('a number is JSON too', () => expect(problems({ text: '12' })).toEqual([]))

  test('what was recorded may be sent again, however odd', () => {
    const it = recorded(none, { row: testExchange({ path: '/ä b' }) })
    expect(problemsOf(replayDraftOf(it), it)).toEqual([])
  })
})
