// Ids in odd orders on a stream, message templates with filters, and links written in odd ways.
import { instruct, item, stream } from '../lib/scenario.mjs'

/**
 * What a stream gets of items, each [id, prev-id, no-seq]; a list of them is one call, a number a pause in ms.
 * `ms`: how long it is looked at after the last one.
 */
function sequence(steps, ms = 500) {
  return async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    const itemOf = ([id, prevId, noSeq]) => item(t, id, prevId, noSeq ? { 'no-seq': true } : {})
    for (const step of steps) {
      if (typeof step === 'number') await t.sleep(step)
      else await t.publish(Array.isArray(step[0]) ? step.map(itemOf) : [itemOf(step)])
    }
    await t.sleep(ms)
    return client.body.toString()
  }
}

const SEQUENCES = {
  'the first has a prev-id': sequence([
    ['2', '1'],
    ['3', '2'],
  ]),
  backwards: sequence([['1'], ['4', '3'], ['3', '2'], ['2', '1']]),
  'backwards, and the first is missing': sequence([['1'], ['4', '3'], ['3', '2']], 3200),
  'what was missing comes after it was given up': sequence([['1'], ['3', '2'], 2800, ['2', '1']]),
  'one follows what waits': sequence([['1'], ['3', '2'], 300, ['4', '3']], 3200),
  'what was missing comes without a prev-id': sequence([['1'], ['3', '2'], 200, ['2']]),
  'one without a prev-id between': sequence([['1'], ['x'], ['2', '1']], 3200),
  'one without an id between': sequence([['1'], [undefined], ['2', '1']], 3200),
  'one with a prev-id and no id': sequence([['1'], [undefined, '1'], ['3', '2']], 3200),
  'two follow the same one': sequence([['1'], ['a', '1'], ['b', '1']], 3200),
  'two wait for the same one, which comes': sequence([['1'], ['a', 'x'], ['b', 'x'], ['x', '1']], 3200),
  'two wait for the same one in vain': sequence([['1'], ['a', 'x'], ['b', 'x']], 3200),
  'the same item twice': sequence([['1'], ['2', '1'], ['2', '1']], 3200),
  'one follows itself': sequence([['1'], ['2', '2'], ['3', '2']], 3200),
  'two follow each other': sequence([['1'], ['a', 'b'], ['b', 'a']], 4500),
  'out of order in one call': sequence([[['1'], ['3', '2'], ['2', '1']]]),
  'a gap in one call': sequence([[['1'], ['5', '4'], ['2', '1'], ['3', '2']]], 3200),
  'no-seq does not wait': sequence([['1'], ['3', '2', true], ['2', '1']], 3200),
  'no-seq is not followed': sequence([['1'], ['5', '4', true], ['6', '5']], 3200),
  'empty ids': sequence([
    ['', ''],
    ['', ''],
  ]),
  'an empty prev-id': sequence([['1'], ['2', '']], 3200),
  'an empty id, then a prev-id': sequence([['1'], [''], ['3', '2']], 3200),
  'twenty backwards': sequence([['0'], ...Array.from({ length: 20 }, (_, i) => [`${20 - i}`, `${19 - i}`])]),
  'two gaps': sequence([['0'], ['3', '2'], ['6', '5'], 200, ['4', '3'], ['7', '6']], 3200),
}

/** A message with a text, on a channel with filters and a connection with meta. */
async function filtered(t, text, filters, meta, more = {}) {
  const channels = [{ name: t.channel(), filters }, { name: t.channel('-b') }]
  const filled = meta && JSON.parse(JSON.stringify(meta).replaceAll('CHANNEL', t.channel()))
  t.on(instruct({ hold: { mode: 'stream', channels, ...(filled && { meta: filled }) }, response: { body: 'open;' } }))
  const client = await t.opened()
  await t.publish([{ channel: t.channel(), formats: { 'http-stream': { content: text, ...more } } }])
  await t.publish([{ channel: t.channel('-b'), formats: { 'http-stream': { content: 'end;' } } }])
  await client.has('end;', 500).catch(() => {})
  return { body: client.body.toString(), ended: client.complete }
}

