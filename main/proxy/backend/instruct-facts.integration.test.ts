// What the engine understood of an instruct is in its event: nothing has to read the answer again.
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

let t: TestEngine
let client: RawClient | undefined
afterEach(async () => {
  client?.close()
  await t.stop()
})

async function instructed(answer: ScriptedAnswer) {
  t = await startTestEngine(() => answer, ['* BACKEND'])
  client = RawClient.get(t.port, '/')
  return t.sink.next('instruct')
}

it('an instruct in JSON: all that it names, and the body of its response', async () => {
  const event = await instructed(
    instruct({
      hold: {
        mode: 'response',
        timeout: 20,
        channels: [{ name: 'a', 'prev-id': '7', filters: ['skip-self'] }, { name: 'b' }],
        meta: { user: 'u' },
      },
      response: { code: 202, reason: 'Later', headers: { 'X-A': '1' }, body: 'nothing yet' },
    }),
  )
  expect(event).toMatchObject({
    from: 'json',
    accepted: true,
    understood: {
      hold: {
        mode: 'response',
        timeout: 20_000,
        channels: [
          { name: 'a', prevId: '7', filters: ['skip-self'] },
          { name: 'b', filters: [] },
        ],
      },
      response: { code: 202, reason: 'Later', headers: ['X-A', '1'] },
      meta: { user: 'u' },
    },
  })
  expect(Buffer.from(event.body ?? []).toString()).toBe('nothing yet')
  expect(event.understood?.response).not.toHaveProperty('body')
})

it('an instruct in headers: links and keep-alives; its body is that of the answer', async () => {
  const headers = {
    'Grip-Hold': 'stream',
    'Grip-Channel': 'a; prev-id=3',
    'Grip-Keep-Alive': 'x\\n; format=cstring; timeout=20; mode=interval',
    'Grip-Link': ['</n>; rel=next; timeout=30', '</g>; rel=gone'],
  }
  const event = await instructed({ headers, body: 'first' })
  expect(event.body).toBeUndefined()
  const { hold, next, gone } = event.understood ?? {}
  expect(hold?.channels).toEqual([{ name: 'a', prevId: '3', filters: [] }])
  expect(hold?.keepAlive).toMatchObject({ timeout: 20_000, mode: 'interval' })
  expect(Buffer.from(hold?.keepAlive?.content ?? []).toString()).toBe('x\n')
  expect([next?.uri, next?.timeout, gone?.uri]).toEqual(['/n', 30_000, '/g'])
})

it('a response that is compressed in the instruct: the body is kept as the client would get it', async () => {
  const response = { headers: { 'Content-Encoding': 'gzip' }, 'body-bin': gzipSync('plain text').toString('base64') }
  const event = await instructed(instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] }, response }))
  expect(Buffer.from(event.body ?? []).toString()).toBe('plain text')
  expect(event.understood?.response.headers).toEqual([])
})

it('a refused instruct: nothing was understood', async () => {
  const event = await instructed(instruct({ hold: { mode: 'respnse' } }))
  expect(event.accepted).toBe(false)
  expect(event).not.toHaveProperty('understood')
})
