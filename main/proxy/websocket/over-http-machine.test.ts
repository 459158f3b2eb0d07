import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEvents } from '../../grip/ws-events'
import { fuzzing } from '../../testing/fuzz'
import { type EventsAnswer, OverHttpScript } from '../../testing/over-http-script'

function opened(...args: ConstructorParameters<typeof OverHttpScript>): OverHttpScript {
  const script = new OverHttpScript(...args).opens()
  script.since()
  return script
}

const ALIVE = ['Keep-Alive-Interval', '30']

describe('connecting', () => {
  test('is a request with OPEN, which the backend answers with OPEN', () => {
    const script = new OverHttpScript()
    expect(script.since()).toEqual(['post (request) OPEN'])
    expect(script.opens('TEXT hi').since()).toEqual(['accept', 'say text hi'])
  })

  test('may be put off by a backend that wants to be asked again', () => {
    const script = new OverHttpScript().answer({ headers: ALIVE })
    expect(script.since()).toEqual(['post (request) OPEN', 'keep alive 30000'])
    expect(script.due().since()).toEqual(['post (request) OPEN'])
  })

  test.each<[string, EventsAnswer, string]>([
    ['another status', { status: 403 }, 'reject 403'],
    ['another type', { type: 'text/plain' }, 'reject 200'],
    ['another first event', { events: ['TEXT hi'] }, 'fail: the first event is TEXT, not OPEN'],
    ['no event', {}, 'fail: no OPEN event in the answer'],
  ])('ends by an answer with %s', (_name, answer, end) => {
    const script = new OverHttpScript().answer(answer)
    expect(script.since().slice(1)).toEqual(['stop', end])
  })

  test('is not tried again where the backend can’t be reached: another target may be', () => {
    expect(new OverHttpScript().fails().since().slice(1)).toEqual(['failed', 'stop', 'unreachable'])
    expect(new OverHttpScript().fails(true).since().slice(1)).toEqual(['failed', 'stop', 'fail: refused'])
  })

  test('goes on without the client, which is gone: the backend is told so', () => {
    const script = new OverHttpScript().vanishes().opens('TEXT late')
    expect(script.since()).toEqual(['post (request) OPEN', 'post (websocket) DISCONNECT'])
    expect(script.answer({ events: ['TEXT late'] }).since()).toEqual(['stop'])
  })
})

describe('messages of the client', () => {
  test('that come while the backend is asked go together, in order', () => {
    const script = opened().says('a').says('b').says('c', 'binary')
    expect(script.since()).toEqual(['post (websocket) TEXT a'])
    expect(script.answer({}).since()).toEqual(['post (websocket) TEXT b BINARY c'])
  })

  test('wait for what the answer before them says', () => {
    const script = opened().says('a').says('b')
    script.since()
    expect(script.answer({ events: ['TEXT 1', 'TEXT 2'] }).since()).toEqual([
      'say text 1',
      'say text 2',
      'post (websocket) TEXT b',
    ])
  })

  test('go once more as far as they were not accepted, once there is more', () => {
    const script = opened().says('hello')
    expect(script.answer({ headers: ['Content-Bytes-Accepted', '2'] }).since()).toEqual(['post (websocket) TEXT hello'])
    expect(script.says('x').since()).toEqual(['post (websocket) TEXT llo TEXT x Content-Bytes-Replayed: 3'])
  })

  test('are not taken without end; that is told once', () => {
    const script = opened({ webSocketEventsMax: 100 }).says('x'.repeat(60))
    expect(script.takes).toBe(true)
    expect(script.says('y'.repeat(60)).takes).toBe(false)
    expect(script.says('z').since().slice(1)).toEqual(['limit webSocketEventsMax'])
    expect(script.answer({}).takes).toBe(true)
  })

  test('wait while the client does not read', () => {
    const script = opened().pause().says('a')
    expect(script.since()).toEqual([])
    expect(script.resume().since()).toEqual(['post (websocket) TEXT a'])
  })

  test('carry what the backend keeps with the connection', () => {
    const script = new OverHttpScript().answer({ events: ['OPEN'], headers: ['Set-Meta-User', 'alice'] }).says('a')
    expect(script.since().at(-1)).toBe('post (websocket) TEXT a Meta-User: alice')
  })
})

