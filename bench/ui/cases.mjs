// @ts-check
// The cases of bench/ui/page.mjs: traffic first, then steps of somebody who looks at it.
import { Agent, get, request } from 'node:http'
import { WebSocket } from 'ws'

/**
 * @typedef {object} Case
 * @property {import('@playwright/test').Page} page
 * @property {string} proxy
 * @property {string} publish
 * @property {(what: string, action: () => Promise<unknown>) => Promise<void>} step
 */

/** @type {Record<string, (on: Case) => Promise<void>>} */
export const cases = {
  async events(on) {
    await ask(`${on.proxy}/events?n=20000`)
    await openTab(on, 'Response')
    const list = on.page.getByRole('list', { name: /body/ })
    await on.step('to the end', () => list.evaluate((element) => element.scrollTo(0, element.scrollHeight)))
    await on.step('through them', () => scrollThrough(list))
    await on.step('as JSON or text', () => on.page.getByRole('radio', { name: 'Text' }).click())
    await on.step('as hex', () => on.page.getByRole('radio', { name: 'Hex' }).click())
  },

  async 'long-line'(on) {
    await ask(`${on.proxy}/line?size=1048576`)
    await openTab(on, 'Response')
    await on.step('as hex', () => on.page.getByRole('radio', { name: 'Hex' }).click())
    await on.step('as text again', () => on.page.getByRole('radio', { name: 'Text' }).click())
    await on.step('Edit & send', () => on.page.getByRole('button', { name: 'Edit & send' }).click())
  },

  async 'long-line-sent'(on) {
    await ask(`${on.proxy}/ok`, { method: 'POST', body: 'x'.repeat(1_048_576) })
    await openTab(on, 'Request')
    await on.step('Edit & send', () => on.page.getByRole('button', { name: 'Edit & send' }).click())
    await on.step('a letter', () => typed(on, 'Body', 'a'))
  },

  async 'long-json'(on) {
    await ask(`${on.proxy}/json?n=25000`)
    await openTab(on, 'Response')
    await on.step('as text', () => on.page.getByRole('radio', { name: 'Text' }).click())
  },

  async rows(on) {
    await askMany(on.proxy, 55_000)
    const { page } = on
    const grid = page.getByRole('grid', { name: 'Exchanges' })
    await page.reload()
    await on.step('the snapshot', async () => {
      await page.reload()
      await page.waitForFunction(() => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === '55000')
    })
    const filter = page.getByRole('textbox', { name: 'Filter exchanges' })
    await on.step('path:item=1 typed', () => filter.pressSequentially('path:item=1', { delay: 60 }))
    await on.step('the filter cleared', () => filter.fill(''))
    await on.step('a text typed', () => filter.pressSequentially('item=123', { delay: 60 }))
    await on.step('-status:404 or method:GET', () => filter.fill('-status:404 or method:GET'))
    await on.step('the filter cleared again', () => filter.fill(''))
    await on.step('Home', () => grid.press('Home'))
    await on.step('End', () => grid.press('End'))
    await on.step('details', () => grid.press('Enter'))
    await on.step('arrows', async () => {
      for (let i = 0; i < 20; i++) await grid.press('ArrowUp')
    })
    await on.step('scrolled', () => scrollThrough(grid))
    await on.step('the palette', async () => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('#54321')
      await page.keyboard.press('Enter')
    })
    await on.step('2,000 more come', () => askMany(on.proxy, 2_000))
    await on.step('2,000 more, filtered', async () => {
      await filter.fill('item=1')
      await askMany(on.proxy, 2_000)
    })
    await on.step('Channels', () => goTo(page, 'Channels'))
    await on.step('Exchanges', () => goTo(page, 'Exchanges'))
    await on.step('cleared', () => page.getByRole('button', { name: 'Clear', exact: true }).click())
    await on.step('and back', () => page.getByRole('button', { name: 'Undo' }).click())
  },

  async messages(on) {
    const socket = new WebSocket(`${on.proxy.replace('http', 'ws')}/socket?n=5000`)
    let got = 0
    await new Promise((resolve) => socket.on('message', () => ++got === 5000 && resolve(undefined)))
    await openTab(on, 'Messages')
    const grid = on.page.getByRole('grid', { name: 'Messages' })
    await on.step('End', () => grid.press('End'))
    await on.step('Home', () => grid.press('Home'))
    await on.step('scrolled', () => scrollThrough(grid))
    await on.step('500 more come', async () => {
      for (let i = 0; i < 500; i++) {
        socket.send(`message ${i}`)
        if (i % 25 === 0) await pause(20)
      }
    })
    await on.step('Story', () => on.page.getByRole('tab', { name: 'Story' }).click())
    await on.step('Deliveries', () => on.page.getByRole('tab', { name: 'Deliveries' }).click())
    socket.close()
  },

  async publish(on) {
    const content = JSON.stringify(Array.from({ length: 22_000 }, (_, id) => ({ id, name: 'item', on: true })))
    for (const channel of ['much', 'line']) {
      const item = {
        channel,
        formats: { 'http-stream': { content: channel === 'much' ? content : 'x'.repeat(900_000) } },
      }
      await ask(`${on.publish}/publish/`, { method: 'POST', body: JSON.stringify({ items: [item] }) })
    }
    await on.step('Publishes', () => goTo(on.page, 'Publishes'))
    const grid = on.page.getByRole('grid', { name: 'Publishes' })
    await on.step('JSON of 0.9 MB', () => grid.getByRole('row', { name: /much/ }).click({ position: { x: 5, y: 5 } }))
    await on.step('a line of 0.9 MB', () => grid.getByRole('row', { name: /line/ }).click({ position: { x: 5, y: 5 } }))
    await on.step('Publish again', () => on.page.getByRole('button', { name: 'Publish again' }).click())
    await on.step('the other again', async () => {
      await grid.getByRole('row', { name: /much/ }).click({ position: { x: 5, y: 5 } })
      await on.page.getByRole('button', { name: 'Publish again' }).click()
    })
    await on.step('the channel', () => on.page.getByRole('grid').getByRole('button', { name: 'much' }).click())
  },

  async publishes(on) {
    for (let call = 0; call < 100; call++) {
      const items = Array.from({ length: 300 }, (_, i) => ({
        channel: `c${i % 50}`,
        formats: { 'http-stream': { content: `message ${call} ${i}` } },
      }))
      await ask(`${on.publish}/publish/`, { method: 'POST', body: JSON.stringify({ items }) })
    }
    await on.step('Publishes', () => goTo(on.page, 'Publishes'))
    const grid = on.page.getByRole('grid', { name: 'Publishes' })
    await on.step('Home', () => grid.press('Home'))
    await on.step('End', () => grid.press('End'))
    await on.step('a channel typed', () =>
      on.page.getByRole('textbox', { name: /^Filter/ }).pressSequentially('channel:c1', { delay: 60 }),
    )
    await on.step('more come', async () => {
      for (let n = 0; n < 20; n++) {
        const item = { channel: 'c1', formats: { 'http-stream': { content: `more ${n}` } } }
        await ask(`${on.publish}/publish/`, { method: 'POST', body: JSON.stringify({ items: [item] }) })
        await pause(30)
      }
    })
  },

  async headers(on) {
    const headers = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`x-header-${n}`, `value ${n}`]))
    await ask(`${on.proxy}/ok`, { headers })
    await openTab(on, 'Request')
    await on.step('more of them', () =>
      on.page
        .getByRole('button', { name: /^Show more of/ })
        .first()
        .click(),
    )
    await on.step('Story', () => on.page.getByRole('tab', { name: 'Story' }).click())
    await on.step('Edit & send', () => on.page.getByRole('button', { name: 'Edit & send' }).click())
  },

  async channels(on) {
    const clients = await hold(on.proxy, 500, (n) =>
      Array.from({ length: 20 }, (_, i) => `channel-${n * 20 + i}`).join(','),
    )
    const { page } = on
    await on.step('Channels', () => goTo(page, 'Channels'))
    const grid = page.getByRole('grid', { name: 'Channels', exact: true })
    await on.step('sorted by held', () => page.getByRole('button', { name: 'Sort by held' }).click())
    await on.step('sorted by messages', () => page.getByRole('button', { name: 'Sort by messages' }).click())
    await on.step('sorted by name', () => page.getByRole('button', { name: 'Sort by name' }).click())
    await on.step('End', () => grid.press('End'))
    await on.step('Home', () => grid.press('Home'))
    await on.step('scrolled', () => scrollThrough(grid))
    await on.step('a name typed', () =>
      page.getByRole('textbox', { name: /^Filter/ }).pressSequentially('channel-77', { delay: 60 }),
    )
    await on.step('cleared', () => page.getByRole('textbox', { name: /^Filter/ }).fill(''))
    await on.step('published to 200', async () => {
      for (let n = 0; n < 200; n++) await send(on, `channel-${n * 20}`, `message ${n}`)
    })
    await on.step('the composer', () => page.keyboard.press('p'))
    await on.step('a channel typed', () =>
      page.getByRole('combobox', { name: 'Channel' }).pressSequentially('channel-9'),
    )
    clients.stop()
  },

  async lanes(on) {
    const clients = await hold(on.proxy, 5000, () => 'crowd&mode=stream')
    const { page } = on
    await on.step('Channels', () => goTo(page, 'Channels'))
    await on.step('lanes', () => page.getByRole('main').getByRole('row', { name: /crowd/ }).first().click())
    await on.step('20 publishes', async () => {
      for (let n = 0; n < 20; n++) {
        await send(on, 'crowd', `message ${n}`)
        await pause(50)
      }
    })
    await on.step('300 publishes', async () => {
      for (let n = 0; n < 300; n++) {
        await send(on, 'crowd', `message ${n}`)
        await pause(10)
      }
    })
    await on.step('keys in the lanes', async () => {
      await page.getByRole('main').getByRole('grid', { name: /crowd/ }).first().focus()
      for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'Home', 'End']) await page.keyboard.press(key)
    })
    await on.step('the last publish', async () => {
      await goTo(page, 'Publishes')
      await page.getByRole('grid', { name: 'Publishes' }).press('End')
    })
    await on.step('more of its outcomes', () => page.getByRole('button', { name: /^Show more of/ }).click())
    await on.step('all leave', async () => {
      await goTo(page, 'Exchanges')
      clients.stop()
      await pause(1500)
    })
  },

  async compare(on) {
    for (const [name, url] of Object.entries({
      'lines, every 10th': '/lines?n=100000&every=10',
      'lines, every 200th': '/lines?n=100000&every=200',
      'JSON, all': '/json?n=20000',
      'one line': '/line?size=1048576',
    })) {
      await compareCase(on, name, url)
    }
  },

  async compressed(on) {
    await ask(`${on.proxy}/compressed?mib=60`)
    await openTab(on, 'Response')
    await on.step('as text', () => on.page.getByRole('radio', { name: 'Text' }).click())
  },
}

