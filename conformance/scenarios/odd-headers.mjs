// Instructs in headers at their edges: numbers, quotes, parameters and lists in all their odd forms.
import { poll, stream } from '../lib/scenario.mjs'

/** A hold by headers, and what it got of some publishes: the first without ids, the second after the id `a`. */
async function holds(t, mode, pairs) {
  const filled = pairs.map(([name, value]) => [
    name,
    value.replaceAll('CHANNEL', t.channel()).replaceAll('PATH', t.path()),
  ])
  const names = new Set(filled.map(([name]) => name.toLowerCase()))
  const usual = [
    ['Grip-Hold', mode],
    ['X-A', '1'],
    ['Content-Type', 'text/plain'],
    ...(names.has('grip-channel') ? [] : [['Grip-Channel', t.channel()]]),
  ]
  t.on((_, n) => (n === 1 ? { headers: [...usual, ...filled], body: 'first;' } : { body: `asked ${n} times;` }))
  const client = t.get()
  await client.head(500).catch(() => {})
  if (client.status > 0 && client.framing !== 'chunked') await client.whole(300).catch(() => {})
  if (client.complete) return { ...client.seen('x-a', 'content-type', 'content-length'), reason: client.reason }
  await t.sleep(200)
  const formats = (body) => ({ 'http-response': { body }, 'http-stream': { content: body } })
  await t.publish([{ channel: t.channel(), formats: formats('plain;') }])
  await t.sleep(60)
  await t.publish([{ channel: t.channel(), id: 'b', 'prev-id': 'a', formats: formats('after a;') }])
  await client.has('after a;', 400).catch(() => {})
  return { ...client.seen('x-a', 'content-type', 'transfer-encoding'), reason: client.reason, ended: client.complete }
}

/** What a variable of the connection is, in a message that puts it in. */
async function meta(t, value, name) {
  const channel = `${t.channel()}; filter=var-subst`
  t.on(stream(t, { 'Grip-Channel': channel, 'Grip-Set-Meta': value }))
  const client = t.get()
  await client.head(500).catch(() => {})
  if (client.complete) return client.seen()
  await t.sleep(200)
  await t.push('http-stream', { content: `[%(${name})s]` })
  await client.has(']', 400).catch(() => {})
  return { ...client.seen(), ended: client.complete }
}

/** Headers by name of the scenario; `both`: as a response hold and as a stream. */
const BOTH = {
  'timeout with a fraction': ['Grip-Timeout', '20.0'],
  'timeout with an exponent': ['Grip-Timeout', '2e1'],
  'timeout with a comma': ['Grip-Timeout', '20,30'],
  'timeout with a parameter': ['Grip-Timeout', '20;30'],
  'timeout with zeros': ['Grip-Timeout', '020'],
  'timeout in quotes': ['Grip-Timeout', '"20"'],
  'timeout in two numbers': ['Grip-Timeout', '20 30'],
  'status with a sign': ['Grip-Status', '+404'],
  'status with a fraction': ['Grip-Status', '404.0'],
  'status with a list': ['Grip-Status', '404,405'],
  'status with two blanks': ['Grip-Status', '404  Two'],
  'status with a tab': ['Grip-Status', '404\tTab'],
  'status of three zeros and more': ['Grip-Status', '0404'],
  'status 999': ['Grip-Status', '999 Most'],
  'keep-alive whose timeout has a fraction': ['Grip-Keep-Alive', 'k; timeout=60.5'],
  'keep-alive whose timeout is in quotes': ['Grip-Keep-Alive', 'k; timeout="60"'],
  'keep-alive whose timeout is empty': ['Grip-Keep-Alive', 'k; timeout='],
  'keep-alive with two timeouts': ['Grip-Keep-Alive', 'k; timeout=60; timeout=x'],
  'keep-alive whose mode is in upper case': ['Grip-Keep-Alive', 'k; mode=IDLE'],
  'keep-alive whose mode is empty': ['Grip-Keep-Alive', 'k; mode='],
  'keep-alive whose format is in upper case': ['Grip-Keep-Alive', 'k; format=RAW'],
  'keep-alive whose parameter names are in upper case': ['Grip-Keep-Alive', 'k; MODE=odd'],
  'keep-alive with a quote that stays open': ['Grip-Keep-Alive', 'k; timeout="'],
  'keep-alive of a semicolon': ['Grip-Keep-Alive', ';'],
  'keep-alive of half an escape': ['Grip-Keep-Alive', '\\x4; format=cstring'],
  'keep-alive of an escape alone': ['Grip-Keep-Alive', '\\0; format=cstring'],
  'link whose timeout has a unit': ['Grip-Link', '<PATH?n>; rel=next; timeout=60s'],
  'link whose rel is in quotes': ['Grip-Link', '<PATH?n>; rel="prev"'],
  'link of a colon': ['Grip-Link', '<:>; rel=next'],
  'link of a blank': ['Grip-Link', '< >; rel=next; timeout=60'],
  'link that is not closed': ['Grip-Link', '<PATH?n; rel=next'],
  'link to a port that is none': ['Grip-Link', '<http://h:99999/>; rel=next'],
  'link to a host in brackets': ['Grip-Link', '<http://[/>; rel=next'],
  'channel twice, the first with a prev-id': ['Grip-Channel', 'CHANNEL; prev-id=a, CHANNEL'],
  'channel twice, the second with a prev-id': ['Grip-Channel', 'CHANNEL, CHANNEL; prev-id=a'],
  'prev-id in quotes': ['Grip-Channel', 'CHANNEL;prev-id="a"'],
  'prev-id with blanks around': ['Grip-Channel', 'CHANNEL ; prev-id = a'],
  'prev-id in upper case': ['Grip-Channel', 'CHANNEL; PREV-ID=a'],
  'prev-id twice': ['Grip-Channel', 'CHANNEL; prev-id=a; prev-id=b'],
  'prev-id in single quotes': ['Grip-Channel', "CHANNEL; prev-id='a'"],
  'prev-id after an empty parameter': ['Grip-Channel', 'CHANNEL;;prev-id=a'],
  'prev-id with an equals sign': ['Grip-Channel', 'CHANNEL; prev-id==a'],
  'filter in upper case': ['Grip-Channel', 'CHANNEL; FILTER=var-subst'],
  'filter that is empty': ['Grip-Channel', 'CHANNEL; filter='],
  'two unknown filters': ['Grip-Channel', 'CHANNEL; filter=a; filter=b'],
  'expose-headers in a list': ['Grip-Expose-Headers', 'X-A, Content-Type'],
  'expose-headers in quotes': ['Grip-Expose-Headers', '"X-A"'],
  'expose-headers of a star': ['Grip-Expose-Headers', '*'],
  'expose-headers that are empty': ['Grip-Expose-Headers', ''],
  'a name with an underscore': ['Grip_Timeout', 'soon'],
  'a name in odd case': ['gRiP-tImEoUt', 'soon'],
}

