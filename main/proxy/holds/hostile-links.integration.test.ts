// Links that cannot be reached: the instruct says so by its field, nobody else notices.
import { afterEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

let t: TestEngine
afterEach(() => t.stop())

const LINKS = [
  ...[
    'localhost:8000/next',
    'file:///etc/passwd',
    'mailto:a@b.test',
    'data:,x',
    'javascript:1',
    'ws://a.test/',
    'blob:http://a/b',
  ],
  ...[
    'http://a.test:99999/',
    '//a.test:0/',
    'http://127.0.0.256/',
    'http://a%b/',
    'http://xn--/',
    'http://[::g]/',
    'http://',
    'http:',
  ],
]

async function stillAnswers(): Promise<void> {
  const other = await RawClient.get(t.port, '/other').whole()
  other.close()
  expect(other.body).toBe('other')
}

describe.each(LINKS)('a link to %s', (link) => {
  it.each(['next', 'gone'])('as %s is a fault of the instruct', async (rel) => {
    const headers = { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': `<${link}>; rel=${rel}; timeout=1` }
    t = await startTestEngine(({ url }) => (url === '/other' ? { body: 'other' } : { headers, body: 'x' }))
    const client = await RawClient.get(t.port, '/').whole()
    client.close()
    expect(client.status).toBe(502)
    expect(t.sink.of('instruct')).toMatchObject([{ accepted: false, problems: [{ field: 'Grip-Link' }] }])
    await stillAnswers()
  })

  it('beside an instruct in JSON is one too', async () => {
    const json = instruct({ hold: { mode: 'stream', channels: [{ name: 'a' }] } })
    const headers = { ...json.headers, 'Grip-Link': `<${link}>; rel=next` }
    t = await startTestEngine(({ url }) => (url === '/other' ? { body: 'other' } : { ...json, headers }))
    const client = RawClient.get(t.port, '/')
    const event = await t.sink.next('instruct')
    expect(event.problems.map(({ field }) => field)).toContain('Grip-Link')
    client.close()
    await stillAnswers()
  })

  it('that a filter is to ask loses the message', async () => {
    const headers = {
      'Grip-Hold': 'stream',
      'Grip-Channel': 'a; filter=http-check',
      'Grip-Set-Meta': `url="${link}"`,
    }
    t = await startTestEngine(({ url }) => (url === '/other' ? { body: 'other' } : { headers, body: 'x' }))
    const client = RawClient.get(t.port, '/')
    await t.subscribed()
    expect(await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'y' } } })).toMatchObject({
      status: 200,
    })
    await t.sink.next('delivery')
    client.close()
    await stillAnswers()
  })
})