/** @param {Case} on @param {string} name @param {string} url */
async function compareCase({ page, proxy, step }, name, url) {
  await ask(`${proxy}${url}&by=first`)
  const before = page
    .getByRole('grid', { name: 'Exchanges' })
    .getByRole('row', { name: url.split('&')[0] ?? url })
    .last()
  await before.getByRole('gridcell').first().click()
  await page.getByRole('button', { name: 'Edit & send' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Path and query' }).fill(`${url}&by=second`)
  await dialog.getByRole('button', { name: /^Send/ }).click()
  await page.getByRole('tab', { name: 'Story' }).click()
  await pause(1000)
  await step(name, () => page.getByRole('tab', { name: 'Compare' }).click())
  await step(`${name}: more lines`, async () => {
    const more = page.getByRole('button', { name: /^Show more of/ })
    if (await more.isVisible()) await more.click()
  })
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {Case} on @param {string} name */
async function openTab({ page, step }, name) {
  await page.getByRole('grid', { name: 'Exchanges' }).getByRole('row').last().getByRole('gridcell').first().click()
  await step(name, () => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click())
}

/** @param {import('@playwright/test').Page} page @param {string} place */
const goTo = (page, place) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place }).click()

/** @param {Case} on @param {string} label @param {string} text */
async function typed({ page }, label, text) {
  await page.getByRole('textbox', { name: label, exact: true }).click()
  await page.keyboard.type(text)
}

/** @param {import('@playwright/test').Locator} list */
async function scrollThrough(list) {
  await list.evaluate(async (element) => {
    for (let i = 0; i <= 20; i++) {
      element.scrollTop = (element.scrollHeight * i) / 20
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
  })
}

/** @param {string} url @param {{ method?: string, body?: string, headers?: Record<string, string> }} [options] */
function ask(url, { body, ...options } = {}) {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end(body)
  })
}

/** @param {Case} on @param {string} channel @param {string} text */
function send({ publish }, channel, text) {
  const formats = { 'http-stream': { content: `${text}\n` }, 'http-response': { body: text } }
  return ask(`${publish}/publish/`, { method: 'POST', body: JSON.stringify({ items: [{ channel, formats }] }) })
}

let asked = 0
/** @param {string} proxy @param {number} count */
async function askMany(proxy, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let left = count
  const client = async () => {
    while (left-- > 0) {
      const url = `${proxy}/ok?item=${asked++}`
      await new Promise((resolve, reject) => {
        get(url, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject)
      })
    }
  }
  await Promise.all(Array.from({ length: 64 }, client))
  agent.destroy()
}

/** Clients that stay. @param {string} proxy @param {number} count @param {(n: number) => string} channels */
async function hold(proxy, count, channels) {
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY })
  for (let n = 0; n < count; n++) {
    get(`${proxy}/hold?channels=${channels(n)}`, { agent }, (response) => response.resume().on('error', () => {})).on(
      'error',
      () => {},
    )
    if (n % 100 === 0) await pause(30)
  }
  await pause(1500)
  return { stop: () => agent.destroy() }
}