const scenariosOfBoth = Object.fromEntries(
  Object.entries(BOTH).flatMap(([name, header]) =>
    ['response', 'stream'].map((mode) => [`${mode}: ${name}`, (t) => holds(t, mode, [header])]),
  ),
)

export const scenarios = {
  ...scenariosOfBoth,
  'response: a status below 100 while a publish may come': (t) => holds(t, 'response', [['Grip-Status', '42']]),
  'response: a status of 100 while a publish may come': (t) => holds(t, 'response', [['Grip-Status', '100']]),
  'stream: status 204 with a body': (t) => holds(t, 'stream', [['Grip-Status', '204 Empty']]),
  'stream: status 304 with a body': (t) => holds(t, 'stream', [['Grip-Status', '304']]),
  'response: the first of two timeouts counts': (t) =>
    holds(t, 'response', [
      ['Grip-Timeout', '20'],
      ['Grip-Timeout', 'soon'],
    ]),
  'stream: the first of two statuses counts': (t) =>
    holds(t, 'stream', [
      ['Grip-Status', '201'],
      ['Grip-Status', '202'],
    ]),
  'response: a timeout of 2,147,483,647 seconds is over at once': (t) =>
    holds(t, 'response', [['Grip-Timeout', '2147483647']]),
  'hold of two modes': (t) => holds(t, 'response,stream', []),
  'hold in quotes': (t) => holds(t, '"response"', []),
  'meta without quotes': (t) => meta(t, 'user=alice', 'user'),
  'meta with blanks around': (t) => meta(t, 'user = "a b" ', 'user'),
  'meta with an escape': (t) => meta(t, 'user="a\\"b"', 'user'),
  'meta with a comma in quotes': (t) => meta(t, 'user="a,b", x=y', 'x'),
  'meta given twice': (t) => meta(t, 'user="a", user="b"', 'user'),
  'meta with a parameter more': (t) => meta(t, 'user=a;b=c', 'b'),
  'meta in another case': (t) => meta(t, 'User=a', 'user'),
  'meta without a value': (t) => meta(t, 'user', 'user'),
  'meta with an empty value': (t) => meta(t, 'user=', 'user'),
  'meta of an equals sign': (t) => meta(t, '=', 'user'),
  'a channel in latin1 is another one': async (t) => {
    t.on(poll(t, { 'Grip-Channel': `${t.channel()}-r\u00e4ume` }))
    const client = await t.held()
    await t.publish([{ channel: `${t.channel()}-räume`, formats: { 'http-response': { body: 'x' } } }])
    return { held: await client.quiet(300) }
  },
}