describe('events of the backend', () => {
  test('that are not known do no harm, whatever they are called', () => {
    const script = opened().says('x')
    const events = ['FOO a', 'toString b', '__proto__ c', 'constructor', 'TEXT d']
    expect(script.answer({ events }).since().slice(1)).toEqual(['say text d'])
  })

  test('after a close do not count', () => {
    const script = opened()
      .says('x')
      .answer({ events: ['TEXT bye', 'CLOSE 4001 enough', 'TEXT late'] })
    expect(script.since().slice(1)).toEqual(['say text bye', 'close 4001 enough'])
  })

  test.each([
    ['DISCONNECT', 'disconnect: the backend disconnected; the client gets none of that answer (messages: 1)'],
    ['OPEN', 'fail: a second OPEN event; the client gets none of that answer (messages: 1)'],
  ])('are not heard of an answer with %s', (type, end) => {
    expect(
      opened()
        .says('x')
        .answer({ events: ['TEXT a', type] })
        .since()
        .slice(1),
    ).toEqual(['stop', end])
  })

  test('that can’t be read end the connection; a wrong length is told', () => {
    const end = 'fail: byte 0: At byte 0: no line break ends the event.'
    expect(opened().says('x').answerBytes(Buffer.from('TEXT 5')).since().slice(1)).toEqual(['stop', end])
    const note = 'note: At byte 8: the TEXT event should have 5 bytes and has 2.'
    const bytes = Buffer.from('TEXT 5\r\nab')
    expect(opened().says('x').answerBytes(bytes).since().slice(1)).toEqual([note, 'say text ab'])
  })

  test('are not taken without end', () => {
    const script = opened({ webSocketAnswerMax: 100 }).says('x').answerBytes(Buffer.alloc(101))
    expect(script.since().slice(1)).toEqual([
      'stop',
      "fail: the backend's answer is longer than 100 bytes (webSocketAnswerMax)",
    ])
  })
})

describe('a close', () => {
  test('of the client goes to the backend, whose answer ends it', () => {
    const script = opened().closes(4000, 'client')
    expect(script.since()).toEqual(['post (websocket) CLOSE 4000client'])
    expect(script.answer({ events: ['TEXT last', 'CLOSE 4001'] }).since()).toEqual([
      'say text last',
      'close 4001',
      'stop',
    ])
  })

  test('has one chance to be answered, unless the backend keeps the connection alive', () => {
    expect(opened().closes(1000).answer({}).since().slice(1)).toEqual([
      'stop',
      'fail: the backend did not answer the CLOSE event',
    ])
    const script = opened().closes(1000).answer({ headers: ALIVE })
    expect(script.since().slice(1)).toEqual(['keep alive 30000'])
    expect(script.due().since()).toEqual(['post (websocket) CLOSE 1000'])
  })

  test('of the backend waits for the client’s, and no keep-alive follows', () => {
    const script = opened()
      .says('x')
      .answer({ events: ['CLOSE 4001'], headers: ALIVE })
    expect(script.since().slice(1)).toEqual(['close 4001'])
    expect(script.closes(4001).answer({}).since()).toEqual(['post (websocket) CLOSE 4001', 'stop'])
  })

  test('goes after what waits, and a vanished client after the request under way', () => {
    const script = opened({}, true).says('a').says('b').closes(1000)
    expect(script.answer({}).since()).toEqual(['post (websocket) TEXT a', 'post (websocket) TEXT b'])
    expect(script.vanishes().answer({}).since()).toEqual(['post (websocket) DISCONNECT'])
    expect(script.answer({}).says('late').since()).toEqual(['stop'])
  })
})

describe('a backend that asked to be left alone', () => {
  test('is told a close, and heard no more', () => {
    const script = opened().says('a').detach()
    expect(script.answer({ events: ['TEXT late', 'OPEN'] }).since()).toEqual([
      'post (websocket) TEXT a',
      'post (websocket) CLOSE',
    ])
    expect(script.says('b').vanishes().refresh().since()).toEqual([])
    expect(script.answer({ events: ['CLOSE 1000'] }).since()).toEqual(['stop'])
  })

  test('ends quietly if it fails', () => {
    expect(opened().detach().fails(true).since()).toEqual(['post (websocket) CLOSE', 'failed', 'stop'])
  })
})

