// cors-missing: answers that a page of another origin may not read, preflights that refuse, and what looks like it.
import { afterEach, describe, expect, test } from 'vitest'
import { eventStream, FindingsTest } from '../../testing/findings-test'
import type { ScriptedAnswer } from '../../testing/scripted-backend'

let t: FindingsTest
afterEach(() => t.stop())

const start = async (...args: Parameters<typeof FindingsTest.start>) => {
  t = await FindingsTest.start(...args)
}
const text = (status: number, body: string, headers: Record<string, string> = {}): ScriptedAnswer => ({
  status,
  headers: { 'Content-Type': 'text/html; charset=utf-8', ...headers },
  body,
})
/** Asks, and waits until the exchange is over. */
const ask = async (path: string, headers: readonly string[] = [], method = 'GET'): Promise<void> => {
  const x = t.sink.of('request').length + 1
  t.send(`${method} ${path} HTTP/1.1\r\nHost: app.test\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`)
  await t.ended(x)
}
const FIREFOX = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const FOREIGN = ['Origin: https://shop.example', 'Sec-Fetch-Mode: cors', 'Sec-Fetch-Site: cross-site', FIREFOX]

describe('cors-missing', () => {
  const allow = (headers: Record<string, string>) => start(() => text(200, 'x', headers))

  test('an answer without Access-Control-Allow-Origin', async () => {
    await allow({})
    await ask('/data?a=1', FOREIGN)
    expect(t.all()).toMatchObject([{ rule: 'cors-missing', severity: 'error', exchanges: [1] }])
    expect(t.all()[0]?.text).toContain("No 'Access-Control-Allow-Origin' header is present")
  })

  test('a stream that is held without it, said while it is open', async () => {
    await start(() => eventStream('news'))
    const held = t.sink.when(() => t.sink.of('held')[0], 'held')
    t.get('/stream', FOREIGN)
    await held
    expect(t.rules).toEqual(['cors-missing'])
  })

  test.each([
    ['another origin', { 'Access-Control-Allow-Origin': 'https://other.example' }, FOREIGN],
    ['a star, with cookies', { 'Access-Control-Allow-Origin': '*' }, [...FOREIGN, 'Cookie: a=1']],
    [
      'no credentials, with cookies',
      { 'Access-Control-Allow-Origin': 'https://shop.example' },
      [...FOREIGN, 'Cookie: a=1'],
    ],
    ['an older browser', {}, ['Origin: https://shop.example', FIREFOX]],
  ])('fires: %s', async (_, answer, asked) => {
    await allow(answer as Record<string, string>)
    await ask('/data', asked)
    expect(t.rules).toEqual(['cors-missing'])
  })

  test.each([
    ['a star', { 'access-control-allow-origin': '*' }, FOREIGN],
    ['the origin', { 'Access-Control-Allow-Origin': 'https://shop.example' }, FOREIGN],
    [
      'the origin and credentials',
      { 'Access-Control-Allow-Origin': 'https://shop.example', 'Access-Control-Allow-Credentials': 'true' },
      [...FOREIGN, 'Cookie: a=1'],
    ],
    ['the same origin', {}, ['Origin: http://app.test', 'Sec-Fetch-Mode: cors', FIREFOX]],
    ['the same origin by TLS of another proxy', {}, ['Origin: https://app.test', 'Sec-Fetch-Mode: cors', FIREFOX]],
    [
      'a dev server that rewrites Host',
      {},
      ['Origin: http://localhost:5173', 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Mode: cors'],
    ],
    [
      'a dev server that tells the host',
      {},
      ['Origin: http://localhost:5173', 'X-Forwarded-Host: localhost:5173', FIREFOX],
    ],
    ['no-cors', {}, ['Origin: https://shop.example', 'Sec-Fetch-Mode: no-cors', FIREFOX]],
    ['a form that navigates', {}, ['Origin: https://shop.example', 'Sec-Fetch-Mode: navigate', FIREFOX]],
    ['a command line', {}, ['Origin: https://shop.example', 'User-Agent: curl/8.5.0']],
    ['no origin', {}, ['Sec-Fetch-Mode: cors', FIREFOX]],
  ])('is silent: %s', async (_, answer, asked) => {
    await allow(answer as Record<string, string>)
    await ask('/data', asked)
    expect(t.all()).toEqual([])
  })

  const PREFLIGHT = [...FOREIGN, 'Access-Control-Request-Method: PUT', 'Access-Control-Request-Headers: x-token']
  test.each([
    ['a status', { status: 405, headers: { 'Access-Control-Allow-Origin': '*' } }, 'HTTP ok status'],
    ['no origin', { status: 204 }, "No 'Access-Control-Allow-Origin'"],
    ['no method', { status: 204, headers: { 'Access-Control-Allow-Origin': '*' } }, 'Method PUT is not allowed'],
    [
      'no header',
      { status: 204, headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT, PATCH' } },
      'Request header field x-token',
    ],
  ])('a preflight that refuses: %s', async (_, answer, printed) => {
    await start(() => answer)
    await ask('/data', PREFLIGHT, 'OPTIONS')
    expect(t.rules).toEqual(['cors-missing'])
    expect(t.all()[0]?.text).toContain(printed)
  })

  test('is silent for a preflight that allows', async () => {
    const headers = {
      'Access-Control-Allow-Origin': 'https://shop.example',
      'Access-Control-Allow-Methods': 'GET, PUT',
      'Access-Control-Allow-Headers': 'Content-Type, X-Token',
    }
    await start(() => ({ status: 204, headers }))
    await ask('/data', PREFLIGHT, 'OPTIONS')
    expect(t.all()).toEqual([])
  })
})
