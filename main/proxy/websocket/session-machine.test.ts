import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuzzing } from '../../testing/fuzz'
import { SessionScript } from '../../testing/session-script'

function listening(...args: ConstructorParameters<typeof SessionScript>): SessionScript {
  const script = new SessionScript(...args).subscribe('room')
  script.since()
  return script
}

const CHECKED = ['http-check']
/** Whom filters ask. */
const URL_META = { type: 'set-meta', name: 'url', value: '/filter' }

describe('control messages', () => {
  test('subscribe and unsubscribe, with the route’s prefix', () => {
    const script = new SessionScript({}, [], 'p-')
    expect(script.since()).toEqual(['held {}'])
    script.subscribe('a').subscribe('b').subscribe('a', ['skip-self']).control({ type: 'unsubscribe', channel: 'b' })
    expect(script.since()).toEqual(['subscribe p-a', 'subscribe p-b', 'subscribe p-a again', 'unsubscribe p-b'])
    expect(script.control({ type: 'unsubscribe', channel: 'other' }).since()).toEqual([])
  })

  test('can’t give up the channels of the target itself', () => {
    const script = new SessionScript({}, ['own'])
    expect(script.since()).toEqual(['held {}', 'subscribe own'])
    expect(script.control({ type: 'unsubscribe', channel: 'own' }).since()).toEqual([])
  })

  test('listen to no more channels than may be', () => {
    const script = new SessionScript({ subscriptionMax: 1 }).subscribe('a').subscribe('b')
    expect(script.since()).toEqual(['held {}', 'subscribe a', 'limit subscriptionMax'])
  })

  test('set meta, up to a bound', () => {
    const script = listening().control({ type: 'set-meta', name: 'user', value: 'alice' })
    expect(script.since()).toEqual(['held {"user":"alice"}'])
    expect(script.control({ type: 'set-meta', name: 'large', value: 'x'.repeat(100_000) }).since()).toEqual([
      'limit instructMax',
    ])
    expect(script.control({ type: 'set-meta', name: 'user' }).since()).toEqual(['held {}'])
  })

  test('keep it alive, delay a message, detach', () => {
    const script = listening()
    script.control({ type: 'keep-alive', content: 'beat', timeout: 20 })
    script.control({ type: 'send-delayed', content: 'later', timeout: 5 }).control({ type: 'flush-delayed' })
    script.control({ type: 'detach' }).control({ type: 'session', id: 'x' })
    expect(script.since()).toEqual(['keep-alive', 'held {}', 'delay later 5000', 'flush-delayed', 'detach-backend'])
  })

  test('after the end do nothing', () => {
    const script = listening().release()
    expect(script.since()).toEqual(['give up room'])
    expect(script.subscribe('b').control({ type: 'detach' }).release().since()).toEqual([])
  })
})

describe('a publish', () => {
  test('is recorded, then sent', () => {
    expect(listening().publish({ content: 'one' }).since()).toEqual(['1 delivered', 'send one'])
  })

  test('whose text is not valid UTF-8 is sent, and both are told', () => {
    const format = { 'content-bin': Buffer.from([0xff]).toString('base64'), type: 'text' }
    const [outcome, , note] = listening().publish(format).since()
    expect([outcome?.slice(0, 12), note]).toEqual(['1 delivered:', 'note-bad-text'])
  })

  test.each<[object, string]>([
    [{ action: 'hint' }, '1 bad-item: a hint has no effect on a WebSocket: use send or refresh'],
    [{ type: 'ping', content: 'x'.repeat(126) }, '1 bad-item: a ping has 125 bytes at most'],
  ])('of no use is refused: %o', (format, line) => {
    expect(listening().publish(format).since()).toEqual([line])
  })

  test('may ask the backend, where that can be asked', () => {
    const script = listening().publish({ action: 'refresh' })
    expect(script.since()).toEqual(['1 asked-again', 'ask-backend'])
    script.canAskBackend = false
    expect(script.publish({ action: 'refresh' }).since()[0]).toMatch(/^2 bad-item: only a WebSocket over HTTP/)
  })

  test('may close it; nothing is taken after that', () => {
    const script = listening().publish({ action: 'close', code: 4000 })
    expect(script.since()).toEqual(['1 closed', 'close', 'give up room'])
    expect(script.publish({ content: 'late' }).since()).toEqual([])
  })

  test('cuts off a client that does not read', () => {
    const script = listening()
    script.slow = true
    expect(script.publish({ content: 'x' }).since()).toEqual(['1 client-slow', 'cut-off', 'give up room'])
  })

  test('that a filter drops is not sent; a filter that fails closes it where faults are told', () => {
    const script = new SessionScript().subscribe('room', ['var-subst'])
    script.since()
    expect(script.publish({ content: '%(nobody)s' }).since()).toEqual(
      ['1 filtered: var-subst: there is no meta nobody (at byte 2).'].map((line) =>
        expect.stringContaining(line.slice(0, 40)),
      ),
    )
    script.debug = true
    expect(script.publish({ content: '%(nobody)s' }).since().slice(1)).toEqual(['fail', 'give up room'])
  })
})

