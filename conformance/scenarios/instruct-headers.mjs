// Instructs in Grip-* headers: every header, its odd forms, and what is refused.
import { instruct, poll, stream } from '../lib/scenario.mjs'

/** What an answer comes to at once: a status, or that it is held. */
async function outcome(t, answer, request = {}) {
  t.on(answer)
  const client = t.ask({ path: t.path(), ...request })
  await client.head(500).catch(() => {})
  if (client.status === 0) return 'held'
  await client.whole(500).catch(() => {})
  return client.complete ? client.seen() : { ...client.seen(), open: true }
}

/** A stream with headers, and what comes of a message to a channel. */
async function reaches(t, headers, channel = t.channel()) {
  t.on(stream(t, headers))
  const client = await t.opened()
  await t.publish([{ channel, formats: { 'http-stream': { content: 'got it' } } }])
  await client.has('got it', 600).catch(() => {})
  return client.seen()
}

/** A hold with a timeout of some seconds: what comes after them. */
async function timesOut(t, headers, ...names) {
  t.on(poll(t, { 'Grip-Timeout': '5', ...headers }, 'late'))
  const client = await t.get().whole(9000)
  return { ...client.seen(...names), reason: client.reason }
}

export const scenarios = {
  // ---- Grip-Hold ----
  'hold in upper case': (t) => outcome(t, poll(t, { 'Grip-Hold': 'RESPONSE' })),
  'hold is empty': (t) => outcome(t, poll(t, { 'Grip-Hold': '' })),
  'hold with white space': (t) => outcome(t, poll(t, { 'Grip-Hold': '  response  ' })),
  'hold with a parameter': (t) => outcome(t, poll(t, { 'Grip-Hold': 'response; a=b' })),
  'hold twice': (t) =>
    outcome(t, {
      headers: [
        ['Grip-Hold', 'response'],
        ['Grip-Hold', 'stream'],
        ['Grip-Channel', 'x'],
      ],
    }),
  'names in upper case': (t) =>
    outcome(t, { headers: { 'GRIP-HOLD': 'stream', 'GRIP-CHANNEL': t.channel() }, body: 'open' }),
  'a channel without a hold': (t) => outcome(t, { headers: { 'Grip-Channel': t.channel() }, body: 'plain' }),
  'a timeout without a hold': (t) => outcome(t, { headers: { 'Grip-Timeout': '5' }, body: 'plain' }),
  'an unknown grip header': async (t) => {
    t.on({ headers: { 'Grip-Sparkle': '1', 'X-A': '1' }, body: 'plain' })
    return (await t.get().whole()).seen('grip-sparkle', 'x-a')
  },
  'headers that only begin alike': async (t) => {
    t.on({ headers: { Grip: '1', Gripper: '2', 'X-Grip-Hold': 'response' }, body: 'plain' })
    return (await t.get().whole()).seen('grip', 'gripper', 'x-grip-hold')
  },
  'stream without a channel': (t) => outcome(t, { headers: { 'Grip-Hold': 'stream' }, body: 'open' }),
  'hold on 404': async (t) => {
    t.on({ ...poll(t), status: 404, reason: 'Nope' })
    const client = await t.held()
    await t.push('http-response', { body: 'found' })
    return (await client.whole()).seen()
  },
  'hold on 404, timed out': async (t) => {
    t.on({ ...poll(t, { 'Grip-Timeout': '5' }), status: 404, reason: 'Nope' })
    const client = await t.get().whole(9000)
    return { ...client.seen(), reason: client.reason }
  },
  'hold on 500': (t) => outcome(t, { ...stream(t, {}, 'broken'), status: 500 }),
  'hold on 204': (t) => outcome(t, { ...stream(t), status: 204 }),
  'hold on a redirect': (t) => outcome(t, { ...stream(t, { Location: '/x' }, 'over there'), status: 302 }),
  'head that is held as a stream': (t) => outcome(t, stream(t, {}, 'x'), { method: 'HEAD' }),
  'head with an instruct but no hold': (t) =>
    outcome(t, { headers: { 'Grip-Channel': 'x', 'X-A': '1' } }, { method: 'HEAD' }),
  'options that are held': (t) => outcome(t, poll(t), { method: 'OPTIONS' }),
  'a body of 200,000 bytes and a hold': async (t) => {
    t.on(poll(t))
    const client = await t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(200_000) }).whole(6000)
    return { status: client.status }
  },
  'a body of 90,000 bytes and a hold': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(90_000) }))
    await t.push('http-response', { body: 'fine' })
    return (await client.whole()).seen()
  },

  // ---- Grip-Channel ----
  'a channel in quotes': (t) => reaches(t, { 'Grip-Channel': `"${t.channel()}"` }),
  'a channel in quotes, published with them': (t) =>
    reaches(t, { 'Grip-Channel': `"${t.channel()}"` }, `"${t.channel()}"`),
  'channels in a list with blanks': (t) => reaches(t, { 'Grip-Channel': `  a ,  ${t.channel()}  , b` }),
  'a list with an empty element': (t) => reaches(t, { 'Grip-Channel': `${t.channel()}-a,,${t.channel()}` }),
  'a list with a comma at its end': (t) => reaches(t, { 'Grip-Channel': `${t.channel()},` }),
  'an empty channel': (t) => outcome(t, poll(t, { 'Grip-Channel': '' })),
  'a channel of one blank': (t) => outcome(t, poll(t, { 'Grip-Channel': ' , ' })),
  'an unknown parameter': (t) => reaches(t, { 'Grip-Channel': `${t.channel()}; sparkle=yes; x` }),
  'a parameter without a value': (t) => reaches(t, { 'Grip-Channel': `${t.channel()}; filter` }),
  'an empty parameter': (t) => reaches(t, { 'Grip-Channel': `${t.channel()};` }),
  'a quote that is never closed': (t) => reaches(t, { 'Grip-Channel': `${t.channel()}; filter="skip-self` }),
  'a channel with slashes and colons': async (t) => {
    const name = `/${t.channel()}/a:b@c?d=e&f`
    return await reaches(t, { 'Grip-Channel': name }, name)
  },
  'a channel with a blank': (t) => reaches(t, { 'Grip-Channel': `${t.channel()} two` }, `${t.channel()} two`),
  'a channel in UTF-8': async (t) => {
    const name = `${t.channel()}-räume`
    return await reaches(t, { 'Grip-Channel': Buffer.from(name).toString('latin1') }, name)
  },
  'a channel with its case': (t) => reaches(t, {}, t.channel().toUpperCase()),
  'a channel of 300 characters': (t) =>
    reaches(t, { 'Grip-Channel': t.channel('x'.repeat(300)) }, t.channel('x'.repeat(300))),
  'a channel twice gets one message': (t) => reaches(t, { 'Grip-Channel': `${t.channel()}, ${t.channel()}` }),
  'twenty channels': (t) =>
    reaches(
      t,
      { 'Grip-Channel': Array.from({ length: 20 }, (_, i) => t.channel(`-${i}`)).join(', ') },
      t.channel('-19'),
    ),
  'more channels than a connection may have': (t) =>
    reaches(
      t,
      { 'Grip-Channel': Array.from({ length: 25 }, (_, i) => t.channel(`-${i}`)).join(', ') },
      t.channel('-24'),
    ),
  'six filters': (t) => outcome(t, stream(t, { 'Grip-Channel': `c${'; filter=skip-self'.repeat(6)}` })),
  'prev-id without a next link': (t) => outcome(t, stream(t, { 'Grip-Channel': `${t.channel()}; prev-id=1` }, 'first')),
  'prev-id without a next link, in debug': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; prev-id=1` }, 'first'))
    const client = await t.get(t.path('/debug/')).whole()
    return { status: client.status, explains: /prev-id/.test(client.body.toString()) }
  },
  'an empty prev-id': (t) => outcome(t, poll(t, { 'Grip-Channel': `${t.channel()}; prev-id=` })),
  'an empty prev-id of a stream': (t) => outcome(t, stream(t, { 'Grip-Channel': `${t.channel()}; prev-id=` }, 'x')),
  'an empty prev-id in quotes of a stream': (t) =>
    outcome(t, stream(t, { 'Grip-Channel': `${t.channel()}; prev-id=""` }, 'x')),
  'a prev-id with odd characters': async (t) => {
    t.on(poll(t, { 'Grip-Channel': `${t.channel()}; prev-id="a b, c; d=\\"e\\""` }))
    const client = await t.held()
    await t.push('http-response', { body: 'next' }, { id: 'f', 'prev-id': 'a b, c; d="e"' })
    return (await client.whole(1500).catch(() => client)).seen()
  },

  // ---- Grip-Timeout ----
  'timeout 0': (t) => outcome(t, poll(t, { 'Grip-Timeout': '0' })),
  'timeout -1': (t) => outcome(t, poll(t, { 'Grip-Timeout': '-1' })),
  'timeout 5.5': (t) => outcome(t, poll(t, { 'Grip-Timeout': '5.5' })),
  'timeout empty': (t) => outcome(t, poll(t, { 'Grip-Timeout': '' })),
  'timeout with white space': (t) => outcome(t, poll(t, { 'Grip-Timeout': '  20 ' })),
  'timeout +20': (t) => outcome(t, poll(t, { 'Grip-Timeout': '+20' })),
  'timeout in hex': (t) => outcome(t, poll(t, { 'Grip-Timeout': '0x20' })),
  'timeout beyond 32 bits': (t) => outcome(t, poll(t, { 'Grip-Timeout': '99999999999' })),
  'timeout of a million seconds': (t) => outcome(t, poll(t, { 'Grip-Timeout': '1000000' })),
  'timeout with a unit': (t) => outcome(t, poll(t, { 'Grip-Timeout': '20s' })),
  'a bad timeout on a stream': (t) => outcome(t, stream(t, { 'Grip-Timeout': 'soon' }, 'x')),
  'a timeout on a stream does not end it': async (t) => {
    t.on(stream(t, { 'Grip-Timeout': '5' }, 'open'))
    const client = await t.opened()
    return { open: await client.quiet(6500), ...client.seen() }
  },

  // ---- Grip-Status ----
  'status with a reason': (t) => timesOut(t, { 'Grip-Status': '404 Not There' }),
  'status without one': (t) => timesOut(t, { 'Grip-Status': '404' }),
  'status that has no name': (t) => timesOut(t, { 'Grip-Status': '299' }),
  'status of a stream': async (t) => {
    t.on(stream(t, { 'Grip-Status': '206 Some' }, 'part'))
    const client = await t.get().has('part')
    return { ...client.seen('grip-status'), reason: client.reason }
  },
  'status without a hold': async (t) => {
    t.on({ headers: { 'Grip-Status': '404 Gone Fishing' }, body: 'plain' })
    const client = await t.get().whole()
    return { ...client.seen('grip-status'), reason: client.reason }
  },
  'status is not for published responses': async (t) => {
    t.on(poll(t, { 'Grip-Status': '404' }))
    const client = await t.held()
    await t.push('http-response', { body: 'x' })
    return (await client.whole()).seen()
  },
  'status on an answer that is not 200': (t) =>
    outcome(t, { ...stream(t, { 'Grip-Status': '206' }, 'x'), status: 404 }),
  'status empty': (t) => outcome(t, stream(t, { 'Grip-Status': '' }, 'x')),
  'status beyond 999': (t) => outcome(t, stream(t, { 'Grip-Status': '1000' }, 'x')),
  'status -1': (t) => outcome(t, stream(t, { 'Grip-Status': '-1' }, 'x')),
  'status with a word first': (t) => outcome(t, stream(t, { 'Grip-Status': 'Fine 200' }, 'x')),

  // ---- Grip-Set-Meta, Grip-Expose-Headers ----
  'meta without a value': (t) => outcome(t, stream(t, { 'Grip-Set-Meta': 'user' }, 'x')),
  'meta empty': (t) => outcome(t, stream(t, { 'Grip-Set-Meta': '' }, 'x')),
  'meta with an empty element': (t) => outcome(t, stream(t, { 'Grip-Set-Meta': 'a=1,,b=2' }, 'x')),
  'expose-headers picks what the client sees': async (t) => {
    t.on(stream(t, { 'Grip-Expose-Headers': 'X-A, x-c', 'X-A': '1', 'X-B': '2', 'X-C': '3' }, 'x'))
    return (await t.get().has('x')).seen('x-a', 'x-b', 'x-c', 'content-type')
  },
  'expose-headers without a hold': async (t) => {
    t.on({ headers: { 'Grip-Expose-Headers': 'X-A', 'X-A': '1', 'X-B': '2' }, body: 'plain' })
    return (await t.get().whole()).seen('x-a', 'x-b', 'grip-expose-headers')
  },

  // ---- Grip-Link ----
  'an unknown rel': (t) => outcome(t, stream(t, { 'Grip-Link': '</x>; rel=prev' }, 'x')),
  'a link without rel': (t) => outcome(t, stream(t, { 'Grip-Link': '</x>' }, 'x')),
  'a link without brackets': (t) => outcome(t, stream(t, { 'Grip-Link': '/x; rel=next' }, 'x')),
  'an empty link': (t) => outcome(t, stream(t, { 'Grip-Link': '<>; rel=next' }, 'x')),
  'a link with a bad timeout': (t) => outcome(t, stream(t, { 'Grip-Link': '</x>; rel=next; timeout=soon' }, 'x')),
  'a link with a negative timeout': (t) => outcome(t, stream(t, { 'Grip-Link': '</x>; rel=next; timeout=-1' }, 'x')),
  'a bad link beside a good one': (t) =>
    outcome(t, stream(t, { 'Grip-Link': '</good>; rel=next, bad; rel=next' }, 'x')),

  // ---- what the client gets ----
  'headers of a hold that timed out': async (t) => {
    const headers = { ETag: '"1"', 'Cache-Control': 'no-store', 'X-A': 'b', 'Content-Language': 'de' }
    return await timesOut(
      t,
      headers,
      'etag',
      'cache-control',
      'x-a',
      'content-language',
      'content-type',
      'content-length',
    )
  },
  'cookies of a hold that timed out': async (t) => {
    const headers = Object.entries(poll(t, { 'Grip-Timeout': '5' }).headers)
    t.on({ headers: [...headers, ['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2']], body: 'x' })
    const client = await t.get().whole(9000)
    return client.headers.filter(([name]) => name === 'set-cookie')
  },
  'a body of 90,000 bytes that times out': async (t) => {
    t.on(poll(t, { 'Grip-Timeout': '5' }, 'y'.repeat(90_000)))
    return (await t.get().whole(9000)).seen()
  },
  'a body of 200,000 bytes for a response hold': (t) => outcome(t, poll(t, {}, 'y'.repeat(200_000))),
  'a body of 200,000 bytes for a stream': async (t) => {
    t.on(stream(t, {}, 'y'.repeat(200_000)))
    const client = t.get()
    await client.until(() => client.body.length >= 200_000, 'the body', 8000)
    await t.sleep(300)
    await t.push('http-stream', { content: 'live' })
    await client.has('live')
    return { status: client.status, length: client.body.length }
  },
  'a body of 200,000 bytes without a hold': async (t) => {
    t.on({ headers: { 'Grip-Channel': 'x' }, body: 'y'.repeat(200_000) })
    return (await t.get().whole(6000)).seen()
  },
  'an empty timeout response': (t) => timesOut(t, {}, 'content-length').then(({ body, ...rest }) => rest),
  'json and headers at once': async (t) => {
    const json = instruct({ hold: { channels: [{ name: t.channel('-json') }] }, response: { body: 'json' } })
    t.on({ ...json, headers: { ...json.headers, 'Grip-Hold': 'stream', 'Grip-Channel': t.channel(), 'X-A': '1' } })
    const client = t.get()
    await client.head(600).catch(() => {})
    await t.sleep(200)
    await t.push('http-response', { body: 'by header' })
    await client.has('by header', 800).catch(() => {})
    return client.seen('x-a', 'content-type')
  },
  'a hold and links at once': async (t) => {
    t.on(stream(t, { 'Grip-Link': `<${t.path('/', '?next')}>; rel=next; timeout=60` }, 'x'))
    const client = await t.opened()
    await t.push('http-stream', { content: 'live' })
    await client.has('live')
    return client.seen('grip-link')
  },
}