describe('asking again', () => {
  test('happens with the same events after pauses, where nothing reached the backend', () => {
    const script = opened({ retryMax: 2 }).says('a').says('b')
    script.since()
    expect(script.fails().since()).toEqual(['pause 0', 'failed, again'].reverse())
    expect(script.due().fails().since()).toEqual(['post (retry) TEXT a', 'failed, again', 'pause 1'])
    expect(script.due().fails().since()).toEqual(['post (retry) TEXT a', 'failed', 'stop', 'fail: refused'])
  })

  test('begins anew once the backend has answered', () => {
    const script = opened({ retryMax: 1 }).says('a').fails().due().answer({}).says('b')
    script.since()
    expect(script.fails().since()).toEqual(['failed, again', 'pause 0'])
  })

  test('does not happen with events that the backend may have seen', () => {
    expect(opened().says('a').fails(true).since().slice(1)).toEqual(['failed', 'stop', 'fail: refused'])
  })
})

test('a refresh asks without events, or goes with those that wait', () => {
  expect(opened().refresh().since()).toEqual(['post (refresh)'])
  const script = opened().says('a').refresh().says('b')
  expect(script.answer({}).since()).toEqual(['post (websocket) TEXT a', 'post (websocket) TEXT b'])
  expect(script.answer({}).since()).toEqual([])
})

test('nothing that was still to be done is done after a stop', () => {
  const script = opened().says('a').stop()
  expect(script.since()).toEqual(['post (websocket) TEXT a', 'to stop', 'stop'])
  expect(script.says('b').closes().vanishes().refresh().resume().due().since()).toEqual([])
})

// ---- whatever comes ------------------------------------------------------------------------------------------------------

const LIMITS = { webSocketEventsMax: 60, webSocketAnswerMax: 400, retryMax: 2 }
const LONGEST = 40

/** A client that stops when it is told so, and what the backend got of it. */
class World extends OverHttpScript {
  said = ''
  got = ''
  /** Where what it was offered ends. */
  offered = 0
  paused = false
  #closed = false

  /** Says something if it may. */
  chat(text: string): void {
    if (!this.takes || this.#closed) return
    if (this.machine.at === 'open') this.said += text
    this.says(text)
  }

  leave(how: 'close' | 'vanish' | 'detach'): void {
    if (this.machine.at === 'connecting' && how !== 'vanish') return
    // What the backend asks, the client does not know.
    this.#closed = how !== 'detach'
    if (how === 'close') this.closes(1000)
    else if (how === 'vanish') this.vanishes()
    else this.detach()
  }

  hold(paused: boolean): void {
    this.paused = paused
    if (paused) this.pause()
    else this.resume()
  }

  /** The backend breaks off, and may have seen what it was asked. */
  breakOff(): void {
    if (this.asked > 0) this.got += messagesIn(this.posted.at(-1))
    this.fails(true)
  }

  /** So many tries fail, one after the other. */
  fail(times: number): void {
    for (let i = 0; i < times; i++) this.fails().due()
  }

  /** @param part of the bytes that are accepted; 1: all */
  hear(answer: EventsAnswer, part: number): void {
    if (this.asked === 0) return
    const bytes = messagesIn(this.posted.at(-1))
    const accepted = Math.floor(bytes.length * part)
    const { headers = [] } = answer
    const whole = part === 1
    this.offered = this.got.length + bytes.length
    if (answer.status === undefined) this.got += whole ? bytes : bytes.slice(0, accepted)
    this.answer(whole ? answer : { ...answer, headers: [...headers, 'Content-Bytes-Accepted', String(accepted)] })
  }
}

function messagesIn(body: Buffer = Buffer.alloc(0)): string {
  const decoded = decodeEvents(body)
  if (!decoded.ok) return ''
  return decoded.events.map(({ type, content }) => (type === 'TEXT' ? (content?.toString() ?? '') : '')).join('')
}

const answer = fc.record(
  {
    events: fc.oneof(
      { weight: 9, arbitrary: fc.array(fc.constantFrom('TEXT a', 'TEXT b', 'PING', 'FOO x'), { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('CLOSE 1000', 'DISCONNECT', 'OPEN').map((end) => ['TEXT a', end, 'TEXT b']),
      },
    ),
    headers: fc.constantFrom([], ALIVE, ['Keep-Alive-Interval', '0'], ['Set-Meta-A', 'b']),
  },
  { requiredKeys: [] },
)
type Happening = (world: World) => void
const chat: fc.Arbitrary<Happening> = fc
  .string({ minLength: 1, maxLength: LONGEST, unit: 'grapheme-ascii' })
  .map((text) => (w: World) => w.chat(text))
const burst: fc.Arbitrary<Happening> = fc.array(chat, { minLength: 3, maxLength: 8 }).map((all) => (w: World) => {
  for (const one of all) one(w)
})
const leave: fc.Arbitrary<Happening> = fc
  .constantFrom('close' as const, 'vanish' as const, 'detach' as const)
  .map((how) => (w: World) => w.leave(how))
const pause: fc.Arbitrary<Happening> = fc.boolean().map((paused) => (w: World) => w.hold(paused))
const stop: fc.Arbitrary<Happening> = fc.constant((w: World) => void w.stop())
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: chat },
  { weight: 3, arbitrary: burst },
  {
    weight: 8,
    arbitrary: fc.tuple(answer, fc.constantFrom(1, 1, 1, 0.5, 0)).map(
      ([said, part]) =>
        (w: World) =>
          w.hear(said, part),
    ),
  },
  { weight: 6, arbitrary: fc.constant<Happening>((w: World) => w.hear({}, 1)) },
  { weight: 4, arbitrary: fc.nat(4).map((times) => (w: World) => w.fail(times)) },
  { weight: 4, arbitrary: fc.constant<Happening>((w: World) => void w.due()) },
  { weight: 1, arbitrary: fc.constant<Happening>((w: World) => void w.refresh()) },
  { weight: 3, arbitrary: pause },
  {
    weight: 4,
    arbitrary: fc.oneof(chat, leave, pause, stop).map((then) => (w: World) => (w.meanwhile = () => then(w))),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      leave,
      fc.constant<Happening>((w: World) => w.breakOff()),
      fc.constant<Happening>((w: World) => w.hear({ status: 500 }, 1)),
    ),
  },
)

