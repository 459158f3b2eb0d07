// A browser on the TLS port: HTTP/2, many event streams on one connection, WebSockets on it, and the settings' path of the CA.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { freePorts, type Served, startServe } from '../fixtures/gripscope'
import { test as base, expect } from '../fixtures/test'

interface Secure {
  readonly served: Served
  /** A page of the backend, by TLS. */
  readonly page: Page
  readonly context: BrowserContext
}

const test = base.extend<{ secure: Secure }>({
  secure: async ({ folder, openBrowser }, use) => {
    const server = createServer(({ url }, response) => {
      if (url === '/events') {
        const grip = { 'Grip-Hold': 'stream', 'Grip-Channel': 'news' }
        response.writeHead(200, { 'Content-Type': 'text/event-stream', ...grip }).end('data: begin\n\n')
      } else {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Backend</title>')
      }
    })
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const tls = ['--tls-port', '0', '--data-dir', folder]
    const served = await startServe([...freePorts, ...tls, `http://127.0.0.1:${port}`])
    // What a person does by trusting the local CA.
    const context = await (await openBrowser()).newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await page.goto(served.tls)
    await use({ served, page, context })
    await context.close()
    await served.close()
    for (const client of sockets.clients) client.terminate()
    server.closeAllConnections()
    server.close()
  },
})

test('is asked by HTTP/2', async ({ secure: { page } }) => {
  expect(await page.title()).toBe('Backend')
  const protocol = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation')
    return navigation instanceof PerformanceNavigationTiming ? navigation.nextHopProtocol : ''
  })
  expect(protocol).toBe('h2')
})

test('more event streams than HTTP/1.1 allows, each gets a publish', async ({ secure: { page, served } }) => {
  await page.evaluate(async () => {
    const opened = Array.from({ length: 20 }, (_, i) => {
      const source = new EventSource('/events')
      source.addEventListener('message', ({ data }) => {
        if (data === 'late') document.body.append(`${i};`)
      })
      return new Promise((resolve) => source.addEventListener('message', resolve, { once: true }))
    })
    await Promise.all(opened)
  })
  await fetch(`${served.publish}/publish/`, {
    method: 'POST',
    body: JSON.stringify({ items: [{ channel: 'news', formats: { 'http-stream': { content: 'data: late\n\n' } } }] }),
  })
  await expect.poll(() => page.evaluate(() => new Set(document.body.textContent?.match(/\d+;/g)).size)).toBe(20)
})

test('a WebSocket echoes, and closes with its code', async ({ secure: { page } }) => {
  const said = await page.evaluate(async () => {
    const socket = new WebSocket(`wss://${location.host}/socket`)
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('hello')
    const { data } = await new Promise<MessageEvent<string>>((resolve) => {
      socket.addEventListener('message', resolve, { once: true })
    })
    socket.close(4000, 'enough')
    const { code, wasClean } = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    return { data, code, wasClean }
  })
  expect(said).toEqual({ data: 'hello', code: 4000, wasClean: true })
})

test('the interface shows the port, and where the CA is', async ({ secure: { served, context }, folder }) => {
  const page = await context.newPage()
  await page.goto(served.ui)
  const { port } = new URL(served.tls)
  await expect(page.getByText(`TLS :${port}`)).toBeVisible()
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('textbox', { name: 'Local CA' })).toHaveValue(path.join(folder, 'tls', 'local-ca.pem'))
  await expect(page.getByText(`Listening on 127.0.0.1:${port}`)).toBeVisible()
  expect(served.complaints()).toContain('must trust the local CA')
})