const USER = { user: 'al', x: '%(user)s', 'a b': 'blank', é: 'ü', empty: '' }
const TEMPLATES = ['%', '%%', '%s', '%()s', '%(', '%(user', '%(user)', '%(user)d', '%(user)%s', '%(USER)s', '%(a b)s']
TEMPLATES.push('%(é)s', '%(empty)s', '%(x)s', '%%(user)s', '%%%(user)s', '100%', '%5s', 'a%(user)sb%(user)sc', '')

const IDS = { none: 'x', 'the channel': '%(CHANNEL)s', 'a channel that is not held': '%(nope)s', 'a bad one': '%s' }
const TEXTS = ['%I', 'id %I;', '%%I', '%I%I', 'none', '%', '%i', '%s']

/** A stream whose link is written so; the path it is asked by after a hint. */
async function linked(t, link) {
  const written = link.replaceAll('PATH', t.path()).replaceAll('KEY', t.key)
  const script = t.on((_, n) =>
    n === 1 ? stream(t, { 'Grip-Link': `<${written}>; rel=next` }, 'one;') : { body: 'two;' },
  )
  const client = await t.opened(t.get(t.path('/', '?first')))
  await t.push('http-stream', { action: 'hint' })
  await client.whole(2500).catch(() => {})
  return { ...client.seen(), asked: script.requests.map((r) => r.url) }
}

const LINKS = [
  '?second',
  'KEY?second',
  './KEY/../KEY/x?second',
  'PATH?second#part',
  'PATH?{a}|"b"',
  'PATH?%7e%2f%C3%A9',
]
LINKS.push('PATH?a=b,c;d', 'http://proxy.test/KEY?second', 'HTTP://PROXY.test:80/KEY?second', 'PATH', 'PATH?a=%zz%20')
LINKS.push('?', 'PATH?', 'PATH/\\x', 'PATH/é', 'PATH?é', 'PATH/a/../b', 'PATH//b', 'PATH#', 'PATH/x y')

export const scenarios = {
  ...Object.fromEntries(Object.entries(SEQUENCES).map(([name, play]) => [`ids: ${name}`, play])),
  ...Object.fromEntries(
    TEMPLATES.map((text) => [
      `var-subst: ${text || 'nothing'}`,
      (t) => filtered(t, text, ['var-subst'], USER, { 'content-filters': ['var-subst'] }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(IDS).flatMap(([name, format]) =>
      TEXTS.map((text) => [
        `build-id: ${name}: ${text}`,
        (t) => filtered(t, text, ['build-id'], { id_format: format }),
      ]),
    ),
  ),
  'build-id: in hex': (t) => filtered(t, 'id %I;', ['build-id'], { id_format: 'x-%%', id_encoding: 'hex' }),
  'build-id: in an unknown encoding': (t) =>
    filtered(t, 'id %I;', ['build-id'], { id_format: 'x', id_encoding: 'base64' }),
  'build-id: without a format': (t) => filtered(t, 'id %I;', ['build-id'], undefined),
  'filters: two that change content': (t) =>
    filtered(t, '%(user)s', ['var-subst', 'var-subst'], { user: '%(x)s', x: 'deep' }),
  'filters: named in another order': (t) =>
    filtered(t, 'x', ['var-subst', 'build-id'], USER, { 'content-filters': ['build-id', 'var-subst'] }),
  'filters: none named, though there are some': (t) => filtered(t, 'x', ['var-subst'], USER, { 'content-filters': [] }),
  'filters: named, though they change nothing': (t) =>
    filtered(t, 'x', ['skip-self'], USER, { 'content-filters': ['skip-self'] }),
  ...Object.fromEntries(LINKS.map((link) => [`link: ${link}`, (t) => linked(t, link)])),
}
