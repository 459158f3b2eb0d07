// The engine of findings: gives each event to the rules that want it, keeps what they report, and knows which exchange,
// publish and channel it is about. Time comes with events, or from whoever has a clock.
import type { ExchangeId, PublishId, TraceEvent, TraceTime } from '../events'
import type { Drop } from '../source'
import { DueTimes } from './due-times'
import {
  type EventType,
  type Evidence,
  type Finding,
  type Report,
  type Rule,
  severities,
  type Withdraw,
} from './finding'
import { SessionFacts } from './session-facts'

/** Findings that are kept; of more, it is only known that there were more. */
const FINDINGS_MAX = 1000
/** The newest exchanges and publishes that a finding names. */
const NEWEST_MAX = 20
/** Evidence that is kept for one exchange, publish or channel: the newest. */
const EVIDENCE_MAX = 100
/** Exchanges, publishes and channels of which evidence is kept, of each kind: the newest. */
const MARKED_MAX = 100_000
const NONE: readonly Evidence[] = []

/** A finding while evidence is added to it. */
class Collected implements Finding {
  readonly rule: string
  readonly severity: Finding['severity']
  readonly channel: string | null
  readonly firstAt: TraceTime
  count = 0
  lastAt: TraceTime
  exchanges: ExchangeId[] = []
  messages: PublishId[] = []
  text = ''
  fix = ''

  constructor({ rule, severity, channel, t }: Evidence) {
    this.rule = rule.id
    this.severity = severity ?? rule.severity
    this.channel = channel ?? null
    this.firstAt = t
    this.lastAt = t
  }

  add({ t, text, fix, exchanges = [], messages = [] }: Evidence): void {
    this.count++
    this.lastAt = Math.max(this.lastAt, t)
    this.text = text
    this.fix = fix
    this.exchanges = newest(this.exchanges, exchanges)
    this.messages = newest(this.messages, messages)
  }

  takeOut({ exchanges = [], messages = [] }: Evidence): void {
    this.count--
    this.exchanges = this.exchanges.filter((x) => !exchanges.includes(x))
    this.messages = this.messages.filter((p) => !messages.includes(p))
  }
}

/** Evidence by what it is about. */
class Marks<K> {
  readonly #of = new Map<K, Evidence[]>()

  of(key: K): readonly Evidence[] {
    return this.#of.get(key) ?? NONE
  }

  add(key: K, evidence: Evidence): void {
    const known = this.#of.get(key)
    if (!known) {
      if (this.#of.size >= MARKED_MAX) this.#forgetFirst()
      this.#of.set(key, [evidence])
      return
    }
    known.push(evidence)
    if (known.length > EVIDENCE_MAX) known.shift()
  }

  takeOut(key: K, evidence: Evidence): void {
    const left = this.of(key).filter((each) => each !== evidence)
    if (left.length > 0) this.#of.set(key, left)
    else this.#of.delete(key)
  }

  forget(key: K): void {
    this.#of.delete(key)
  }

  clear(): void {
    this.#of.clear()
  }

  #forgetFirst(): void {
    for (const first of this.#of.keys()) {
      this.#of.delete(first)
      return
    }
  }
}

