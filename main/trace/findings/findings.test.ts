import { describe, expect, test } from 'vitest'
import { TraceScript } from '../../testing/trace-script'
import { LiveTrace } from '../live'
import { TraceLog } from '../log'
import type { TraceTimers } from '../timers'
import type { Rule, RuleKit, Withdraw } from './finding'
import { Findings } from './findings'
import { LiveFindings } from './live-findings'
import { findingsIn, findingsOf } from './read-findings'

const SAYS = { key: 'k', text: 'It happened.', fix: 'Change it.' }

/** Reports each request. */
function each(id: string, more: Partial<Rule> = {}): Rule {
  return {
    id,
    severity: 'error',
    watch: ({ report }) => ({ request: ({ x }) => void report({ ...SAYS, exchanges: [x] }) }),
    ...more,
  }
}

function seenBy(rules: readonly Rule[], script: TraceScript): Findings {
  const findings = new Findings(rules)
  for (const event of script.events) findings.apply(event)
  return findings
}

const ids = (findings: Findings) => findings.list.map(({ rule }) => rule)

describe('findings', () => {
  test('add evidence of one key to one finding, and name the newest', () => {
    const script = new TraceScript()
    for (let x = 1; x <= 50; x++) script.at(x).request(x)
    const [finding, ...others] = seenBy([each('a')], script).list
    expect(others).toEqual([])
    expect(finding).toMatchObject({ rule: 'a', severity: 'error', count: 50, firstAt: 1, lastAt: 50, channel: null })
    expect(finding?.exchanges).toEqual(Array.from({ length: 20 }, (_, i) => i + 31))
  })

  test('have the gravest first, whatever a report says of its own gravity', () => {
    const note: Rule = {
      ...each('n'),
      watch: ({ report }) => ({ request: () => void report({ ...SAYS, severity: 'note' }) }),
    }
    expect(
      seenBy([note, each('w', { severity: 'warning' }), each('e')], new TraceScript().request(1)).list,
    ).toMatchObject([
      { rule: 'e', severity: 'error' },
      { rule: 'w', severity: 'warning' },
      { rule: 'n', severity: 'note' },
    ])
  })

  test('are gone when all of their evidence is taken back', () => {
    const withdraws: Withdraw[] = []
    const rule: Rule = {
      ...each('a'),
      watch: ({ report }) => ({ request: ({ x }) => void withdraws.push(report({ ...SAYS, exchanges: [x] })) }),
    }
    const findings = seenBy([rule], new TraceScript().request(1).request(2))
    withdraws[0]?.()
    withdraws[0]?.()
    expect(findings.list).toMatchObject([{ count: 1, exchanges: [2] }])
    expect(findings.ofExchange(1)).toEqual([])
    withdraws[1]?.()
    expect(findings.list).toEqual([])
  })

  test('of a rule that yields are silent where another one explains the exchange, before or after it', () => {
    const yielding = each('y', { yieldsTo: 'all' })
    const script = new TraceScript().request(1)
    expect(ids(seenBy([yielding, each('a')], script))).toEqual(['a'])
    expect(ids(seenBy([each('a'), yielding], script))).toEqual(['a'])
    expect(ids(seenBy([each('a'), each('y', { yieldsTo: ['b'] })], script))).toEqual(['a', 'y'])
    expect(ids(seenBy([yielding, each('z', { yieldsTo: 'all' })], script))).toEqual(['y', 'z'])
  })

  test('have a bound, and say how many reports are left out', () => {
    const rule: Rule = {
      ...each('a'),
      watch: ({ report }) => ({ request: ({ x }) => void report({ ...SAYS, key: `${x}` }) }),
    }
    const script = new TraceScript()
    for (let x = 1; x <= 1005; x++) script.request(x)
    const findings = seenBy([rule], script)
    expect([findings.list.length, findings.leftOut]).toEqual([1000, 5])
  })

  test('stay when exchanges leave memory, and go when all is cleared', () => {
    const findings = seenBy([each('a')], new TraceScript().request(1))
    const drop = { exchanges: [1], publishes: [], trimmed: new Set<never>(), cleared: false }
    findings.drop(drop)
    expect(ids(findings)).toEqual(['a'])
    expect(findings.ofExchange(1)).toEqual([])
    findings.drop({ ...drop, cleared: true })
    expect(ids(findings)).toEqual([])
  })
})

