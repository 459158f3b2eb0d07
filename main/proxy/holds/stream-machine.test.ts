import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuzzing } from '../../testing/fuzz'
import { StreamScript, type StreamTerms } from '../../testing/stream-script'

const LINKED: StreamTerms = { channels: [{ name: 'room', prevId: 'a' }], next: '/more' }
const WAITS = 'waiting: the next link is being fetched; the message follows its answer'
const CHECKED: StreamTerms = { channels: [{ name: 'room', filters: ['http-check'] }], next: '/more' }

function holding(...args: ConstructorParameters<typeof StreamScript>): StreamScript {
  const script = new StreamScript(...args).start()
  script.since()
  return script
}

describe('a stream that holds', () => {
  test('records a publish, then sends it', () => {
    expect(holding().send('one').send('two').since()).toEqual(['1 delivered', 'write one', '2 delivered', 'write two'])
  })

  test('has what a filter drops not sent, and what one makes sent in its place', () => {
    const script = holding({ channels: [{ name: 'room', filters: ['var-subst'] }] })
    expect(script.send('for %(user)s').since()).toEqual(['1 delivered', 'write for alice'])
    const why = 'var-subst: there is no meta nobody (at byte 4).'
    expect(script.send('for %(nobody)s').since()).toEqual([
      `2 filtered: ${why}`,
      ...withRelease(`end: failed: filter error: ${why}`),
    ])
  })

  test('ends when a publish says so; nothing is taken after that', () => {
    const script = holding().publish({ action: 'close' })
    expect(script.since()).toEqual(['1 closed', ...withRelease('end: closed')])
    expect(script.send('late').leave().since()).toEqual([])
  })

  test('cuts a client off that does not read, unless it has read all before', () => {
    const script = holding({}, { clientBufferMax: 100 })
    expect(script.send('x'.repeat(500)).since()).toEqual(['1 delivered', `write ${'x'.repeat(500)}`])
    script.leaveUnread(60)
    expect(script.send('y'.repeat(40)).since()).toEqual(['2 delivered', `write ${'y'.repeat(40)}`])
    script.leaveUnread(61)
    expect(script.send('z'.repeat(40)).since()).toEqual(['3 client-slow', ...withRelease('end: cut off')])
  })

  test('sends nothing where the response has no body', () => {
    const script = holding()
    script.cannotTake = { code: 'could-not-take', noBody: { code: 'no-body-head' } }
    expect(script.send('one').since()).toEqual(['1 no-body: could not take it: a response to HEAD has no body'])
  })

  test('without a next link has nothing to ask for a hint', () => {
    expect(holding().publish({ action: 'hint' }).since()).toEqual([
      '1 bad-item: the item says hint, but this hold has no next link',
    ])
  })
})

/** The end of a response gives up what its hold has. */
function withRelease(line: string): string[] {
  return line.startsWith('end: ') ? ['stop-link', 'give-up', line] : [line]
}

describe('a next link', () => {
  test('is asked at once for a hint; what comes meanwhile follows its answer', () => {
    const script = holding(LINKED).publish({ action: 'hint' }, { id: 'b', 'prev-id': 'a' })
    expect(script.since()).toEqual(['1 asked-again', 'request /more room,b (hint)'])
    script.send('3', { id: 'c', 'prev-id': 'b' }).send('4', { id: 'd', 'prev-id': 'c' })
    expect(script.since()).toEqual([`2 ${WAITS}`, `3 ${WAITS}`])
    script.linkData('2;3;').linkDone({ ...LINKED, channels: [{ name: 'room', prevId: 'c' }] })
    expect(script.since()).toEqual([
      'write 2;3;',
      'hold room',
      "2 too-late: the next link's answer already went beyond it",
      '3 delivered',
      'write 4',
    ])
  })

  test('waits for its turn if a message was missed', () => {
    const script = holding(LINKED).send('3', { id: 'c', 'prev-id': 'b' })
    expect(script.since()).toEqual([
      '1 asked-again: the message follows id "b", this hold has id "a"',
      'await turn (id-mismatch)',
    ])
    expect(script.send('4').since()).toEqual([`2 ${WAITS}`])
    expect(script.turn('id-mismatch').turn('id-mismatch').since()).toEqual(['request /more room,a (id-mismatch)'])
  })

  test('is asked once more where something asked for it meanwhile', () => {
    const script = holding(LINKED).refresh('subscribed').turn('subscribed').refresh('recover').refresh('refresh')
    script.since()
    expect(script.linkDone(LINKED).since()).toEqual(['hold room', 'await turn (recover)'])
  })

  test('ends the stream if it gives no hold and no link', () => {
    const script = holding(LINKED).refresh('next').turn()
    script.since()
    expect(script.send('x').linkDone({ holds: false }).since()).toEqual([
      `1 ${WAITS}`,
      '1 too-late: the hold ended',
      ...withRelease('end: complete'),
    ])
  })

  test('that fails ends the stream; what waited is too late', () => {
    const script = holding(LINKED).refresh('next').turn().send('x')
    script.since()
    expect(script.linkFailed('refused').since()).toEqual([
      '1 too-late: the hold ended',
      ...withRelease('end: failed: Failed to retrieve next link: refused'),
    ])
    expect(script.linkDone(LINKED).since()).toEqual([])
  })

  test('may give up a channel: what waited for it is too late', () => {
    const both = { next: '/more', channels: [{ name: 'room' }, { name: 'hall' }] }
    const script = holding(both).refresh('next').turn()
    script.send('x', { channel: 'hall' }).send('y').since()
    expect(script.linkDone({ next: '/more' }).since()).toEqual([
      'hold room',
      '1 too-late: the next link has ended this subscription',
      '2 delivered',
      'write y',
    ])
  })

  test('is filtered as a whole where its instruct says so, up to a bound', () => {
    const script = holding({ ...LINKED, responseFilters: ['var-subst'] }, { instructMax: 10 })
      .refresh('next')
      .turn()
    expect(script.linkData('12345').linkData('678901').since().at(-1)).toMatch(
      /^end: failed: filter error: .* 10 bytes/,
    )
  })
})

