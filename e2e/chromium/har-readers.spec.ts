// An exported HAR file in the programs that read such files: the browser's developer tools, Playwright, WebKit's rules.
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { EVERY_BODY, EVERY_BYTES, EVERY_COUNT, everyKind } from '../../main/testing/every-kind'
import { type HarFile, harFaults, harOf } from '../../main/testing/har'
import { readAsWebKit, requestBodyInHttpToolkit, requestBodyInPlaywright } from '../../main/testing/har-readers'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

const BYTES = [0xff, 0, 0xfe, 1]
const SCRIPT = `
  const said = []
  const ask = async (...of) => said.push(await (await fetch(...of)).text())
  await ask('/data?q=1')
  await ask('/bytes', { method: 'POST', body: new Uint8Array(${JSON.stringify(BYTES)}) })
  await ask('/form', { method: 'POST', body: new URLSearchParams({ a: '1', b: 'x y' }) })
  const socket = new WebSocket('/ws')
  await new Promise((resolve) => { socket.onerror = resolve })
  document.querySelector('main').textContent = said.join(' ')
`
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')
const PAGE = `<!doctype html><title>é</title><link rel="stylesheet" href="/style.css"><img src="/pixel.gif"><main>…</main>
<script type="module" src="/script.js"></script>`
const FILES: Readonly<Record<string, readonly [string, string | Buffer]>> = {
  '/': ['text/html; charset=utf-8', PAGE],
  '/script.js': ['text/javascript', SCRIPT],
  '/style.css': ['text/css', 'main { color: green }'],
  '/pixel.gif': ['image/gif', PIXEL],
  '/data?q=1': ['application/json', '{"data":"é"}'],
}

async function startSite() {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const [type, content] = FILES[request.url ?? ''] ?? ['text/plain', `got ${Buffer.concat(parts).length}`]
      const compressed = request.url === '/data?q=1'
      response.setHeader('Set-Cookie', 'sid=1; Path=/; HttpOnly; SameSite=Lax')
      if (compressed) response.setHeader('Content-Encoding', 'gzip')
      response.writeHead(200, { 'Content-Type': type }).end(compressed ? gzipSync(content) : content)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

const TEXT = '{"data":"é"} got 4 got 9'

/** What DevTools makes of a file, by its own importer. */
async function inDevTools(page: Page, text: string) {
  await page.goto('devtools://devtools/bundled/devtools_app.html')
  return page.evaluate(async (json) => {
    const models = './models/har/har.js'
    const { HARFormat, Importer } = await import(models)
    const { log } = new HARFormat.HARRoot(JSON.parse(json))
    const read = []
    for (const request of Importer.Importer.requestsFromHARLog(log)) {
      const data = await request.requestContentData()
      read.push({
        path: new URL(request.url()).pathname as string,
        type: request.resourceType().name() as string,
        status: request.statusCode as number,
        transferSize: request.transferSize as number,
        resourceSize: request.resourceSize as number,
        content: (data.isTextContent ? data.text : data.base64) as string,
        remote: request.remoteAddress() as string,
        cookies: request.responseCookies.map((cookie: { name(): string }) => cookie.name()) as string[],
      })
    }
    return read
  }, text)
}

test('an export is read by DevTools, by Playwright and by WebKit’s rules', async ({ start, openBrowser }, testInfo) => {
  const site = await startSite()
  const gripscope = await start(site.url)
  const { page, proxy } = gripscope
  const browser = await openBrowser()
  const visitor = await browser.newPage()
  await visitor.goto(`${proxy}/`)
  await expect(visitor.locator('main')).toHaveText(TEXT)
  await visitor.close()
  await expect(exchange(page, /\/ws/)).toContainText('200')
  const text = await gripscope.saved(async () => {
    await page.getByRole('button', { name: 'Export' }).click()
    await page.getByRole('menuitem', { name: /^All as HAR/ }).click()
  })
  const har = JSON.parse(text) as HarFile
  expect(harFaults(har)).toEqual([])
  const entryOf = (path: string) => har.log.entries.find(({ request }) => request.url.endsWith(path))

  await test.step('DevTools', async () => {
    const devTools = await browser.newPage()
    const read = await inDevTools(devTools, text)
    const typeOf = (path: string) => read.find((one) => one.path === path)?.type
    expect(['/', '/script.js', '/style.css', '/pixel.gif', '/data', '/bytes', '/ws'].map(typeOf)).toEqual([
      ...['document', 'script', 'stylesheet', 'image', 'fetch', 'fetch', 'websocket'],
    ])
    const data = read.find(({ path }) => path === '/data')
    expect(data).toMatchObject({ content: '{"data":"é"}', resourceSize: 13, cookies: ['sid'] })
    expect(data?.remote).toBe(new URL(proxy).host)
    const document = read.find(({ path }) => path === '/')
    expect(document?.content).toBe(PAGE)
    const headers = entryOf(`${proxy}/`)?.response.headersSize ?? 0
    expect(headers).toBeGreaterThan(100)
    expect(document?.transferSize).toBe(headers + Buffer.byteLength(PAGE))
    expect(read.find(({ path }) => path === '/pixel.gif')?.content).toBe(PIXEL.toString('base64'))
    await devTools.close()
  })

  await test.step('Playwright', async () => {
    const file = testInfo.outputPath('export.har')
    await writeFile(file, text)
    const context = await browser.newContext()
    await context.routeFromHAR(file, { notFound: 'abort' })
    site.close()
    const again = await context.newPage()
    await again.goto(`${proxy}/`)
    await expect(again.locator('main')).toHaveText(TEXT)
    const other = await again.evaluate(async () => {
      const answer = fetch('/bytes', { method: 'POST', body: new Uint8Array([1, 2, 3]) })
      return answer.then(
        () => 'answered',
        () => 'not found',
      )
    })
    expect(other).toBe('not found')
    await context.close()
  })

  await test.step('WebKit and HTTP Toolkit', async () => {
    const resources = readAsWebKit(har)
    expect(resources).toHaveLength(har.log.entries.length)
    const [document] = resources
    expect(document).toMatchObject({ url: `${proxy}/`, status: 200, sentAt: 0, protocol: 'http/1.1', failure: null })
    expect(document?.body.toString()).toBe(PAGE)
    const bytes = entryOf('/bytes')
    const form = entryOf('/form')
    if (!bytes || !form) throw new Error('an entry is missing')
    expect([...requestBodyInHttpToolkit(bytes)]).toEqual(BYTES)
    expect([...(requestBodyInPlaywright(bytes) ?? [])]).toEqual(BYTES)
    expect(form.request.postData?.params).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'x y' },
    ])
    expect(requestBodyInHttpToolkit(form).toString()).toBe('a=1&b=x+y')
  })
})

