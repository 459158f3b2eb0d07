// JSON and its values at their edges, in instructs and in publishes: what Qt's parser takes, and what it makes of numbers.
import { item, poll, stream } from '../lib/scenario.mjs'

/** What an instruct comes to, with a publish after it if it is held. `text` may name the channel CHANNEL. */
async function instructed(t, text) {
  t.on({ headers: { 'Content-Type': 'application/grip-instruct' }, body: text.replaceAll('CHANNEL', t.channel()) })
  const client = t.get()
  await client.head(500).catch(() => {})
  const held = client.status === 0
  if (!held) await client.whole(300).catch(() => {})
  if (client.complete) return client.seen('content-type', 'x-a', 'content-length')
  await t.sleep(200)
  await t.publish([item(t, undefined)])
  await client.has('undefined;', 600).catch(() => {})
  return { held, ...client.seen('x-a') }
}

/** What a call is answered, and what a stream and a held request got of it. */
async function published(t, text) {
  t.on(({ url }) => (url.endsWith('?stream') ? stream(t, {}, 'open;') : poll(t)))
  const [held, open] = [await t.held(), await t.opened(t.get(t.path('/', '?stream')))]
  const { status } = await t.publish(text.replaceAll('CHANNEL', t.channel()))
  await held.whole(400).catch(() => {})
  await t.sleep(50)
  return { status, held: { ...held.seen('x-a'), reason: held.reason }, stream: open.body.toString() }
}

const hold = (more) => `{"hold":{"channels":[{"name":"CHANNEL"}],${more}}}`
const body = (value) => `{"response":{"body":${value}}}`
const coded = (value) => `{"response":{"body":"x","code":${value}}}`
const streams = (fields) => `{"items":[{"channel":"CHANNEL",${fields}}]}`
const answers = (fields) => streams(`"http-response":{"body":"x",${fields}}`)

const INSTRUCTS = {
  'a tab in a string': body('"a\tb"'),
  'a line break in a string': body('"a\nb"'),
  'an escape that is none': body('"\\x41\\q\\\'"'),
  'an escape cut off': body('"\\u00e"'),
  'a number that begins with a point': hold('"timeout":.5'),
  'a number that ends with a point': hold('"timeout":20.'),
  'a number with a plus': hold('"timeout":+20'),
  'a number with a zero before it': hold('"timeout":020'),
  'a number in hex': hold('"timeout":0x20'),
  'quotes of another kind': "{'response':{'body':'x'}}",
  'names without quotes': '{response:{body:"x"}}',
  'a comma at the end of a list': '{"hold":{"channels":[{"name":"CHANNEL"},]}}',
  'a missing bracket': '{"hold":{"channels":[{"name":"CHANNEL"}}',
  'a name twice': '{"hold":{"mode":"stream","mode":"response","channels":[{"name":"CHANNEL"}]}}',
  'not a number': hold('"timeout":NaN'),
  'a timeout of half a second below zero': hold('"timeout":-0.5'),
  'a timeout of one below zero': hold('"timeout":-1'),
  'a timeout beyond 32 bits': hold('"timeout":4294967297'),
  'a timeout of 1e300': hold('"timeout":1e300'),
  'a timeout as text': hold('"timeout":"20"'),
  'a timeout as a word': hold('"timeout":"soon"'),
  'a timeout that is true': hold('"timeout":true'),
  'an empty prev-id and a message without': '{"hold":{"channels":[{"name":"CHANNEL","prev-id":""}]}}',
  'a code beyond 32 bits': coded('4294967496'),
  'a code with a fraction': coded('404.5'),
  'a code as text': coded('"404"'),
  'a code with an exponent': coded('4.04e2'),
  'a code beyond 999': coded('1000'),
  'a code below zero': coded('-1'),
  'a code that is null': coded('null'),
  'a keep-alive of one below zero': hold('"mode":"stream","keep-alive":{"content":"k","timeout":-1}'),
  'a keep-alive without content': hold('"mode":"stream","keep-alive":{"timeout":60}'),
  'a keep-alive that is a list': hold('"mode":"stream","keep-alive":[]'),
  'a keep-alive whose content-bin is a number': hold('"mode":"stream","keep-alive":{"content-bin":5}'),
  'content-bin that is no base64': '{"response":{"body-bin":"-!-"}}',
  'a header with an empty value': '{"response":{"headers":{"X-A":""},"body":"x"}}',
  'a header that is a list': '{"response":{"headers":{"X-A":["b"]},"body":"x"}}',
  'a pair with a number': '{"response":{"headers":[["X-A",1]],"body":"x"}}',
  'a pair that is an object': '{"response":{"headers":[{"X-A":"b"}],"body":"x"}}',
  'a meta value that is an object': hold('"meta":{"user":{}}'),
  'filters in an object': '{"hold":{"channels":[{"name":"CHANNEL","filters":{}}]}}',
  'a hold that is true': '{"hold":true,"response":{"body":"x"}}',
  'a response that is a list': '{"response":[]}',
  'no response and a reason of the backend': '{"hold":{"channels":[]},"response":{"code":204}}',
}

