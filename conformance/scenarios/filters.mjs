// Filters of channels and of items, and the meta that they read.
import { instruct, item, poll, stream } from '../lib/scenario.mjs'

const meta = (text) => (text === undefined ? {} : { 'Grip-Set-Meta': text })

/** A stream with filters and meta, and what it gets of items: [content, meta of the item, more of the format]. */
async function gets(t, filters, ownMeta, items, { until = 'end;', channel } = {}) {
  const list = filters.map((filter) => `; filter=${filter}`).join('')
  t.on(stream(t, { 'Grip-Channel': channel ?? `${t.channel()}${list}`, ...meta(ownMeta) }, 'open;'))
  const client = await t.opened()
  for (const [content, itemMeta, more] of [...items, ['end;']]) {
    await t.publish([
      {
        channel: t.channel(),
        formats: { 'http-stream': { content, ...more } },
        ...(itemMeta && { meta: itemMeta }),
      },
    ])
    await t.sleep(30)
  }
  await client.has(until, 700).catch(() => {})
  return { ...client.seen(), ended: client.complete }
}

/** The same for a response hold and one item. */
async function answered(t, filters, ownMeta, format, itemMeta) {
  const list = filters.map((filter) => `; filter=${filter}`).join('')
  t.on(poll(t, { 'Grip-Channel': `${t.channel()}${list}`, ...meta(ownMeta) }))
  const client = await t.held()
  await t.push('http-response', format, itemMeta ? { meta: itemMeta } : {})
  await client.whole(500).catch(() => {})
  return client.status === 0 ? 'held' : client.seen('content-type')
}

const subst = (content) => [content, undefined, { 'content-filters': ['var-subst'] }]
const built = (content) => [content, undefined, { 'content-filters': ['build-id'] }]

export const known = {
  'http-check and http-modify are not known to 1.36':
    'filters of Pushpin 2.0, which keep a message back that the backend can not be asked about',
}