test('a file with every kind of entry, and with faults of Gripscope’s own, is read by all', async ({
  openBrowser,
}, testInfo) => {
  const origin = 'http://127.0.0.1:7999'
  const server = { address: '127.0.0.1', port: 7999 }
  const { har, text } = await harOf(everyKind('127.0.0.1:7999').model, { epoch: Date.UTC(2024, 1, 29), server })
  expect(har.log).toMatchObject({ _grip: { faults: [{}, {}], engine: [{}, {}, {}, {}, {}, {}] } })
  const browser = await openBrowser()

  await test.step('DevTools', async () => {
    const devTools = await browser.newPage()
    const read = await inDevTools(devTools, text)
    expect(read).toHaveLength(EVERY_COUNT)
    const contents = read.filter(({ status }) => status !== 0).map(({ path, content }) => [path, content])
    expect(contents).toEqual(expect.arrayContaining(Object.entries(EVERY_BODY)))
    const bytes = read.find(({ path }) => path === '/bytes')
    expect(bytes?.content).toBe(EVERY_BYTES.toString('base64'))
    await devTools.close()
  })

  await test.step('Playwright', async () => {
    const file = testInfo.outputPath('every.har')
    await writeFile(file, text)
    const context = await browser.newContext()
    await context.routeFromHAR(file, { notFound: 'abort' })
    const page = await context.newPage()
    await page.goto(`${origin}/page`)
    const said = await page.evaluate(async (paths) => {
      const texts: [string, string][] = []
      for (const path of paths) texts.push([path, await (await fetch(path)).text()])
      return texts
    }, Object.keys(EVERY_BODY))
    expect(said).toEqual(Object.entries(EVERY_BODY))
    const posted = await page.evaluate(
      async (bytes) => {
        const answer = await fetch('/bytes', { method: 'POST', body: new Uint8Array(bytes) })
        return [...new Uint8Array(await answer.arrayBuffer())]
      },
      [...EVERY_BYTES],
    )
    expect(posted).toEqual([...EVERY_BYTES])
    await context.close()
  })

  await test.step('WebKit', () => {
    expect(readAsWebKit(har)).toHaveLength(EVERY_COUNT)
  })
})
