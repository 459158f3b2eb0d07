import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Target } from '../../grip/route-types'
import { fuzzing } from '../../testing/fuzz'
import { inWords, messageOf } from '../../testing/said'
import type { WebSocketCommand } from './websocket-commands'
import { WebSocketMachine, type WebSocketWorld } from './websocket-machine'

const target = (text: string): Target => ({ text }) as Target
const TARGETS = [target('one'), target('two')]
const ASKED = { host: 'test', url: '/' }

/** Plays a script: what the machine wants done is written down. */
class Script {
  readonly machine: WebSocketMachine
  readonly log: string[] = []

  constructor(world: Partial<WebSocketWorld> = {}) {
    this.machine = new WebSocketMachine({ debug: false, targets: TARGETS, ...world })
  }

  /** Something happens. Returns what is to be done. */
  on(happens: (machine: WebSocketMachine) => void): string[] {
    happens(this.machine)
    const lines: string[] = []
    for (let command = this.machine.nextCommand(); command; command = this.machine.nextCommand())
      lines.push(line(command))
    this.log.push(...lines)
    return lines
  }
}

function line(command: WebSocketCommand): string {
  switch (command.do) {
    case 'ask':
      return `ask ${command.target.text} (${command.why})`
    case 'reject':
      return `reject ${command.status} ${command.body.toString().trimEnd()}`
    case 'record-close':
      return `record ${command.from} ${command.code ?? ''}${command.passed ? '' : ' (not passed)'}`
    case 'close-client':
    case 'close-backend':
      return `${command.do} ${command.code ?? ''} ${command.reason}`.trimEnd()
    case 'end': {
      const { how, by, code } = command.end
      const why = messageOf(command.end)
      const who = by === undefined ? '' : ` by ${by} ${code ?? ''}`.trimEnd()
      return `end ${how}${who}${why === '' ? '' : `: ${why}`}${command.stops ? ' (stops)' : ''}`
    }
    default:
      return command.do
  }
}

function opened(world: Partial<WebSocketWorld> = {}): Script {
  const script = new Script(world)
  script.on((m) => m.start(false, undefined, ASKED))
  script.on((m) => m.backendAccepts([]))
  return script
}

describe('the handshake', () => {
  test('asks one target after the other, until none is left', () => {
    const script = new Script()
    expect(script.on((m) => m.start(false, undefined, ASKED))).toEqual(['ask one (request)'])
    expect(script.on((m) => m.backendUnreachable(inWords('refused')))).toEqual(['ask two (failover)'])
    const why = 'Unable to connect to any targets. Tried: one, two; refused'
    expect(script.on((m) => m.backendUnreachable(inWords('refused')))).toEqual([
      'reject 502 Error while proxying to origin.',
      `end backend-failed: ${why} (stops)`,
    ])
    expect(script.on((m) => m.backendUnreachable(inWords('refused')))).toEqual([])
  })

  test.each<[string, Partial<WebSocketWorld>, (machine: WebSocketMachine) => void, string]>([
    [
      'a fault',
      {},
      (m) => m.start(false, { status: 405, why: inWords('GET, please.'), headers: [] }, ASKED),
      '405 GET, please.',
    ],
    [
      'no route',
      { targets: undefined },
      (m) => m.start(false, undefined, ASKED),
      '502 Error while proxying to origin.',
    ],
    [
      'no route, in debug mode',
      { targets: undefined, debug: true },
      (m) => m.start(false, undefined, ASKED),
      '502 No route for test/.',
    ],
    [
      'a proxy that stops',
      {},
      (m) => m.start(true, undefined, ASKED),
      '503 Service Unavailable: the proxy was stopped.',
    ],
  ])('is refused for %s', (_name, world, happens, answer) => {
    expect(new Script(world).on(happens)[0]).toBe(`reject ${answer}`)
  })

  test('is rejected as the backend rejects it, once', () => {
    const script = new Script()
    script.on((m) => m.start(false, undefined, ASKED))
    const answer = { status: 403, reason: 'No', headers: [], body: Buffer.from('no entry') }
    const rejects = (m: WebSocketMachine): void =>
      m.backendRejects({ answer, limit: { code: 'rejection-cut', max: 5 }, how: 'complete', why: undefined })
    expect(script.on(rejects)).toEqual(['tell-limit', 'reject 403 no entry', 'end complete (stops)'])
    expect(script.on(rejects)).toEqual([])
    expect(script.on((m) => m.backendAccepts([]))).toEqual([])
  })
})

