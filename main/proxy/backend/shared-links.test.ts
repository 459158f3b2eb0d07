import { beforeEach, describe, expect, it } from 'vitest'
import type { Target } from '../../grip/route-types'
import { inWords } from '../../testing/said'
import { type LinkListener, type LinkMember, type LinkRequest, SharedLinks } from './shared-links'
import { type AnswerListener, BackendRequest, type OutgoingRequest } from './upstream'

/** An upstream whose answers the test gives. */
class Backend {
  readonly asks: { path: string; to: AnswerListener; sent: BackendRequest; resumed: number; stopped: boolean }[] = []

  send(target: Target, { path }: OutgoingRequest, listener: AnswerListener): BackendRequest {
    const entry = { path, to: listener, sent: new BackendRequest(target, listener), resumed: 0, stopped: false }
    entry.sent.onConnect(() => {
      entry.stopped = true
    })
    entry.sent.resume = () => {
      entry.resumed++
    }
    this.asks.push(entry)
    return entry.sent
  }

  get paths(): string[] {
    return this.asks.map(({ path }) => path)
  }

  at(index: number) {
    const entry = this.asks[index]
    if (!entry) throw new Error(`only ${this.asks.length} were asked`)
    const { to, sent } = entry
    return {
      ...entry,
      head: () => to.onHead(sent, 200, 'OK', []),
      data: (text: string) => to.onData(sent, Buffer.from(text)),
      end: () => to.onEnd(sent),
      fail: () =>
        to.onFail(sent, { code: 'X', cause: inWords('x'), notConnected: true, stale: false, maybeTls: false }),
    }
  }
}

/** What one exchange hears, in words. */
class Hearer implements LinkListener {
  readonly heard: string[] = []
  readonly exchangeId: number
  /** Takes no more data for now. */
  full = false
  member: LinkMember | undefined

  constructor(exchangeId: number) {
    this.exchangeId = exchangeId
  }

  onWait(): void {
    this.heard.push('waits')
  }
  onSent(shared: { x: number; url: string } | undefined): void {
    this.heard.push(shared ? `shares #${shared.x} ${shared.url}` : 'asks')
  }
  onHead(status: number): void {
    this.heard.push(String(status))
  }
  onData(chunk: Buffer): boolean {
    this.heard.push(chunk.length > 100 ? `${chunk.length} bytes` : chunk.toString())
    return !this.full
  }
  onEnd(): void {
    this.heard.push('end')
  }
  onFail(): void {
    this.heard.push('fails')
  }
}

const target = (text: string): Target => ({
  text,
  host: text,
  port: 80,
  ssl: false,
  insecure: false,
  trustConnectHost: false,
  overHttp: false,
  oneEvent: false,
  subs: [],
  untrusted: false,
  test: false,
})

let backend: Backend
let links: SharedLinks
let count: number
beforeEach(() => {
  backend = new Backend()
  links = new SharedLinks(backend, 0)
  count = 0
})

/** Asks a URL. Its key is the path, unless it is told: null is none. */
function ask(url: string, { key, at = 'b:1' }: { key?: string | null; at?: string } = {}): Hearer {
  const [path = ''] = url.split('?')
  const wanted: LinkRequest = {
    target: target(at),
    request: { method: 'GET', path: url, headers: [], body: null },
    path,
    key: key === null ? undefined : (key ?? path),
  }
  const hearer = new Hearer(++count)
  hearer.member = links.request(wanted, hearer)
  return hearer
}