describe('a filter that asks', () => {
  test('has what follows wait, in order', () => {
    const script = new SessionScript().control(URL_META).subscribe('room', CHECKED)
    script.since()
    script.publish({ content: 'one' }).publish({ content: 'two' })
    script.since()
    expect(script.filterAnswered(200).since()).toEqual(['1 delivered', 'send one', 'ask http-check about 2'])
    expect(script.filterAnswered(200, 'drop').since()).toEqual(['2 filtered: http-check: the backend dropped it.'])
  })

  test('has nobody to answer after the end', () => {
    const script = new SessionScript().control(URL_META).subscribe('room', CHECKED).publish({ content: 'one' })
    script.since()
    const over = '1 too-late: the hold was over before its filters had decided'
    expect(script.release().filterAnswered(200).since()).toEqual(['stop-filter', over, 'give up room'])
  })
})

// ---- whatever comes ------------------------------------------------------------------------------------------------------

const channel = fc.constantFrom('room', 'hall', 'attic')
type Happening = (script: SessionScript) => void
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(
        fc.oneof(
          { weight: 12, arbitrary: fc.constantFrom({ content: 'x' }, { content: 'y'.repeat(50) }) },
          { weight: 2, arbitrary: fc.constantFrom<object>({ action: 'refresh' }, { action: 'hint' }) },
          { weight: 1, arbitrary: fc.constant<object>({ action: 'close' }) },
        ),
        channel,
      )
      .map(
        ([format, name]): Happening =>
          (s) =>
            s.publish(format, name),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(channel, fc.constantFrom([], CHECKED, ['http-modify'], ['skip-self'])).map(
      ([name, filters]): Happening =>
        (s) =>
          s.subscribe(name, filters),
    ),
  },
  {
    weight: 2,
    arbitrary: channel.map(
      (name): Happening =>
        (s) =>
          s.control({ type: 'unsubscribe', channel: name }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom(200, 204, 500), fc.constantFrom('', '', 'drop')).map(
      ([status, action]): Happening =>
        (s) =>
          s.filterAnswered(status, action),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Happening>((s) => s.filterUnanswered('no answer')) },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (slow): Happening =>
        (s) =>
          (s.slow = slow),
    ),
  },
)
const LIMITS = { filterQueueMax: 3, subscriptionMax: 2 }

/** What is wrong after a script; undefined: nothing. */
function faultIn(script: SessionScript, all: readonly Happening[]): string | undefined {
  script.control(URL_META).subscribe('room', CHECKED)
  for (const happens of all) {
    const ended = script.over
    script.since()
    happens(script)
    if (ended && script.since().length > 0) return 'something happened after the end'
    // One more is asked about.
    if (script.waiting.size > LIMITS.filterQueueMax + 1) return `${script.waiting.size} messages wait`
    if (script.subscribed.length > LIMITS.subscriptionMax) return 'it listens to too many channels'
    const known = script.subscriptions.map(({ channel }) => channel)
    if (known.sort().join() !== [...script.subscribed].sort().join()) return 'the world knows other subscriptions'
    if (script.waitingRoom.bytes > 0 !== script.waiting.size > 0) return 'the room for all holds does not agree'
  }
  script.release()
  if (script.subscribed.length > 0 || script.waitingRoom.bytes > 0) return 'something is kept after the end'
  if (script.finals.size !== script.published) return 'a publish has no outcome'
  if ([...script.finals.values()].some(({ length }) => length !== 1)) return 'a publish has two outcomes'
  return undefined
}

const fuzz = fuzzing(500)
test(
  'whatever comes: one final outcome each, nothing after the end, no queue beyond its bound',
  () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(happenings, { maxLength: 60 }), (debug, all) => {
        const script = new SessionScript(LIMITS)
        script.debug = debug
        expect(faultIn(script, all)).toBeUndefined()
      }),
      fuzz.runs,
    )
  },
  fuzz.timeout,
)