describe('a close', () => {
  test('of the client goes to the backend, whose answer ends it', () => {
    const script = opened()
    expect(script.on((m) => m.clientCloses(4000, 'bye'))).toEqual(['record client 4000', 'close-backend 4000 bye'])
    expect(script.machine.hears).toBe(true)
    expect(script.on((m) => m.backendCloses(4001, ''))).toEqual([
      'record backend 4001',
      'close-client 4001',
      'end closed by client 4000',
    ])
  })

  test('of the backend goes to the client, whose answer ends it', () => {
    const script = opened()
    expect(script.on((m) => m.backendCloses(1000, ''))).toEqual([
      'record backend 1000',
      'release-session',
      'close-client 1000',
    ])
    expect(script.machine.hears).toBe(false)
    expect(script.on((m) => m.clientCloses(1000, ''))).toEqual([
      'record client 1000',
      'close-backend 1000',
      'end closed by backend 1000',
    ])
  })

  test('with an error is not well, and names the text that caused it', () => {
    const script = opened()
    script.on((m) => m.noteBadText({ code: 'text-not-utf8', p: 1, channel: 'c' }))
    script.on((m) => m.clientCloses(1007, ''))
    expect(script.on((m) => m.backendFailed(inWords('it broke')))).toEqual([
      'drop-client',
      'end client-left by client 1007: it broke; the text of publish #1 (channel c) is not valid UTF-8 (1007) (stops)',
    ])
  })

  test('by a publish closes both sides', () => {
    expect(opened().on((m) => m.closeByPublish(4000, 'over'))).toEqual([
      'close-backend',
      'record proxy 4000',
      'close-client 4000 over',
      'end closed by publish 4000',
    ])
    expect(opened().on((m) => m.closeByPublish(undefined, 'over'))[2]).toBe('close-client')
  })

  test('of a proxy that stops tells the client to go away', () => {
    expect(opened().on((m) => m.stop())).toEqual([
      'record proxy 1001',
      'end stopped by proxy 1001 (stops)',
      'close-client 1001',
    ])
  })

  test('has a code that no close may have: that is told', () => {
    const script = opened()
    script.on((m) => m.backendCloses(1005, ''))
    expect(script.on((m) => m.clientGone()).at(-1)).toMatch(/^end closed by backend 1005: .*1005 is not a close code/)
  })
})

describe('a client', () => {
  test('that vanishes is told to the backend', () => {
    expect(opened().on((m) => m.clientGone())).toEqual(['record-gone', 'disconnect-backend', 'end client-left'])
    const closing = opened()
    closing.on((m) => m.backendCloses(1000, ''))
    expect(closing.on((m) => m.clientGone()).at(-1)).toBe('end closed by backend 1000')
  })

  test('that breaks the protocol, or does not read, is over', () => {
    expect(opened().on((m) => m.clientBroke(1002, inWords('bad opcode')))).toEqual([
      'disconnect-backend',
      'end bad-request by proxy 1002: the client broke the protocol: bad opcode (closed with 1002)',
    ])
    expect(opened().on((m) => m.clientSlow({ code: 'client-slow', max: 5 }))).toEqual([
      'drop-client',
      'disconnect-backend',
      'end client-slow: more than 5 bytes waited for the client to read them',
    ])
  })

  test('whose backend wants to be left alone is answered by the proxy', () => {
    const script = opened()
    expect(script.on((m) => m.detach())).toEqual(['detach-backend'])
    expect(script.on((m) => m.detach())).toEqual([])
    expect(script.on((m) => m.clientCloses(1000, ''))).toEqual([
      'record client 1000 (not passed)',
      'close-client',
      'end closed by client 1000',
    ])
  })
})

test('a backend that wants to be left alone after the client closed does not answer: the proxy does', () => {
  const script = opened()
  script.on((m) => m.clientCloses(1000, ''))
  expect(script.on((m) => m.detach())).toEqual(['detach-backend', 'close-client', 'end closed by client 1000'])
})