describe('a filter that asks', () => {
  test('has what follows wait for what its backend says, in the order of the publishes', () => {
    const script = holding(CHECKED).send('one').send('two')
    expect(script.since()).toEqual([
      '1 waiting: http-check: the backend decides',
      'ask http-check /filter about 1',
      '2 waiting: the backend decides about an earlier message first',
    ])
    expect(script.filterAnswered(200).since()).toEqual(['1 delivered', 'write one', 'ask http-check /filter about 2'])
    expect(script.filterAnswered(200, 'drop').since()).toEqual(['2 filtered: http-check: the backend dropped it.'])
  })

  test('says that it waits for its turn', () => {
    const script = holding(CHECKED)
    script.rateFilters(false)
    expect(script.send('one').since()[0]).toBe('1 waiting: http-check: over filterRate, it waits for its turn')
  })

  test('whose backend does not decide drops the message, and ends the hold only where faults are told', () => {
    const script = holding(CHECKED).send('one').filterUnanswered('no answer.')
    expect(script.since().slice(2)).toEqual(['1 filtered: http-check: no answer.'])
    script.debug = true
    expect(script.send('two').filterUnanswered('no answer.').since().at(-1)).toMatch(/^end: failed: filter error/)
  })

  test('is asked anew about what waited, after a link', () => {
    const script = holding(CHECKED).send('one').send('two').refresh('next').turn()
    expect(script.since().slice(3)).toEqual(['await turn (next)', 'stop-filter', 'request /more  (next)'])
    expect(script.filterAnswered(200).since()).toEqual([])
    expect(script.linkDone(CHECKED).since()).toEqual(['hold room', 'ask http-check /filter about 1'])
  })

  test('has nobody to answer once the hold is over', () => {
    const script = holding(CHECKED).send('one').send('two')
    script.since()
    const over = 'too-late: the hold was over before its filters had decided'
    expect(script.leave().filterAnswered(200).since()).toEqual([
      'stop-link',
      'stop-filter',
      `1 ${over}`,
      `2 ${over}`,
      'give-up',
      'end: left',
    ])
  })
})

// ---- whatever comes ----------------------------------------------------------------------------------------------------

const id = fc.constantFrom('a', 'b', 'c')
const terms: fc.Arbitrary<StreamTerms> = fc.record(
  {
    channels: fc.uniqueArray(
      fc.record(
        {
          name: fc.constantFrom('room', 'hall'),
          prevId: id,
          filters: fc.constantFrom([], [], ['http-check'], ['http-modify'], ['skip-self']),
        },
        { requiredKeys: ['name'] },
      ),
      { minLength: 1, selector: ({ name }) => name },
    ),
    next: fc.constantFrom('/more', '/other'),
    holds: fc.constantFrom(true, true, false),
    responseFilters: fc.constant(['var-subst']),
  },
  { requiredKeys: ['channels'] },
)
/** Bytes that the longest item counts: its text, its channel, and 100 more. */
const LONGEST = 164
const publish = fc
  .record({
    format: fc.oneof(
      { weight: 8, arbitrary: fc.nat(LONGEST - 104).map((size) => ({ content: 'x'.repeat(size) })) },
      { weight: 2, arbitrary: fc.constantFrom({ action: 'hint' }, { action: 'refresh' }) },
      { weight: 1, arbitrary: fc.constant({ action: 'close' }) },
    ),
    channel: fc.constantFrom('room', 'hall'),
    ids: fc.record({ id, 'prev-id': id }, { requiredKeys: [] }),
  })
  .map(({ format, channel, ids }) => [format, { channel, ...ids }] as const)
