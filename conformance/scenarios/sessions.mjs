// Session ids: what a backend and a client see of them without the session store that Pushpin asks where it has one.
import { poll, stream } from '../lib/scenario.mjs'
import { control, events, GRIP } from '../lib/websocket.mjs'

const IDS = {
  'Grip-Session-Id': 'abc',
  'Grip-Session-Detect': 'path-prefix=/; sid-ptr=/sid',
  'Grip-Last': 'c; last-id=1',
}
const idsOf = ({ headers }) => [headers['grip-session-id'] ?? null, headers['grip-last'] ?? null]
const names = ['grip-session-id', 'grip-session-detect', 'grip-last']

export const scenarios = {
  'an id with a plain answer': async (t) => {
    const script = t.on({ headers: IDS, body: 'x' })
    const client = await t.get(t.path('/session/')).whole()
    return { ...client.seen(...names), sent: script.requests.map(idsOf) }
  },
  'an id with a response hold, asked again': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t, IDS) : { body: 'again' }))
    const client = await t.held(t.get(t.path('/session/')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return { ...client.seen(...names), sent: script.requests.map(idsOf) }
  },
  'an id with a stream, then its link': async (t) => {
    const link = { 'Grip-Link': `<${t.path('/session/', '?next')}>; rel=next` }
    const script = t.on((_, n) => (n === 1 ? stream(t, { ...IDS, ...link }, 'open;') : { body: 'end;' }))
    const client = await t.opened(t.get(t.path('/session/')))
    await t.push('http-stream', { action: 'hint' })
    await client.whole(4000)
    return { ...client.seen(...names), sent: script.requests.map(idsOf) }
  },
  'an id in the body of the next request': async (t) => {
    const script = t.on({ headers: IDS, body: 'x' })
    await t.get(t.path('/session/')).whole()
    const body = JSON.stringify({ sid: 'abc' })
    await t.ask({ method: 'POST', path: t.path('/session/'), body }).whole()
    return script.requests.map(idsOf)
  },
  'an id of the client': async (t) => {
    const script = t.on({ body: 'x' })
    await t.get(t.path('/session/'), { headers: { 'Grip-Session-Id': 'forged' } }).whole()
    await t.get(t.path(), { headers: { 'Grip-Session-Id': 'forged' } }).whole()
    return script.requests.map(idsOf)
  },
  'an id by a control message': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? events([['OPEN'], control({ type: 'session', id: 'abc' }), ['TEXT', 'm:one']], GRIP)
        : events([control({ type: 'session' }), ['TEXT', 'm:two']], GRIP),
    )
    const client = await t.ws()
    client.text('hello')
    await client.received(2)
    return { got: client.got, sent: script.requests.map(idsOf) }
  },
  'an id that is no text': async (t) => {
    t.on((_, n) =>
      n === 1
        ? events(
            [['OPEN'], control({ type: 'session', id: 5 }), control({ type: 'session', id: '' }), ['TEXT', 'm:one']],
            GRIP,
          )
        : events([]),
    )
    const client = await t.ws()
    await client.received(1)
    await t.sleep(200)
    return { got: client.got, open: !client.ended }
  },
}