const PUBLISHES = {
  'a tab in the content': streams('"http-stream":{"content":"a\tb"}'),
  'an escape that is none in the content': streams('"http-stream":{"content":"\\x41"}'),
  'size is null': streams('"size":null,"http-stream":{"content":"x"}'),
  'size is below zero': streams('"size":-1,"http-stream":{"content":"x"}'),
  'size is a list': streams('"size":[],"http-stream":{"content":"x"}'),
  'size is beyond 32 bits': streams('"size":2147483648,"http-stream":{"content":"x"}'),
  'size is text': streams('"size":"big","http-stream":{"content":"x"}'),
  'no-seq is null': streams('"no-seq":null,"http-stream":{"content":"x"}'),
  'no-seq is a number': streams('"no-seq":1,"http-stream":{"content":"x"}'),
  'id is a list': streams('"id":[],"http-stream":{"content":"x"}'),
  'prev-id is an object': streams('"prev-id":{},"http-stream":{"content":"x"}'),
  'meta is text': streams('"meta":"x","http-stream":{"content":"x"}'),
  'a meta value that is a list': streams('"meta":{"a":[]},"http-stream":{"content":"x"}'),
  'content is a list': streams('"http-stream":{"content":["x"]}'),
  'content-bin is an object': streams('"http-stream":{"content-bin":{}}'),
  'a format that is a number': streams('"formats":{"http-stream":5}'),
  'a format that is a list': streams('"formats":{"http-response":[]}'),
  'formats are text': streams('"formats":"x"'),
  'the action in upper case': streams('"http-stream":{"action":"SEND","content":"x"}'),
  'the action is a list': streams('"http-stream":{"action":[],"content":"x"}'),
  'content-filters are an object': streams('"http-stream":{"content":"x","content-filters":{}}'),
  'content-filters that the subscription has not': streams('"http-stream":{"content":"x","content-filters":["a"]}'),
  'a code beyond 32 bits': answers('"code":4294967496'),
  'a code with a fraction': answers('"code":404.5'),
  'a code as text': answers('"code":"404"'),
  'a code that is a list': answers('"code":[]'),
  'a code beyond 999': answers('"code":1000'),
  'a reason that is a number': answers('"reason":5'),
  'an empty reason': answers('"code":404,"reason":""'),
  'headers that are text': answers('"headers":"x"'),
  'headers of one pair': answers('"headers":["X-A","b"]'),
  'a header that is null': answers('"headers":{"X-A":null}'),
  'an empty header': answers('"headers":{"X-A":""}'),
  'body-patch that is text': streams('"http-response":{"body-patch":"x"}'),
  'a step of body-patch that is text': streams('"http-response":{"body-patch":["x"]}'),
  'a type of a message that is a number': streams('"ws-message":{"content":"x","type":5}'),
  'a close code that is text': streams('"ws-message":{"action":"close","code":"x"}'),
  'a close reason that is a number': streams('"ws-message":{"action":"close","reason":5}'),
  'a comma too many': '{"items":[{"channel":"CHANNEL","http-stream":{"content":"x"}},]}',
  'items twice': '{"items":[],"items":[{"channel":"CHANNEL","http-stream":{"content":"x"}}]}',
  'the channel twice': streams('"channel":"another","http-stream":{"content":"x"}'),
  'Items in upper case': '{"Items":[]}',
  'a list in the list': '{"items":[[{"channel":"CHANNEL","http-stream":{"content":"x"}}]]}',
  'text after the object': '{"items":[]}x',
}

/** What the publisher is answered where nobody listens. */
async function unheard(t, fields) {
  return (await t.publish(answers(fields).replaceAll('CHANNEL', t.channel()))).status
}

const CODES = { 'a word': '"ok"', 'an empty text': '""', true: 'true', zero: '0', 42: '42', 100: '100', 199: '199' }

const table = (play, rows, prefix) =>
  Object.fromEntries(Object.entries(rows).map(([name, text]) => [`${prefix}: ${name}`, (t) => play(t, text)]))

export const scenarios = {
  ...table(instructed, INSTRUCTS, 'instruct'),
  ...table(published, PUBLISHES, 'publish'),
  ...Object.fromEntries(
    Object.entries(CODES).map(([name, code]) => [`a code of ${name} is taken`, (t) => unheard(t, `"code":${code}`)]),
  ),
}

export const known = Object.fromEntries(
  Object.keys(CODES).map((name) => [
    `a code of ${name} is taken`,
    'a publish with a code that no response can have is refused',
  ]),
)