export class Findings {
  readonly #session = new SessionFacts()
  readonly #handlers = new Map<EventType, ((event: TraceEvent) => void)[]>()
  readonly #due = new DueTimes()
  readonly #found = new Map<string, Collected>()
  readonly #exchanges = new Marks<ExchangeId>()
  readonly #publishes = new Marks<PublishId>()
  readonly #channels = new Marks<string>()
  readonly #collected = new WeakMap<Evidence, Collected>()
  readonly #listeners = new Set<(evidence: Evidence) => void>()
  #now: TraceTime = 0
  #leftOut = 0

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) this.#watch(rule)
  }

  /** All findings: the gravest first, of these the newest. */
  get list(): Finding[] {
    const rank = ({ severity }: Finding): number => severities.indexOf(severity)
    return [...this.#found.values()].sort((a, b) => rank(a) - rank(b) || b.lastAt - a.lastAt)
  }

  /** Reports that were not kept, because there are too many findings. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** When something is to be judged next, whether or not events come; Infinity: nothing is. */
  get nextDue(): TraceTime {
    return this.#due.next
  }

  ofExchange(x: ExchangeId): readonly Evidence[] {
    return this.#exchanges.of(x)
  }

  ofPublish(p: PublishId): readonly Evidence[] {
    return this.#publishes.of(p)
  }

  ofChannel(name: string): readonly Evidence[] {
    return this.#channels.of(name)
  }

  /** Tells of evidence that was added, or taken back. The function returned ends it. */
  onEvidence(listener: (evidence: Evidence) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  apply(event: TraceEvent): void {
    if (event.t > this.#now) this.advance(event.t)
    this.#session.apply(event)
    const handlers = this.#handlers.get(event.type)
    if (handlers) for (const handle of handlers) handle(event)
  }

  /** So much time has passed: judges what is due. @param t milliseconds since the trace began */
  advance(t: TraceTime): void {
    if (this.#due.next <= t) {
      for (let due = this.#due.take(t); due; due = this.#due.take(t)) {
        this.#now = Math.max(this.#now, due.t)
        due.judge()
      }
    }
    if (t > this.#now) this.#now = t
  }

  /** The trace has ended: judges what waits and is judged at the end. */
  finish(): void {
    for (const judge of this.#due.takeRest()) judge()
  }

  /** Forgets what is about exchanges and publishes that are gone. The findings stay, unless all was cleared. */
  drop({ exchanges, publishes, cleared }: Drop): void {
    for (const x of exchanges) this.#exchanges.forget(x)
    for (const p of publishes) this.#publishes.forget(p)
    if (!cleared) return
    this.#found.clear()
    this.#channels.clear()
    this.#leftOut = 0
  }

  #watch(rule: Rule): void {
    const handlers = rule.watch({
      session: this.#session,
      now: () => this.#now,
      report: (report) => this.#take(rule, report),
      later: (ms, judge, atEnd) => this.#due.set(this.#now + ms, judge, atEnd),
    })
    for (const [type, handle] of Object.entries(handlers)) {
      // It is called for events of this type only.
      const handler = handle as (event: TraceEvent) => void
      const known = this.#handlers.get(type as EventType)
      if (known) known.push(handler)
      else this.#handlers.set(type as EventType, [handler])
    }
  }

  #take(rule: Rule, report: Report): Withdraw {
    const evidence: Evidence = { ...report, rule, t: report.t ?? this.#now }
    const { exchanges = [] } = evidence
    const yields = exchanges.some((x) => this.#exchanges.of(x).some((other) => isSilencedBy(rule, other.rule)))
    if (yields) return () => {}
    for (const x of exchanges) {
      for (const other of this.#exchanges.of(x).filter((each) => isSilencedBy(each.rule, rule))) this.#takeBack(other)
    }
    const key = keyOf(evidence)
    let found = this.#found.get(key)
    if (!found) {
      if (this.#found.size >= FINDINGS_MAX) {
        this.#leftOut++
        return () => {}
      }
      found = new Collected(evidence)
      this.#found.set(key, found)
    }
    found.add(evidence)
    this.#collected.set(evidence, found)
    this.#forEachMark(evidence, (marks, of) => marks.add(of, evidence))
    this.#tell(evidence)
    return () => this.#takeBack(evidence)
  }

  #takeBack(evidence: Evidence): void {
    const found = this.#collected.get(evidence)
    if (!found) return
    this.#collected.delete(evidence)
    const key = keyOf(evidence)
    found.takeOut(evidence)
    // What was cleared stays gone.
    if (found.count === 0 && this.#found.get(key) === found) this.#found.delete(key)
    this.#forEachMark(evidence, (marks, of) => marks.takeOut(of, evidence))
    this.#tell(evidence)
  }

  #forEachMark(
    { exchanges = [], messages = [], channel }: Evidence,
    mark: <K extends ExchangeId | string>(marks: Marks<K>, of: K) => void,
  ): void {
    for (const x of exchanges) mark(this.#exchanges, x)
    for (const p of messages) mark(this.#publishes, p)
    if (channel !== undefined) mark(this.#channels, channel)
  }

  #tell(evidence: Evidence): void {
    for (const listener of this.#listeners) listener(evidence)
  }
}

function keyOf({ rule, severity, key }: Evidence): string {
  return `${rule.id} ${severity ?? rule.severity} ${key}`
}

function isSilencedBy(rule: Rule, other: Rule): boolean {
  if (!rule.yieldsTo || rule === other) return false
  // Two that yield to all do not silence each other.
  return rule.yieldsTo === 'all' ? other.yieldsTo !== 'all' : rule.yieldsTo.includes(other.id)
}

function newest<T>(known: T[], more: readonly T[]): T[] {
  if (more.length === 0) return known
  const all = known.concat(more.filter((each) => !known.includes(each)))
  return all.length > NEWEST_MAX ? all.slice(-NEWEST_MAX) : all
}