const small = fc.constantFrom('room', 'hall').map((channel) => [{ content: 'x' }, { channel }] as const)
const happenings = fc.oneof(
  { weight: 12, arbitrary: publish.map((one) => (s: StreamScript) => void s.together(one)) },
  {
    weight: 3,
    arbitrary: fc
      .array(publish, { minLength: 2, maxLength: 4 })
      .map((some) => (s: StreamScript) => void s.together(...some)),
  },
  {
    weight: 3,
    arbitrary: fc
      .array(small, { minLength: 4, maxLength: 8 })
      .map((some) => (s: StreamScript) => void some.forEach((one) => void s.together(one))),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('next', 'recover', 'id-mismatch')
      .map((why) => (s: StreamScript) => void s.refresh(why as 'next')),
  },
  { weight: 3, arbitrary: fc.constant((s: StreamScript) => void s.turn()) },
  {
    weight: 2,
    arbitrary: fc.string({ maxLength: 30 }).map((text) => (s: StreamScript) => void (s.over || s.linkData(text))),
  },
  { weight: 3, arbitrary: terms.map((t) => (s: StreamScript) => void s.linkDone(t)) },
  { weight: 1, arbitrary: fc.constant((s: StreamScript) => void s.linkFailed('refused')) },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom(200, 204, 500), fc.constantFrom('', '', 'drop')).map(
      ([status, action]) =>
        (s: StreamScript) =>
          void s.filterAnswered(status, action, 'made'),
    ),
  },
  { weight: 1, arbitrary: fc.constant((s: StreamScript) => void s.filterUnanswered('no answer')) },
  { weight: 2, arbitrary: fc.nat(300).map((unread) => (s: StreamScript) => void s.leaveUnread(unread)) },
  { weight: 1, arbitrary: fc.boolean().map((now) => (s: StreamScript) => void s.rateFilters(now)) },
)
/** Queues that are full by their bytes first or by the number of messages. */
const LIMITS = [250, 2000].map((clientBufferMax) => ({
  linkQueueMax: 4,
  filterQueueMax: 3,
  clientBufferMax,
  instructMax: 40,
}))

/** What is wrong after a script; undefined: nothing. */
function faultIn(script: StreamScript, all: readonly ((s: StreamScript) => void)[]): string | undefined {
  const { linkQueueMax, filterQueueMax, clientBufferMax } = script.options
  script.start()
  for (const happens of all) {
    const ended = script.over
    script.since()
    happens(script)
    const log = script.since()
    if (ended && log.length > 0) return 'something happened after the end'
    if (script.over && !ended && !log.at(-1)?.startsWith('end: ')) return 'something was done after the end'
    const last = log.findIndex((line) => /^\d+ (closed|client-slow)/.test(line))
    if (last >= 0 && log.slice(last + 1).some((line) => /^\d+ (?!too-late)/.test(line)))
      return 'something was taken after the end was decided'
    const waiting = [...script.waiting.values()]
    const linked = waiting.filter((one) => one.linked)
    if (linked.length > linkQueueMax) return `${linked.length} messages wait for a link`
    // One more is asked about.
    const filtered = waiting.length - linked.length
    if (filtered > filterQueueMax + 1) return `${filtered} messages wait for filters`
    // What waited for filters may come to wait for a link.
    const bytes = waiting.reduce((sum, one) => sum + one.bytes, 0)
    if (bytes > 2 * clientBufferMax + LONGEST) return `${bytes} bytes wait`
    if (script.waitingRoom.bytes > 0 !== script.waiting.size > 0) return 'the room for all holds does not agree'
  }
  script.leave()
  if (script.waitingRoom.bytes > 0) return 'something is kept after the end'
  if (script.finals.size !== script.published) return 'a publish has no outcome'
  if ([...script.finals.values()].some(({ length }) => length !== 1)) return 'a publish has two outcomes'
  if (script.since().filter((line) => line.startsWith('end: ')).length > 1) return 'it ended twice'
  return undefined
}

const fuzz = fuzzing(500)
test(
  'whatever comes: one final outcome each, nothing after the end, no queue beyond its bounds',
  () => {
    fc.assert(
      fc.property(
        terms,
        fc.constantFrom(...LIMITS),
        fc.boolean(),
        fc.array(happenings, { maxLength: 60 }),
        (first, limits, debug, all) => {
          const script = new StreamScript(first, limits)
          script.debug = debug
          expect(faultIn(script, all)).toBeUndefined()
        },
      ),
      fuzz.runs,
    )
  },
  fuzz.timeout,
)
