// Pictures of what is visible of GRIP's rarer parts: WebSocket messages both ways, events, links, retries, waiting
// messages, ZeroMQ, filters' questions.
import { freePort } from '../../scripts/free-ports.mjs'
import { startGripBackend } from '../fixtures/grip-backend'
import { startInBrowser } from '../fixtures/gripscope'
import { goTo, openDetailsOf, openTabOf } from '../fixtures/screen'
import { test } from '../fixtures/test'
import { makeGripTraffic } from './grip-traffic'
import { shoot } from './shoot'

test.setTimeout(240_000)

test('GRIP in Story, Deliveries, Messages and lanes', async ({ openBrowser }) => {
  const backend = await startGripBackend()
  const pull = `tcp://127.0.0.1:${await freePort()}`
  const ports = ['--port', '0', '--publish-port', '0', '--zmq-pull', pull]
  const gripscope = await startInBrowser(await openBrowser(), [...ports, ...backend.routes])
  const { page } = gripscope
  const letGo = await makeGripTraffic({ proxy: gripscope.proxy, publish: gripscope.publish, pull }, backend)
  await shoot(page, 'grip-exchanges')
  for (const [path, name] of [
    [/ws\//, 'websocket'],
    [/moderated/, 'filters'],
    [/ordered/, 'waiting'],
    [/flaky/, 'retries'],
    [/pages/, 'links'],
  ] as const) {
    const details = await openDetailsOf(page, path)
    for (const tab of name === 'websocket'
      ? ['Story', 'Deliveries', 'Messages', 'Response']
      : ['Story', 'Deliveries', 'Timing']) {
      await openTabOf(details, tab)
      await shoot(page, `grip-${name}-${tab.toLowerCase()}`)
    }
  }
  await goTo(page, 'Channels')
  for (const channel of ['ordered', 'moderated', 'talk', 'flaky']) {
    await page.getByRole('main').getByRole('row', { name: channel }).first().click()
    await shoot(page, `grip-lanes-${channel}`)
  }
  letGo()
  await gripscope.close()
  await backend.close()
})