test('a backend that fails closes the client with 1011, and in debug mode says why', () => {
  expect(opened().on((m) => m.backendFailed(inWords('it broke')))).toEqual([
    'record proxy 1011',
    'close-client 1011',
    'end backend-failed by proxy 1011: it broke (stops)',
  ])
  expect(opened({ debug: true }).on((m) => m.backendFailed(inWords('it broke')))[1]).toBe('close-client 1011 it broke')
})

test('a backend that disconnects breaks the client off; what was odd before is told after the cause', () => {
  const script = opened()
  script.on((m) => m.backendErred(inWords('it miscounts')))
  expect(script.on((m) => m.backendDisconnects({ code: 'events-disconnect', lost: 0 }))).toEqual([
    'drop-client',
    'end closed by backend: the backend disconnected; it miscounts (stops)',
  ])
})

// ---- whatever comes ------------------------------------------------------------------------------------------------------

const code = fc.constantFrom(undefined, 1000, 1001, 1005, 1007, 4000)
type Happening = (machine: WebSocketMachine) => void
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Happening>((m) => m.backendAccepts([])) },
  fc.constant<Happening>((m) => m.backendUnreachable(inWords('refused'))),
  fc.constant<Happening>((m) => m.backendFailed(inWords('it broke'))),
  fc.constant<Happening>((m) => m.backendDisconnects({ code: 'events-disconnect', lost: 0 })),
  fc.constant<Happening>((m) => m.backendErred(inWords('odd'))),
  {
    weight: 3,
    arbitrary: code.map(
      (c): Happening =>
        (m) =>
          m.backendCloses(c, ''),
    ),
  },
  {
    weight: 3,
    arbitrary: code.map(
      (c): Happening =>
        (m) =>
          m.clientCloses(c, ''),
    ),
  },
  fc.constant<Happening>((m) => m.clientGone()),
  fc.constant<Happening>((m) => m.clientBroke(1002, inWords('bad'))),
  fc.constant<Happening>((m) => m.clientSlow(inWords('slow'))),
  fc.constant<Happening>((m) => m.noteBadText(inWords('it'))),
  { weight: 2, arbitrary: fc.constant<Happening>((m) => m.detach()) },
  code.map(
    (c): Happening =>
      (m) =>
        m.closeByPublish(c, 'over'),
  ),
  fc.constant<Happening>((m) => m.closeWithError(inWords('bad filter'))),
  fc.constant<Happening>((m) => m.stop()),
  fc.constant<Happening>((m) =>
    m.backendRejects({
      answer: { status: 403, reason: '', headers: [], body: Buffer.alloc(0) },
      limit: undefined,
      how: 'complete',
      why: undefined,
    }),
  ),
)

/** What is wrong after a script; undefined: nothing. */
function faultIn(all: readonly Happening[]): string | undefined {
  const script = new Script()
  script.on((m) => m.start(false, undefined, ASKED))
  for (const happens of all) {
    const ended = script.machine.at === 'over'
    const lines = script.on(happens)
    if (ended && lines.length > 0) return 'something happened after the end'
    if (script.machine.at === 'over' && !ended && !lines.some((l) => l.startsWith('end '))) return 'it ended silently'
  }
  const count = (start: string): number => script.log.filter((l) => l.startsWith(start)).length
  const ends = count('end ')
  if (ends > 1 || (ends === 1) !== (script.machine.at === 'over')) return 'it has not one end'
  if (count('accept') + count('reject') > 1) return 'the handshake is answered twice'
  if (count('close-client') + count('drop-client') > 2) return 'the client is closed again and again'
  if (count('close-backend') > 1 || count('disconnect-backend') > 1) return 'the backend is told twice'
  const told = count('close-backend') + count('disconnect-backend') + count('detach-backend')
  if (ends === 1 && told === 0 && !script.log.some((l) => l.endsWith('(stops)')) && count('close-client') === 0)
    return 'the backend was not told'
  if (count('ask ') > TARGETS.length) return 'a target is asked twice'
  return undefined
}

const fuzz = fuzzing(2000)
test(
  'whatever comes: the handshake is answered once, each side is told once, it has one end, and nothing follows',
  () => {
    fc.assert(
      fc.property(fc.array(happenings, { maxLength: 12 }), (all) => {
        expect(faultIn(all)).toBeUndefined()
      }),
      fuzz.runs,
    )
  },
  fuzz.timeout,
)