describe('what waits', () => {
  const waiting = (atEnd: 'judge' | 'drop'): { rule: Rule; judged: number[] } => {
    const judged: number[] = []
    const watch = ({ later, now }: RuleKit) => ({
      request: () => void later(1000, () => void judged.push(now()), atEnd),
    })
    return { rule: { ...each('a'), watch }, judged }
  }

  test('is judged at its time: by an event, or by the clock', () => {
    const { rule, judged } = waiting('drop')
    const findings = seenBy([rule], new TraceScript().at(5).request(1).at(7).request(2).at(1005).ended(1))
    expect(judged).toEqual([1005])
    expect(findings.nextDue).toBe(1007)
    findings.advance(1006)
    expect(judged).toEqual([1005])
    findings.advance(5000)
    expect(judged).toEqual([1005, 1007])
    expect(findings.nextDue).toBe(Number.POSITIVE_INFINITY)
  })

  test('is judged at the end of the trace, or never, as its rule says', () => {
    for (const atEnd of ['judge', 'drop'] as const) {
      const { rule, judged } = waiting(atEnd)
      seenBy([rule], new TraceScript().at(5).request(1)).finish()
      expect(judged).toEqual(atEnd === 'judge' ? [5] : [])
    }
  })

  test('comes in order, and can be prevented', () => {
    const seen: string[] = []
    const rule: Rule = {
      ...each('a'),
      watch: ({ later }) => ({
        request: () => {
          for (const ms of [30, 10, 20, 10, 5]) {
            const cancel = later(ms, () => void seen.push(`${ms}`), 'drop')
            if (ms === 20) cancel()
          }
        },
      }),
    }
    seenBy([rule], new TraceScript().request(1)).advance(100)
    expect(seen).toEqual(['5', '10', '10', '30'])
  })
})

/** Timers that come when they are told. */
class ManualTimers implements TraceTimers {
  time = 0
  #due: { at: number; callback: () => void }[] = []

  later(callback: () => void, ms: number): () => void {
    const timer = { at: this.time + ms, callback }
    this.#due.push(timer)
    return () => {
      this.#due = this.#due.filter((other) => other !== timer)
    }
  }
  soon(callback: () => void): void {
    this.later(callback, 0)
  }
  clock(): number {
    return this.time
  }
  pass(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#due = this.#due.filter((other) => other !== next)
      this.time = Math.max(this.time, next.at)
      next.callback()
    }
    this.time = end
  }
}

describe('of a running engine', () => {
  const mistake = () =>
    new TraceScript().hold(1, 'stream').at(10).publish(1, { channel: 'C ' }).delivery(1, {}, { channel: 'C ' }).events

  test('are found while nobody looks, the same as in its recording', () => {
    const timers = new ManualTimers()
    const log = new TraceLog({ now: () => timers.time })
    const live = new LiveFindings(log, timers)
    for (const event of mistake()) log.emit(event)
    expect(live.findings.list).toEqual([])
    timers.pass(100)
    expect(live.findings.list).toMatchObject([{ rule: 'channel-mismatch', count: 1, exchanges: [1], messages: [1] }])
    expect(live.findings.list).toEqual(findingsOf(log).list)
    expect(live.findings.list).toEqual(findingsIn(mistake()).list)
    live.stop()
  })

  test('are shown to who looks, also where they are found later', () => {
    const timers = new ManualTimers()
    const log = new TraceLog({ now: () => timers.time })
    const findings = new LiveFindings(log, timers)
    const live = new LiveTrace(log, timers, findings)
    const troubles: (string | undefined)[] = []
    live.watch(({ exchanges }) => troubles.push(...exchanges.map(({ trouble }) => trouble?.text)))
    for (const event of mistake()) log.emit(event)
    timers.pass(200)
    expect(troubles.at(-1)).toBe('near name published')
    live.stop()
    findings.stop()
  })

  test('are cleared with the rest, and are there again when that is undone', () => {
    const timers = new ManualTimers()
    const log = new TraceLog({ now: () => timers.time })
    const live = new LiveFindings(log, timers)
    for (const event of mistake()) log.emit(event)
    timers.pass(100)
    log.clearForNow()
    expect(live.findings.list).toEqual([])
    log.restore()
    timers.pass(100)
    expect(live.findings.list).toHaveLength(1)
    live.stop()
  })
})
