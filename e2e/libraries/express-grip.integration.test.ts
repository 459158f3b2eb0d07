// The example on Express with @fanoutio/serve-grip, driven through the engine; by a browser, too.
import type { Browser } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from './browser'
import { openSocket } from './clients'
import { streamsTheCounter, tellsTheCounterStory } from './counter-story'
import { type RunningExample, startExample } from './running-example'

describe('examples/express-grip', () => {
  let example: RunningExample
  beforeAll(async () => {
    example = await startExample({
      folder: 'express-grip',
      command: process.execPath,
      args: ['server.mjs'],
      library: true,
    })
  })
  afterAll(() => example?.stop())

  tellsTheCounterStory(() => example)
  streamsTheCounter(() => example)

  it('lets WebSockets chat, knows each by its meta, and closes with the code of the client', async () => {
    const ann = await openSocket(`${example.webSockets}/chat/?name=Ann`)
    const bob = await openSocket(`${example.webSockets}/chat/?name=Bob`)
    expect(await ann.messages.first(1)).toEqual(['Welcome, Ann.'])
    expect(await bob.messages.first(1)).toEqual(['Welcome, Bob.'])
    await example.held('chat', 2)
    ann.socket.send('hello')
    expect(await bob.messages.first(2)).toEqual(['Welcome, Bob.', 'Ann: hello'])
    bob.socket.send('hello, Ann')
    expect(await ann.messages.first(3)).toEqual(['Welcome, Ann.', 'Ann: hello', 'Bob: hello, Ann'])
    ann.socket.close(4001)
    expect(await ann.closed).toBe(4001)
    const asked = example.sink.of('sent').filter((event) => event.url.includes('name=Bob'))
    expect(asked.at(-1)?.headers).toEqual(expect.arrayContaining(['Meta-name', 'Bob']))
    bob.socket.terminate()
    await example.sink.next('sent', (event) => Buffer.from(event.body ?? '').toString() === 'DISCONNECT\r\n')
  })

  it('refuses a POST that is no WebSocket', async () => {
    expect((await fetch(`${example.proxy}/chat/`, { method: 'POST', body: 'hello' })).status).toBe(400)
  })

  describe('its page in a browser', () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await openBrowser()
    })
    afterAll(() => browser?.close())

    it('counts by long-polling and by EventSource, and chats by WebSocket', async () => {
      const [one, two] = await Promise.all([browser.newPage(), browser.newPage()])
      await Promise.all([one.goto(`${example.proxy}/`), two.goto(`${example.proxy}/`)])
      const value = Number(await (await fetch(`${example.proxy}/counter/value/`)).text())
      await Promise.all([example.held('counter', 4), example.held('chat', 2)])
      for (const next of [value + 1, value + 2]) {
        await one.getByRole('button', { name: 'Increment' }).click()
        for (const page of [one, two]) {
          await page.getByLabel('polled').getByText(`${next}`, { exact: true }).waitFor()
          await page.getByLabel('streamed').getByText(`${next}`, { exact: true }).waitFor()
        }
      }
      await one.getByLabel('Say').fill('hello from a browser')
      await one.getByRole('button', { name: 'Send' }).click()
      await two.getByText('visitor: hello from a browser').waitFor()
      await Promise.all([one.close(), two.close()])
    })
  })
})
