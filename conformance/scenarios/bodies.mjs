// Bodies: what patches make of them, and up to which size they have a length of their own.
import { instruct, poll } from '../lib/scenario.mjs'

const DOCUMENT = { foo: 'bar', n: 5, z: null, list: ['a', 'b', { x: 1 }], obj: { a: { b: 'c' }, 'a/b': 1, 'm~n': 2 } }

/** A held response whose body is patched. */
async function patched(t, body, operations) {
  t.on(instruct({ hold: { channels: [{ name: t.channel() }], timeout: 20 }, response: { body } }))
  const client = await t.held()
  const patch = typeof operations === 'string' ? operations : JSON.stringify(operations)
  const { status } = await t.publish(`{"items":[{"channel":"${t.channel()}","http-response":{"body-patch":${patch}}}]}`)
  await client.whole(600).catch(() => {})
  return { published: status, status: client.status, body: client.status === 502 ? '' : client.body.toString() }
}

const PLACES = ['', '/', '/foo', '/nope', '/nope/deep', '/list', '/list/0', '/list/3', '/list/-', '/list/-1']
PLACES.push('/list/01', '/list/+1', '/list/1.0', '/list/x', '/list/2/y', '/obj/a~1b', '/obj/m~0n', '/obj/a/b/c')
PLACES.push('/obj/a~2b', '/obj/a/', '/foo/x', '/z/x', '//', '/obj/%61')

const OPERATIONS = {
  add: (path) => ({ op: 'add', path, value: [1] }),
  remove: (path) => ({ op: 'remove', path }),
  replace: (path) => ({ op: 'replace', path, value: { k: 1 } }),
  'copy from': (from) => ({ op: 'copy', from, path: '/new' }),
  'move from': (from) => ({ op: 'move', from, path: '/new' }),
  'move to': (path) => ({ op: 'move', from: '/list/0', path }),
  test: (path) => ({ op: 'test', path, value: 'bar' }),
}

const PAIRS = ['5 5.4', '5 "5"', '1 true', '0 null', '"" null', '1.5 2', '[1,2] [2,1]', '{"a":1,"b":2} {"b":2,"a":1}']
PAIRS.push('[] {}', '{"a":null} {}', '4294967296 0', 'true "true"', '"A" "a"', 'null null')

const NUMBERS = ['0.0001', '0.00001', '2.5e-7', '-1e-5', '1e-10', '123456789.5', '1e15', '1.8e19', '1.9e19', '1e20']
NUMBERS.push('-1e19', '1.23456789012345e20', '1.234567890123456e20', '1.2345678901234567e21', '1.5e300', '-0', '1.10')
NUMBERS.push('9007199254740993', '1e308', '1e309', '-1e400')

const BODIES = [
  '[]',
  '5',
  ' {"a":1} ',
  '{"a":1,"a":2}',
  '{"B":1,"a":2,"10":3,"9":4}',
  '{"s":"\\u0001\\u2028\\/"}',
  '{a:1}',
]

/** What a client is told of the size of a body. */
async function told(t, answer, act = () => {}, version = '1.1') {
  t.on(answer)
  const client = t.ask({ path: t.path(), version })
  await client.until(() => client.complete || client.ended, '', 450).catch(() => {})
  if (client.status === 0) await act()
  await client.whole(4000)
  const { framing, body } = client
  return { status: client.status, framing, length: client.header('content-length'), bytes: body.length }
}

const SIZES = [65_536, 65_537]
const large = (size) => 'z'.repeat(size)
const TOLD = {
  'passed through': (t, size) => told(t, { headers: {}, body: large(size) }),
  'passed through with a length': (t, size) => told(t, { headers: { 'Content-Length': size }, body: large(size) }),
  'in an instruct in headers': (t, size) => told(t, { headers: { 'Grip-Status': '201' }, body: large(size) }),
  'in an instruct in json': (t, size) => told(t, instruct({ response: { body: large(size) } })),
  published: (t, size) => told(t, poll(t), () => t.push('http-response', { body: large(size) })),
  'published to http 1.0': (t, size) => told(t, poll(t), () => t.push('http-response', { body: large(size) }), '1.0'),
}

export const scenarios = {
  ...Object.fromEntries(
    Object.entries(OPERATIONS).flatMap(([name, operation]) =>
      PLACES.map((place) => [
        `patch: ${name} ${place || 'nothing'}`,
        (t) => patched(t, JSON.stringify(DOCUMENT), [operation(place)]),
      ]),
    ),
  ),
  ...Object.fromEntries(
    PAIRS.map((pair) => {
      const [is, tested] = pair.split(' ')
      return [
        `patch: a test of ${pair}`,
        (t) => patched(t, `{"v":${is}}`, `[{"op":"test","path":"/v","value":${tested}}]`),
      ]
    }),
  ),
  ...Object.fromEntries(NUMBERS.map((number) => [`patch: held ${number}`, (t) => patched(t, `[${number}]`, [])])),
  ...Object.fromEntries(
    NUMBERS.map((number) => [
      `patch: given ${number}`,
      (t) => patched(t, '{}', `[{"op":"add","path":"/v","value":${number}}]`),
    ]),
  ),
  ...Object.fromEntries(BODIES.map((body) => [`patch: of ${body}`, (t) => patched(t, body, [])])),
  ...Object.fromEntries(
    Object.entries(TOLD).flatMap(([name, scenario]) =>
      SIZES.map((size) => [`length: ${size} bytes ${name}`, (t) => scenario(t, size)]),
    ),
  ),
}