/** What is wrong after a script; undefined: nothing. */
function faultIn(world: World, all: readonly Happening[]): string | undefined {
  const { webSocketEventsMax, retryMax } = LIMITS
  let pauses = 0
  world.opens()
  for (const happens of all) {
    const ended = world.over
    world.since()
    happens(world)
    const log = world.since()
    if (ended && log.length > 0) return 'something happened after the end'
    if (world.asked > 1) return 'two requests are at the backend'
    if (world.asked > 0 && world.timer) return 'a timer runs while the backend is asked'
    if (world.ends > 1) return 'it ended twice'
    if (world.ends === 1 && !world.over) return 'it goes on after its end'
    if (log.slice(ends(log)).some((line) => !/^(to stop|stop|fail|failed|disconnect)(:|$)/.test(line)))
      return 'something was done after the end'
    for (const line of log) {
      if (line.startsWith('pause')) pauses++
      else if (line.startsWith('post') && !line.startsWith('post (retry)')) pauses = 0
    }
    if (pauses > retryMax) return 'it is tried without end'
    if (!world.said.startsWith(world.got)) return 'the backend got something twice, or not in order'
    if (world.said.length - world.got.length >= webSocketEventsMax + LONGEST) return 'too much waits for the backend'
    const news = world.said.length > world.offered && world.machine.at === 'open' && !world.paused
    if (news && world.asked === 0 && world.timer !== 'retry') return 'messages wait, and nobody is asked'
  }
  world.stop()
  return world.over && world.asked === 0 && !world.timer ? undefined : 'something goes on after a stop'
}

/** Where its end was decided. */
function ends(log: readonly string[]): number {
  const at = log.findIndex((line) => line === 'to stop' || line === 'stop')
  return at < 0 ? log.length : at + 1
}

const fuzz = fuzzing(500)
test(
  'whatever comes: one request at a time, all in order and once, no queue beyond its bound, nothing after the end',
  () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(happenings, { maxLength: 60 }), (oneEvent, all) => {
        expect(faultIn(new World(LIMITS, oneEvent), all)).toBeUndefined()
      }),
      fuzz.runs,
    )
  },
  fuzz.timeout,
)