export const scenarios = {
  // ---- who gets it ----
  'skip-self': (t) =>
    gets(t, ['skip-self'], 'user="alice"', [
      ['own;', { sender: 'alice' }],
      ['bob;', { sender: 'bob' }],
    ]),
  'skip-self without a user': (t) =>
    gets(t, ['skip-self'], undefined, [
      ['a;', { sender: 'alice' }],
      ['b;', { sender: '' }],
    ]),
  'skip-self with an empty user': (t) => gets(t, ['skip-self'], 'user=""', [['a;', { sender: '' }]]),
  'skip-self and case': (t) => gets(t, ['skip-self'], 'user=Alice', [['a;', { sender: 'alice' }]]),
  'skip-self on a response hold': (t) => answered(t, ['skip-self'], 'user=alice', { body: 'x' }, { sender: 'alice' }),
  'skip-self on a response hold, from another': (t) =>
    answered(t, ['skip-self'], 'user=alice', { body: 'x' }, { sender: 'bob' }),
  'skip-self drops a hint too': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? poll(t, { 'Grip-Channel': `${t.channel()}; filter=skip-self`, ...meta('user=alice') })
        : { body: 'asked again' },
    )
    const client = await t.held()
    await t.push('http-response', { action: 'hint' }, { meta: { sender: 'alice' } })
    const held = await client.quiet(300)
    await t.push('http-response', { action: 'hint' }, { meta: { sender: 'bob' } })
    return { held, ...(await client.whole()).seen(), asked: script.requests.length }
  },
  'skip-self drops a close too': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=skip-self`, ...meta('user=alice') }, 'open;'))
    const client = await t.opened()
    await t.push('http-stream', { action: 'close' }, { meta: { sender: 'alice' } })
    const open = await client.quiet(300)
    await t.push('http-stream', { action: 'close' }, { meta: { sender: 'bob' } })
    return { open, ...(await client.whole()).seen() }
  },
  'skip-users': (t) =>
    gets(t, ['skip-users'], 'user=alice', [
      ['not alice;', { skip_users: 'carol, alice ,dave' }],
      ['alicia;', { skip_users: 'alicia' }],
      ['empty;', { skip_users: '' }],
      ['commas;', { skip_users: ',,' }],
    ]),
  'skip-users without a user': (t) => gets(t, ['skip-users'], undefined, [['a;', { skip_users: 'alice' }]]),
  'require-sub': (t) =>
    gets(
      t,
      [],
      undefined,
      [
        ['other;', { require_sub: 'nobody-has-this' }],
        ['own;', { require_sub: t.channel('-extra') }],
        ['self;', { require_sub: t.channel() }],
        ['empty;', { require_sub: '' }],
      ],
      {
        channel: `${t.channel()}; filter=require-sub, ${t.channel('-extra')}`,
      },
    ),
  'require-sub on a response hold': (t) =>
    answered(t, ['require-sub'], undefined, { body: 'x' }, { require_sub: 'nobody-has-this' }),
  'two filters that decide': (t) =>
    gets(t, ['skip-self', 'skip-users'], 'user=alice', [
      ['self;', { sender: 'alice' }],
      ['users;', { skip_users: 'alice' }],
      ['both;', { sender: 'alice', skip_users: 'alice' }],
      ['neither;', { sender: 'bob', skip_users: 'bob' }],
    ]),
  'an unknown filter': (t) => gets(t, ['sparkle'], undefined, [['a;']]),
  'an unknown filter before a known one': (t) =>
    gets(t, ['sparkle', 'skip-self'], 'user=a', [['own;', { sender: 'a' }]]),
  'an empty filter': (t) => gets(t, [''], undefined, [['a;']]),
  'a filter in upper case': (t) => gets(t, ['SKIP-SELF'], 'user=a', [['own;', { sender: 'a' }]]),
  'filter in upper case as parameter': (t) =>
    gets(t, [], 'user=a', [['own;', { sender: 'a' }]], { channel: `${t.channel()}; Filter=skip-self` }),
  'a filter in quotes': (t) => gets(t, ['"skip-self"'], 'user=a', [['own;', { sender: 'a' }]]),
  'filters of another channel do not count': (t) =>
    gets(t, [], 'user=a', [['own;', { sender: 'a' }]], {
      channel: `${t.channel()}, ${t.channel('-b')}; filter=skip-self`,
    }),
  'http-check and http-modify are not known to 1.36': (t) =>
    gets(t, ['http-check', 'http-modify'], undefined, [['a;']]),
  'filters in json': async (t) => {
    const channels = [{ name: t.channel(), filters: ['skip-self'] }]
    t.on(instruct({ hold: { mode: 'stream', channels, meta: { user: 'alice' } } }))
    const client = await t.opened()
    await t.push('http-stream', { content: 'own;' }, { meta: { sender: 'alice' } })
    await t.push('http-stream', { content: 'other;' })
    await client.has('other;')
    return client.seen()
  },
  'a filtered item moves the id on': async (t) => {
    const channel = `${t.channel()}; prev-id=1; filter=skip-self`
    const next = { 'Grip-Link': `<${t.path('/', '?next')}>; rel=next` }
    const script = t.on((_, n) => stream(t, { 'Grip-Channel': channel, ...next, ...meta('user=a') }, `${n};`))
    const client = await t.opened()
    await t.publish([item(t, '2', '1', { meta: { sender: 'a' } }), item(t, '3', '2')])
    await client.has('3;')
    return { ...client.seen(), asked: script.requests.length }
  },

  // ---- content ----
  'var-subst': (t) => gets(t, ['var-subst'], 'user=alice, room="a b"', [subst('hi %(user)s in %(room)s, 100%%;')]),
  'var-subst that only the item asks for': (t) => gets(t, [], 'user=alice', [subst('hi %(user)s;')]),
  'var-subst that only the channel asks for': (t) => gets(t, ['var-subst'], 'user=alice', [['hi %(user)s;']]),
  'var-subst of an unknown name': (t) => gets(t, ['var-subst'], 'user=alice', [subst('hi %(nobody)s;')]),
  'var-subst of an empty value': (t) => gets(t, ['var-subst'], 'user=""', [subst('hi <%(user)s>;')]),
  'var-subst of a lone percent': (t) => gets(t, ['var-subst'], 'user=alice', [subst('50% off;')]),
  'var-subst of a percent at the end': (t) => gets(t, ['var-subst'], 'user=alice', [subst('50%')]),
  'var-subst with another letter': (t) => gets(t, ['var-subst'], 'user=alice', [subst('%(user)d;')]),
  'var-subst without a name': (t) => gets(t, ['var-subst'], 'user=alice', [subst('%s;')]),
  'var-subst that is never closed': (t) => gets(t, ['var-subst'], 'user=alice', [subst('%(user;')]),
  'var-subst with an escaped name': (t) => gets(t, ['var-subst'], 'user=alice', [subst('%(us\\er)s;')]),
  'var-subst of nothing': (t) => gets(t, ['var-subst'], 'user=alice', [subst('plain;')]),
  'var-subst of empty content': (t) => gets(t, ['var-subst'], 'user=alice', [subst('')]),
  'var-subst in UTF-8': async (t) => {
    const list = {
      'Grip-Channel': `${t.channel()}; filter=var-subst`,
      ...meta(Buffer.from('user=Zoë').toString('latin1')),
    }
    t.on(stream(t, list))
    const client = await t.opened()
    await t.push('http-stream', { content: 'hällo %(user)s;', 'content-filters': ['var-subst'] })
    await client.has(';')
    return client.body.toString()
  },
  'var-subst of bytes': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=var-subst`, ...meta('user=alice') }))
    const client = await t.opened()
    const content = Buffer.concat([Buffer.from([255, 0]), Buffer.from('%(user)s;')]).toString('base64')
    await t.push('http-stream', { 'content-bin': content, 'content-filters': ['var-subst'] })
    await client.has(';')
    return client.body.toString('hex')
  },
  'var-subst on a response hold': (t) =>
    answered(t, ['var-subst'], 'user=alice', { body: 'hi %(user)s', 'content-filters': ['var-subst'] }),
  'var-subst of an unknown name on a response hold': (t) =>
    answered(t, ['var-subst'], 'user=alice', { body: 'hi %(nobody)s', 'content-filters': ['var-subst'] }),
  'var-subst of a body-patch': async (t) => {
    t.on({ ...poll(t, { 'Grip-Channel': `${t.channel()}; filter=var-subst`, ...meta('user=alice') }), body: '{"a":1}' })
    const client = await t.held()
    const patch = [{ op: 'replace', path: '/a', value: '%(user)s' }]
    await t.push('http-response', { 'body-patch': patch, 'content-filters': ['var-subst'] })
    await client.whole(600).catch(() => {})
    return client.seen()
  },
  'var-subst does not change the first response': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=var-subst`, ...meta('user=alice') }, 'hi %(user)s;'))
    return (await t.opened()).seen()
  },
  'content-filters that are not those of the channel': (t) =>
    gets(t, ['var-subst'], 'user=a', [['x;', undefined, { 'content-filters': ['build-id'] }]]),
  'content-filters in another order': (t) =>
    gets(t, ['var-subst', 'build-id'], 'user=a, id_format=x', [
      ['x;', undefined, { 'content-filters': ['build-id', 'var-subst'] }],
    ]),
  'content-filters that are unknown': (t) =>
    gets(t, [], undefined, [['x;', undefined, { 'content-filters': ['sparkle'] }]]),
  'no content-filters where the channel has some': (t) =>
    gets(t, ['var-subst'], 'user=a', [['x;', undefined, { 'content-filters': [] }]]),
  'content-filters beside one that decides': (t) =>
    gets(t, ['skip-self', 'var-subst'], 'user=a', [['%(user)s;', undefined, { 'content-filters': ['var-subst'] }]]),
  'content-filters on a response hold that do not match': (t) =>
    answered(t, [], undefined, { body: 'x', 'content-filters': ['var-subst'] }),
  'content-filters that do not match, in debug': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened(t.get(t.path('/debug/')))
    await t.push('http-stream', { content: 'x;', 'content-filters': ['var-subst'] })
    await client.whole(1000).catch(() => {})
    return { ended: client.complete, explains: client.body.toString().includes('var-subst') }
  },
  'an unknown name, in debug': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=var-subst` }, 'open;'))
    const client = await t.opened(t.get(t.path('/debug/')))
    await t.push('http-stream', { content: '%(nobody)s;', 'content-filters': ['var-subst'] })
    await client.whole(1000).catch(() => {})
    return { ended: client.complete, explains: client.body.toString().includes('nobody') }
  },

  // ---- build-id ----
  'build-id of a fixed format': (t) => gets(t, ['build-id'], 'id_format=fix', [built('id: %I, %(lit)I, %%;')]),
  'build-id in hex': (t) => gets(t, ['build-id'], 'id_format=fix, id_encoding=hex', [built('%I %(lit)I;')]),
  'build-id in another encoding': (t) => gets(t, ['build-id'], 'id_format=fix, id_encoding=rot13', [built('%I;')]),
  'build-id without a format': (t) => gets(t, ['build-id'], undefined, [built('plain;')]),
  'build-id without a directive': (t) => gets(t, ['build-id'], 'id_format=fix', [built('plain;')]),
  'build-id with a wrong directive': (t) => gets(t, ['build-id'], 'id_format=fix', [built('%s;')]),
  'build-id of a channel without prev-id': (t) =>
    gets(t, ['build-id'], `id_format="%(${t.channel()})s"`, [built('%I;')]),
  'build-id with the id of the item': async (t) => {
    const headers = {
      'Grip-Channel': `${t.channel()}; prev-id=1; filter=build-id`,
      'Grip-Link': `<${t.path('/', '?next')}>; rel=next`,
      ...meta(`id_format="v%(${t.channel()})s"`),
    }
    t.on(stream(t, headers))
    const client = await t.opened()
    const of = (id, prevId) => ({
      channel: t.channel(),
      id,
      'prev-id': prevId,
      formats: { 'http-stream': { content: `<%I>;`, 'content-filters': ['build-id'] } },
    })
    await t.publish([of('2', '1'), of('3', '2')])
    await client.has('>;<')
    return client.seen()
  },
  'build-id with the ids of two channels': async (t) => {
    const headers = {
      'Grip-Channel': `${t.channel()}; prev-id=1; filter=build-id, ${t.channel('-b')}; prev-id=7`,
      'Grip-Link': `<${t.path('/', '?next')}>; rel=next`,
      ...meta(`id_format="a%(${t.channel()})s-b%(${t.channel('-b')})s"`),
    }
    t.on(stream(t, headers))
    const client = await t.opened()
    const format = { 'http-stream': { content: '<%I>;', 'content-filters': ['build-id'] } }
    await t.publish([{ channel: t.channel(), id: '2', 'prev-id': '1', formats: format }])
    await client.has('>;')
    return client.seen()
  },
  'build-id of the first response': async (t) => {
    const headers = { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix') }
    t.on(stream(t, headers, 'id: %(one)I 100%%;'))
    const client = await t.get().head()
    await client.has(';', 600).catch(() => {})
    return { ...client.seen(), ended: client.complete }
  },
  'build-id of the first response without a literal': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix') }, 'id: %I;'))
    const client = await t.get().head()
    await client.whole(600).catch(() => {})
    return { ...client.seen(), ended: client.complete }
  },
  'build-id of the first response without a format': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=build-id` }, 'id: %(x)I;'))
    const client = await t.get().head()
    await client.whole(600).catch(() => {})
    return { ...client.seen(), ended: client.complete }
  },
  'build-id without a hold': async (t) => {
    const headers = { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix, id_encoding=hex') }
    t.on({ headers, body: 'id: %(one)I;' })
    return (await t.get().whole()).seen('content-length')
  },
  'build-id without a hold, wrong': async (t) => {
    t.on({ headers: { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix') }, body: '%s' })
    return (await t.get().whole()).seen()
  },
  'build-id does not change a timeout response': async (t) => {
    const headers = { 'Grip-Channel': `${t.channel()}; filter=build-id`, 'Grip-Timeout': '5', ...meta('id_format=fix') }
    t.on(poll(t, headers, 'id: %(one)I'))
    return (await t.get().whole(12_000)).seen()
  },
  'build-id of what a link gives': async (t) => {
    const headers = { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix') }
    const next = { 'Grip-Link': `<${t.path('/', '?next')}>; rel=next` }
    t.on((_, n) => (n === 1 ? stream(t, { ...headers, ...next }, '%(one)I;') : stream(t, headers, '%(two)I;')))
    const client = await t.opened()
    await t.push('http-stream', { action: 'hint' })
    await t.until(() => client.body.toString().split(';').length > 2, 'the second part')
    return client.seen()
  },
  'build-id of a first response of 150,000 bytes': async (t) => {
    const headers = { 'Grip-Channel': `${t.channel()}; filter=build-id`, ...meta('id_format=fix') }
    t.on(stream(t, headers, 'y'.repeat(150_000)))
    const client = await t.get().head(4000)
    return { status: client.status }
  },

  // ---- meta ----
  'meta in several headers': async (t) => {
    const pairs = Object.entries(stream(t, { 'Grip-Channel': `${t.channel()}; filter=var-subst` }).headers)
    t.on({ headers: [...pairs, ['Grip-Set-Meta', 'a=1, b="2"'], ['Grip-Set-Meta', 'c="x, y"; d=4']] })
    const client = await t.opened()
    await t.push('http-stream', { content: '%(a)s|%(b)s|%(c)s;', 'content-filters': ['var-subst'] })
    await client.has(';')
    return client.body.toString()
  },
  'meta twice: the last counts': async (t) => gets(t, ['var-subst'], 'a=1, a=2', [subst('%(a)s;')]),
  'meta in json wins over headers': async (t) => {
    const channels = [{ name: t.channel(), filters: ['var-subst'] }]
    const json = instruct({ hold: { mode: 'stream', channels, meta: { a: 'json' } } })
    t.on({ ...json, headers: { ...json.headers, 'Grip-Set-Meta': 'a=header, b=kept' } })
    const client = await t.opened()
    await t.push('http-stream', { content: '%(a)s %(b)s;', 'content-filters': ['var-subst'] })
    await client.has(';')
    return client.body.toString()
  },
  'meta of a hold that is asked again': async (t) => {
    t.on((_, n) =>
      poll(t, { 'Grip-Channel': `${t.channel()}; filter=skip-self`, ...meta(n === 1 ? 'user=alice' : 'user=bob') }),
    )
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    await t.sleep(500)
    await t.push('http-response', { body: 'from alice' }, { meta: { sender: 'alice' } })
    return (await client.whole()).seen()
  },
}
