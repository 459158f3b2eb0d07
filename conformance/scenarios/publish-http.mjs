// The publish endpoint as a server of HTTP: methods, paths, what is accepted, framing, sizes.
import { stream } from '../lib/scenario.mjs'

const HEAD = 'Host: h\r\nConnection: close\r\n'

/** What a request to the endpoint is answered. CALL stands for a good call, LENGTH for its length. */
async function answered(t, raw) {
  const call = JSON.stringify({ items: [{ channel: t.channel(), 'http-stream': { content: 'x' } }] })
  const client = t.rawPublish(raw.replaceAll('CALL', call).replaceAll('LENGTH', String(call.length)))
  await client.until(() => client.complete || client.ended, 'an end', 2500)
  const { status, reason, interim } = client
  const body = status === 200 ? client.body.toString() : client.body.length > 0
  return { status, reason, interim, type: client.header('content-type'), allow: client.header('allow'), body }
}

const posted = (path, more = '') => `POST ${path} HTTP/1.1\r\n${HEAD}${more}Content-Length: LENGTH\r\n\r\nCALL`
const bare = (method, path, more = '') => `${method} ${path} HTTP/1.1\r\n${HEAD}${more}\r\n`

const ROWS = {
  'get the root': bare('GET', '/'),
  'get elsewhere': bare('GET', '/nothing'),
  'get publish without a slash': bare('GET', '/publish'),
  'put to publish': bare('PUT', '/publish/', 'Content-Length: 0\r\n'),
  'delete publish': bare('DELETE', '/publish/'),
  'options of publish': bare('OPTIONS', '/publish/'),
  'patch publish': bare('PATCH', '/publish/', 'Content-Length: 0\r\n'),
  'get recover': bare('GET', '/recover/'),
  'get publish, json accepted': bare('GET', '/publish/', 'Accept: application/json\r\n'),
  'get elsewhere, json accepted': bare('GET', '/nothing', 'Accept: application/json\r\n'),
  'post to the root': posted('/'),
  'post with a query': posted('/publish/?a=b'),
  'post without a slash and with a query': posted('/publish?a=b'),
  'post below publish': posted('/publish/more'),
  'post to two slashes': posted('/publish//'),
  'post to upper case': posted('/Publish/'),
  'post to an escape': posted('/%70ublish/'),
  'post beside publish': posted('/publishing'),
  'json accepted': posted('/publish/', 'Accept: application/json\r\n'),
  'json accepted among others': posted('/publish/', 'Accept: text/html, application/json;q=0.5\r\n'),
  'html accepted': posted('/publish/', 'Accept: text/html\r\n'),
  'images accepted': posted('/publish/', 'Accept: image/png\r\n'),
  'anything accepted': posted('/publish/', 'Accept: */*\r\n'),
  'a post without a length': bare('POST', '/publish/'),
  'a post of nothing': bare('POST', '/publish/', 'Content-Length: 0\r\n'),
  'a post in http 1.0': 'POST /publish/ HTTP/1.0\r\nContent-Length: LENGTH\r\n\r\nCALL',
  'a post without a host': 'POST /publish/ HTTP/1.1\r\nConnection: close\r\nContent-Length: LENGTH\r\n\r\nCALL',
  'a post with a length that is none': posted('/publish/').replace('LENGTH', 'x'),
  'a bad call, json accepted': `POST /publish/ HTTP/1.1\r\n${HEAD}Accept: application/json\r\nContent-Length: 1\r\n\r\n{`,
  'headers of 9,000 bytes': posted('/publish/', `X-Long: ${'y'.repeat(8900)}\r\n`),
}

/** A call of this many bytes. */
async function sized(t, size) {
  const start = `{"items":[{"channel":"${t.channel()}","http-stream":{"content":"`
  const end = '"}}]}'
  const answer = await t.publish(start + 'z'.repeat(size - start.length - end.length) + end)
  return { status: answer.status, reason: answer.reason, type: answer.header('content-type') }
}

export const scenarios = {
  ...Object.fromEntries(Object.entries(ROWS).map(([name, raw]) => [name, (t) => answered(t, raw)])),
  'a call of a million bytes': (t) => sized(t, 1_000_000),
  'a call of one byte more': (t) => sized(t, 1_000_001),
  'a call that is longer than it says publishes nothing': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    const { status } = await answered(t, `${posted('/publish/')}more`)
    await t.sleep(200)
    return { status, body: client.body.toString() }
  },
  'a call that comes byte by byte': async (t) => {
    const call = JSON.stringify({ items: [] })
    const client = t.rawPublish(`POST /publish/ HTTP/1.1\r\n${HEAD}Content-Length: ${call.length}\r\n\r\n`)
    for (const byte of call) {
      client.send(byte)
      await t.sleep(5)
    }
    return (await client.whole()).seen()
  },
}
