// Ids, previous ids, and what is asked again: nothing is lost between a read and a hold.
import { item, poll, stream } from '../lib/scenario.mjs'

const channel = (t, prevId, suffix = '') => `${t.channel(suffix)}; prev-id=${prevId}`
const link = (t, rest = '?next') => ({ 'Grip-Link': `<${t.path('/', rest)}>; rel=next` })
/** Grip-Last headers of each request, sorted. */
const lasts = (t, script) =>
  script.requests.map((r) =>
    r.rawHeaders
      .filter(([name]) => name.toLowerCase() === 'grip-last')
      .map(([, value]) => value.replaceAll(t.key, 'KEY'))
      .sort(),
  )

/** A stream that gets items, one publish each: [id, prev-id] or a whole item. */
async function streamGets(t, items, { until, ms, pauses = [] } = {}) {
  t.on(stream(t))
  const client = await t.opened()
  for (const [i, one] of items.entries()) {
    await t.publish([Array.isArray(one) ? item(t, ...one) : one])
    if (pauses[i]) await t.sleep(pauses[i])
  }
  await client.has(until, ms)
  await t.sleep(100)
  return client.body.toString()
}

/** A channel whose last id is known: somebody listens, for more than a second, and something was published. */
async function knownId(t, id, suffix = '') {
  const own = t.channel(suffix)
  const script = t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': own } })
  const client = await t.opened()
  await t.sleep(1300)
  await t.publish([{ channel: own, id, formats: { 'http-stream': { content: `${id};` } } }])
  await client.has(`${id};`)
  return { client, script }
}

/** A response hold with an id that calls of several items contradict: what it got, and what the backend was asked. */
async function contradicted(t, first, again, ...calls) {
  const script = t.on((_, n) => poll(t, { 'Grip-Channel': channel(t, n === 1 ? first : again) }))
  const client = await t.held()
  for (const items of calls) {
    await t.publish(items.map((one) => item(t, ...one)))
    await t.sleep(200)
  }
  await client.whole(1500).catch(() => {})
  return { ...client.seen(), lasts: lasts(t, script) }
}

/** A hold while the channel is known to be at an id: what the backend was asked, and what the client got. */
async function heldAt(t, known, hold, { push, ms = 4000, again = { body: 'fresh' } } = {}) {
  await knownId(t, known)
  const script = t.on((_, n) => (n === 1 ? hold : typeof again === 'function' ? again(n) : again))
  const client = t.get(t.path('/', '?hold'))
  await t.sleep(500)
  if (push) await t.publish([push])
  await client.whole(ms).catch(() => {})
  return { ...client.seen(), held: client.status === 0, lasts: lasts(t, script) }
}