describe('links with the same key', () => {
  it('share the request that is under way, and each hears the whole answer', () => {
    const [a, b, c] = [ask('/n?1'), ask('/n?2'), ask('/other')]
    backend.at(0).head()
    backend.at(0).data('x')
    backend.at(0).end()
    expect(backend.paths).toEqual(['/n?1', '/other'])
    expect(a.heard).toEqual(['asks', '200', 'x', 'end'])
    expect(b.heard.slice(0, 1)).toEqual(['shares #1 /n?1'])
    expect(b.heard.slice(1)).toEqual(['200', 'x', 'end'])
    expect(c.heard).toEqual(['asks'])
  })

  it('are asked anew once the answer is whole, and those without a key each', () => {
    ask('/n')
    backend.at(0).head()
    backend.at(0).end()
    ask('/n')
    ask('/n', { key: null })
    ask('/n', { key: null })
    expect(backend.paths).toEqual(['/n', '/n', '/n', '/n'])
  })

  it('get what came before they joined, and what follows after it', async () => {
    ask('/n')
    backend.at(0).head()
    backend.at(0).data('one;')
    const late = ask('/n')
    backend.at(0).data('two;')
    await Promise.resolve()
    backend.at(0).data('three;')
    backend.at(0).end()
    expect(late.heard).toEqual(['shares #1 /n', '200', 'one;', 'two;', 'three;', 'end'])
  })

  it('join no answer of more than 100,000 bytes', () => {
    ask('/n')
    backend.at(0).head()
    backend.at(0).data('x'.repeat(60_000))
    const late = ask('/n')
    backend.at(0).data('y'.repeat(60_000))
    ask('/n')
    backend.at(0).end()
    expect(backend.paths).toEqual(['/n', '/n'])
    expect(late.heard).toEqual(['shares #1 /n', '200', '60000 bytes', '60000 bytes', 'end'])
  })

  it('fail together', () => {
    const [a, b] = [ask('/n'), ask('/n')]
    backend.at(0).fail()
    expect(a.heard).toEqual(['asks', 'fails'])
    expect(b.heard).toEqual(['shares #1 /n', 'fails'])
    ask('/n')
    expect(backend.paths).toEqual(['/n', '/n'])
  })

  it('go on when the first one leaves; the last one ends the request', async () => {
    const [a, b] = [ask('/n'), ask('/n')]
    await Promise.resolve()
    a.member?.stop()
    expect(backend.at(0).stopped).toBe(false)
    backend.at(0).head()
    expect(b.heard.at(-1)).toBe('200')
    expect(a.heard).toEqual(['asks'])
    b.member?.stop()
    expect(backend.at(0).stopped).toBe(true)
    ask('/n')
    expect(backend.paths).toEqual(['/n', '/n'])
  })

  it('wait for the slowest client', async () => {
    const [a, b] = [ask('/n'), ask('/n')]
    await Promise.resolve()
    backend.at(0).head()
    a.full = true
    expect(backend.at(0).data('x')).toBe(false)
    b.member?.resume()
    expect(backend.at(0).resumed).toBe(0)
    a.member?.resume()
    expect(backend.at(0).resumed).toBe(1)
    expect(backend.at(0).data('y')).toBe(false)
    a.member?.stop()
    expect(backend.at(0).resumed).toBe(2)
    expect(backend.at(0).data('z')).toBe(true)
  })
})

describe('more than a backend is asked at a time', () => {
  beforeEach(() => {
    links = new SharedLinks(backend, 2)
  })

  it('wait until one is answered, paths in turn', () => {
    for (const url of ['/a?1', '/a?2', '/a?3', '/a?4', '/b', '/c']) ask(url, { key: url })
    ask('/d', { at: 'other:1' })
    expect(backend.paths).toEqual(['/a?1', '/a?2', '/d'])
    backend.at(0).head()
    backend.at(1).fail()
    expect(backend.paths.slice(3)).toEqual(['/a?3', '/b'])
    backend.at(3).head()
    backend.at(3).end()
    backend.at(4).head()
    expect(backend.paths.slice(5)).toEqual(['/c', '/a?4'])
  })

  it('share while they wait, and say so', () => {
    const [, , c, d] = [ask('/a'), ask('/b'), ask('/c?1'), ask('/c?2')]
    expect([c.heard, d.heard]).toEqual([['waits'], ['waits']])
    backend.at(0).head()
    expect([c.heard, d.heard]).toEqual([
      ['waits', 'asks'],
      ['waits', 'shares #3 /c?1'],
    ])
  })

  it('are not asked if their clients have left meanwhile', () => {
    ask('/a')
    ask('/b')
    ask('/c').member?.stop()
    const [first, second] = [ask('/d?1'), ask('/d?2')]
    first.member?.stop()
    backend.at(0).end()
    backend.at(1).head()
    expect(backend.paths).toEqual(['/a', '/b', '/d?1'])
    expect(second.heard).toEqual(['waits', 'asks'])
  })
})
