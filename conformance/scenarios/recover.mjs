// POST /recover/ makes every hold ask its backend again: by itself, because it is felt by all scenarios at once.
import { item, poll, stream } from '../lib/scenario.mjs'

export const setup = 'alone'

const answer = (client) => ({
  status: client.status,
  type: client.header('content-type'),
  body: client.body.toString(),
})

export const scenarios = {
  'its answers, and what it does to holds': async (t) => {
    const seen = []
    let polls = 0
    const script = t.on((request) => {
      seen.push([request.url.split('?')[1] ?? '', request.headers['grip-last']?.replaceAll(t.key, 'KEY') ?? null])
      if (request.url.endsWith('?link')) return stream(t, { 'Grip-Channel': t.channel('-s') }, 'from the link;')
      if (request.url.endsWith('?plain')) return stream(t, { 'Grip-Channel': t.channel('-s') }, 'plain;')
      if (request.url.endsWith('?poll')) return ++polls === 1 ? poll(t) : { body: 'fresh' }
      const link = {
        'Grip-Link': `<${t.path('/', '?link')}>; rel=next`,
        'Grip-Channel': `${t.channel('-s')}; prev-id=1`,
      }
      return stream(t, link, 'open;')
    })
    const linked = await t.opened(t.get(t.path('/', '?stream')))
    const plain = await t.opened(t.get(t.path('/', '?plain')))
    await t.sleep(1500)
    const before = script.requests.length
    const held = await t.held(t.get(t.path('/', '?poll')))
    const answers = [
      answer(await t.publish('', { path: '/recover/' })),
      answer(await t.publish('', { path: '/recover', headers: { Accept: 'application/json' } })),
    ]
    await held.whole(4000)
    await t.sleep(500)
    return { before: before >= 3, answers, held: held.seen(), linked: linked.body.length > 5, plain: plain.seen() }
  },
  'what was known of ids is forgotten': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.publish([item(t, '1')])
    await client.has('1;')
    await t.publish('', { path: '/recover/' })
    await t.publish([item(t, '9', '8')])
    await client.has('9;')
    return client.seen()
  },
}