export const scenarios = {
  // ---- items in order ----
  'a chain in order': (t) => streamGets(t, [['1'], ['2', '1'], ['3', '2']], { until: '3;' }),
  'a chain in one call': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.publish([item(t, '1'), item(t, '2', '1'), item(t, '3', '2')])
    await client.has('3;')
    return client.body.toString()
  },
  'a chain backwards in one call': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.publish([item(t, '1')])
    await t.publish([item(t, '4', '3'), item(t, '3', '2'), item(t, '2', '1')])
    await client.has('4;')
    return client.body.toString()
  },
  'the first item may follow anything': (t) =>
    streamGets(
      t,
      [
        ['8', '7'],
        ['9', '8'],
      ],
      { until: '9;' },
    ),
  'an item without prev-id passes a waiting one': (t) =>
    streamGets(t, [['1'], ['3', '2'], ['x']], { until: 'x;' }).then((text) => text.slice(0, 4)),
  'an item that follows the one without prev-id': (t) =>
    streamGets(t, [['1'], ['5'], ['6', '5'], ['2', '1']], { until: '2;', ms: 6000 }),
  'an item without an id ends what is known': (t) =>
    streamGets(t, [['1'], { channel: t.channel(), formats: { 'http-stream': { content: 'plain;' } } }, ['9', '8']], {
      until: '9;',
    }),
  'a gap is given up, and what waited behind it follows': (t) =>
    streamGets(t, [['1'], ['5', '4'], ['6', '5'], ['7', '6']], { until: '7;', ms: 6000 }),
  'two gaps are given up one after the other': (t) =>
    streamGets(t, [['1'], ['3', '2'], ['6', '5']], { until: '6;', ms: 8000 }),
  'a gap that is given up, then its item': (t) =>
    streamGets(t, [['1'], ['3', '2'], ['2', '1'], ['4', '3']], { until: '4;', pauses: [0, 3300, 0, 0], ms: 6000 }),
  'the same prev-id twice: the second is dropped': (t) =>
    streamGets(t, [['1'], ['3', '2'], ['3b', '2'], ['2', '1'], ['4', '3']], { until: '4;', ms: 6000 }),
  'an id again that follows itself': (t) => streamGets(t, [['1'], ['1', '1'], ['2', '1']], { until: '2;' }),
  'an old id again waits': (t) =>
    streamGets(t, [['1'], ['2', '1'], ['2', '1'], ['3', '2']], { until: '3;' }).then((text) => text.slice(0, 6)),
  'empty ids are ids': (t) =>
    streamGets(
      t,
      [item(t, '', undefined), item(t, 'b', ''), item(t, 'c', 'b')].map((i, n) => ({
        ...i,
        formats: { 'http-stream': { content: `${n};` } },
      })),
      { until: '2;' },
    ),
  'an empty prev-id where nothing is known': (t) =>
    streamGets(
      t,
      [
        ['1', ''],
        ['2', '1'],
      ],
      { until: '2;' },
    ),
  'no-seq passes at once': async (t) =>
    streamGets(t, [['1'], { ...item(t, '9', '8'), 'no-seq': true }, ['2', '1']], { until: '2;' }),
  'ids are compared with their case': (t) => streamGets(t, [['a'], ['b', 'A'], ['c', 'a']], { until: 'c;' }),
  'ids in UTF-8': (t) => streamGets(t, [['é'], ['ü', 'é']], { until: 'ü;' }),
  'channels have their own order': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel('-a')}, ${t.channel('-b')}` }))
    const client = await t.opened()
    const on = (suffix, id, prevId) => ({ ...item(t, id, prevId), channel: t.channel(suffix) })
    await t.publish([on('-a', '1'), on('-b', '1')])
    await t.publish([on('-a', '3', '2')])
    await t.publish([on('-b', '2', '1')])
    await client.has('2;')
    return client.body.toString()
  },
  'nobody listened, so nothing is known': async (t) => {
    await t.publish([item(t, '1')])
    return await streamGets(t, [['3', '2']], { until: '3;' })
  },
  'a waiting item is for those who listen when it goes': async (t) => {
    t.on(stream(t))
    const first = await t.opened()
    await t.publish([item(t, '1')])
    await t.publish([item(t, '3', '2')])
    const second = await t.opened()
    await t.publish([item(t, '2', '1')])
    await Promise.all([first.has('3;'), second.has('3;')])
    return [first.body.toString(), second.body.toString()]
  },
  'a waiting item is gone with the last stream': async (t) => {
    t.on(stream(t))
    const first = await t.opened()
    await t.publish([item(t, '1')])
    await t.publish([item(t, '3', '2')])
    first.close()
    await t.sleep(200)
    const second = await t.opened()
    await t.sleep(2500)
    await t.publish([item(t, '5', '4')])
    await second.has('5;')
    return second.body.toString()
  },
  'response holds take items in order': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    await t.publish([item(t, '1')])
    return (await client.whole()).seen()
  },

  // ---- holds with a prev-id ----
  'a response hold with the current id is held': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '7') }), { ms: 400 }),
  'a response hold with an old id is asked again': (t) => heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '6') })),
  'a response hold with an old id that holds again': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '6') }), {
      again: (n) => poll(t, { 'Grip-Channel': channel(t, '7') }, `${n}`),
      ms: 600,
    }),
  'a response hold that always has an old id': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '6') }), {
      again: () => poll(t, { 'Grip-Channel': channel(t, '6') }),
      ms: 600,
    }),
  'a response hold with an id that nobody knows': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': channel(t, '6') }) : { body: 'fresh' }))
    const client = await t.get().whole(4000)
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a response hold gets the item that follows': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '7') }), { push: item(t, '8', '7') }),
  'a response hold is asked again for an item that does not follow': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '7') }), { push: item(t, '9') }),
  'a response hold and an item without ids': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '7') }), {
      push: { channel: t.channel(), formats: { 'http-response': { body: 'plain' } } },
    }),
  'two items of one call, the first of which has no prev-id': (t) =>
    contradicted(t, '1', '3', [['2'], ['3', '2']], [['4', '3']]),
  'two items of one call, and the hold has the first': (t) =>
    contradicted(t, '2', '3', [
      ['2', '1'],
      ['3', '2'],
    ]),
  'three items of one call, and the hold has all but one': (t) =>
    contradicted(
      t,
      '2',
      '3',
      [
        ['2', '1'],
        ['3', '2'],
        ['4', '3'],
      ],
      [['5', '4']],
    ),
  'an item that waits in a call whose first is contradicted': (t) =>
    contradicted(
      t,
      '2',
      '2',
      [
        ['2', '1'],
        ['4', '3'],
      ],
      [['3', '2']],
    ),
  'a backend that breaks off when it is asked again': async (t) => {
    t.on(({ response }, n) => {
      if (n === 1) return poll(t, { 'Grip-Channel': channel(t, '1') })
      response.destroy()
      return undefined
    })
    const client = await t.held()
    await t.publish([item(t, '3')])
    return (await client.whole(3000)).seen()
  },
  'an item of another format does not matter': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '7') }), {
      push: { channel: t.channel(), id: '8', 'prev-id': '7', formats: { 'http-stream': { content: '8;' } } },
      ms: 500,
    }),
  'an item of another format, then one that follows it': async (t) => {
    await knownId(t, '7')
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': channel(t, '7') }) : { body: 'fresh' }))
    const client = t.get()
    await t.sleep(400)
    await t.publish([{ channel: t.channel(), id: '8', 'prev-id': '7', formats: { 'http-stream': { content: '8;' } } }])
    await t.publish([item(t, '9', '8')])
    await client.whole()
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'two channels, one of them old': async (t) => {
    const a = await knownId(t, '1', '-a')
    await knownId(t, '5', '-b')
    const both = `${channel(t, '1', '-a')}, ${channel(t, '4', '-b')}`
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': both }) : { body: 'fresh' }))
    const client = await t.get().whole()
    return { ...client.seen(), lasts: lasts(t, script), first: a.client.body.toString() }
  },
  'two channels, one without an id': async (t) => {
    await knownId(t, '1', '-a')
    const both = `${channel(t, '0', '-a')}, ${t.channel('-b')}`
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': both }) : { body: 'fresh' }))
    const client = await t.get().whole()
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'asked again and again, what the client has adds up': async (t) => {
    await knownId(t, '1', '-a')
    await knownId(t, '1', '-b')
    const script = t.on((_, n) =>
      n === 1
        ? poll(t, { 'Grip-Channel': channel(t, '0', '-a') })
        : n === 2
          ? poll(t, { 'Grip-Channel': channel(t, '0', '-b') })
          : { body: 'fresh' },
    )
    const client = await t.get().whole()
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a prev-id in json': async (t) => {
    await knownId(t, '7')
    const hold = { hold: { channels: [{ name: t.channel(), 'prev-id': '6' }], timeout: 20 } }
    const script = t.on((_, n) =>
      n === 1
        ? { headers: { 'Content-Type': 'application/grip-instruct' }, body: JSON.stringify(hold) }
        : { body: 'fresh' },
    )
    const client = await t.get().whole()
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a prefix is not told': async (t) => {
    const names = `${t.channel()}; prev-id=6`
    await t.publish([])
    const first = t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() } })
    const client = await t.opened(t.get(t.path('/prefix/')))
    await t.publish([{ channel: `pre-${t.channel()}`, id: '7', formats: { 'http-stream': { content: '7;' } } }])
    await client.has('7;')
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': names }) : { body: 'fresh' }))
    const second = await t.get(t.path('/prefix/')).whole()
    return { ...second.seen(), lasts: lasts(t, script), asked: first.requests.length }
  },
  'a post that is asked again': async (t) => {
    await knownId(t, '7')
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': channel(t, '6') }) : { body: 'fresh' }))
    const client = await t
      .ask({ method: 'POST', path: t.path('/', '?a=1'), body: 'sent', headers: { 'X-A': '1' } })
      .whole()
    return {
      ...client.seen(),
      asked: script.requests.map((r) => [r.method, r.url, r.body.toString(), r.headers['x-a'] ?? null]),
      lasts: lasts(t, script),
    }
  },
  'asking again gets a 500': (t) =>
    heldAt(t, '7', poll(t, { 'Grip-Channel': channel(t, '6') }), { again: { status: 500, body: 'broken' } }),
  'asking again gets a stream': async (t) => {
    await knownId(t, '7')
    t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': channel(t, '6') }) : stream(t, {}, 'open;')))
    const client = await t.get().has('open;')
    await t.sleep(300)
    await t.push('http-stream', { content: 'live;' })
    await client.has('live;')
    return client.seen('transfer-encoding')
  },

  // ---- streams with a prev-id ----
  'a stream with the current id goes on': async (t) => {
    await knownId(t, '7')
    const script = t.on(stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;'))
    const client = await t.opened()
    await t.publish([item(t, '8', '7')])
    await t.publish([item(t, '9', '8')])
    await client.has('9;')
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a stream with an old id asks its link': async (t) => {
    await knownId(t, '7')
    const script = t.on((_, n) =>
      n === 1
        ? stream(t, { 'Grip-Channel': channel(t, '6'), ...link(t) }, 'open;')
        : stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, '7;'),
    )
    const client = await t.get().has('7;')
    await t.sleep(300)
    await t.publish([item(t, '8', '7')])
    await client.has('8;')
    return { ...client.seen(), lasts: lasts(t, script), urls: script.requests.map((r) => r.url) }
  },
  'a stream that misses an item asks its link': async (t) => {
    await knownId(t, '7')
    const script = t.on((_, n) =>
      n === 1
        ? stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;')
        : stream(t, { 'Grip-Channel': channel(t, '9'), ...link(t) }, '8; 9;'),
    )
    const client = await t.opened()
    await t.publish([item(t, '9')])
    await client.has('9;')
    await t.sleep(300)
    await t.publish([item(t, '10', '9')])
    await client.has('10;')
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a stream that misses an item, and its link ends it': async (t) => {
    await knownId(t, '7')
    t.on((_, n) => (n === 1 ? stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;') : { body: 'end;' }))
    const client = await t.opened()
    await t.publish([item(t, '9')])
    return (await client.whole()).seen()
  },
  'what comes while a link is asked and was told already is dropped': async (t) => {
    await knownId(t, '7')
    const script = t.on(async (_, n) => {
      if (n === 1) return stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;')
      await t.sleep(600)
      return stream(t, { 'Grip-Channel': channel(t, '9'), ...link(t) }, '8+9;')
    })
    const client = await t.opened()
    await t.push('http-stream', { action: 'hint' }, { id: '8', 'prev-id': '7' })
    await t.until(() => script.requests.length >= 2, 'link request')
    await t.publish([item(t, '9', '8')])
    await t.publish([item(t, '10', '9')])
    await client.has('10;')
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'items without an id on a stream with one': async (t) => {
    await knownId(t, '7')
    const script = t.on((_, n) =>
      n === 1
        ? stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;')
        : stream(t, { 'Grip-Channel': t.channel() }, 'again;'),
    )
    const client = await t.opened()
    await t.push('http-stream', { content: 'plain;' })
    await client.has('again;')
    return { ...client.seen(), lasts: lasts(t, script) }
  },
  'a stream with an id on a new channel asks its link': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? stream(t, { 'Grip-Channel': channel(t, '7'), ...link(t) }, 'open;')
        : stream(t, { 'Grip-Channel': channel(t, '8'), ...link(t) }, 'again;'),
    )
    const client = await t.opened()
    await client.has('again;')
    await t.publish([item(t, '9', '8')])
    await client.has('9;')
    return { ...client.seen(), lasts: lasts(t, script) }
  },
}
