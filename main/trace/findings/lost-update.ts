// A publish that just missed a hold: it came while the backend was at work on the answer that then became the hold. The
// backend may have read its data before or after, so the client may have missed it.
import type { PublishId, TraceTime } from '../events'
import { type Evidence, type Handlers, messagesIn, type Rule, type RuleKit, type Withdraw } from './finding'
import type { ExchangeFacts } from './session-facts'

/** Publishes that are looked at for one hold; of more, the latest. */
const LOOKED_AT = 100
/** Publishes that are remembered while backends are asked; of more, the latest. */
const REMEMBERED_MAX = 10_000

interface Published {
  readonly p: PublishId
  readonly t: TraceTime
  readonly channel: string
  readonly id: string | undefined
  /** It waits for the message before it, and reaches the hold when it goes out. */
  waits: boolean
}

export const lostUpdate: Rule = {
  id: 'lost-update',
  severity: 'error',
  mark: {
    tone: 'attention',
    words: (count) => (count === 1 ? 'may have missed one' : `may have missed ${count}`),
    text: (evidence, { channels }) => sentence(messagesIn(evidence), channels.join(', ')),
  },
  watch: (kit) => new LostUpdates(kit).handlers,
}

class LostUpdates {
  readonly #kit: RuleKit
  /** Publishes by channel, oldest first, and all of them in that order. */
  readonly #byChannel = new Map<string, Published[]>()
  readonly #waiting = new Map<PublishId, Published>()
  #count = 0
  readonly #reported = new WeakMap<ExchangeFacts, Withdraw[]>()
  readonly handlers: Handlers

  constructor(kit: RuleKit) {
    this.#kit = kit
    this.handlers = {
      publish: ({ p, t, channel, id, waiting, dropped }) => {
        if (dropped === undefined) this.#remember({ p, t, channel, id, waits: waiting })
      },
      delivery: ({ p }) => {
        const published = this.#waiting.get(p)
        if (!published) return
        this.#waiting.delete(p)
        published.waits = false
      },
      sent: ({ x, why }) => {
        if (why !== 'filter' && why !== 'gone') this.#askedAgain(x)
      },
      subscribed: ({ x, t, channel, prevId }) => {
        const facts = kit.session.exchange(x)
        if (!facts || facts.ended || facts.held?.mode === 'websocket' || facts.before.has(channel)) return
        this.#look(facts, { t, channel, prevId })
      },
    }
  }

  #remember(published: Published): void {
    if (this.#count >= REMEMBERED_MAX) this.#forgetOldest()
    const { channel, p, waits } = published
    if (waits) this.#waiting.set(p, published)
    const known = this.#byChannel.get(channel) ?? []
    // The channel that was published to last is the last one.
    this.#byChannel.delete(channel)
    this.#byChannel.set(channel, known)
    known.push(published)
    this.#count++
    if (known.length > LOOKED_AT) this.#forget(known)
  }

  /** Of the channel that was published to longest ago. */
  #forgetOldest(): void {
    for (const [channel, known] of this.#byChannel) {
      this.#forget(known)
      if (known.length === 0) this.#byChannel.delete(channel)
      return
    }
  }

  #forget(known: Published[]): void {
    const gone = known.shift()
    if (!gone) return
    this.#count--
    this.#waiting.delete(gone.p)
  }

  /** The backend's next answer has what came before. */
  #askedAgain(x: number): void {
    const facts = this.#kit.session.exchange(x)
    const reported = facts && this.#reported.get(facts)
    if (!reported) return
    this.#reported.delete(facts)
    for (const withdraw of reported) withdraw()
  }

  #look(facts: ExchangeFacts, hold: { t: TraceTime; channel: string; prevId: string | undefined }): void {
    const askedAt = facts.sent?.t
    if (askedAt === undefined) return
    const found = this.#cameBetween(askedAt, hold)
    const [first] = found
    if (!first) return
    const { channel, t } = hold
    const withdraw = this.#kit.report({
      key: channel,
      channel,
      t,
      exchanges: [facts.id],
      messages: found.map(({ p }) => p),
      text: sentence(found.length, channel),
      fix: FIX,
    })
    const reported = this.#reported.get(facts)
    if (reported) reported.push(withdraw)
    else this.#reported.set(facts, [withdraw])
  }

  /** Oldest first. What the hold's prev-id says the client has, and all before it, is left out. What has no id moves no id. */
  #cameBetween(
    askedAt: TraceTime,
    { t, channel, prevId }: { t: TraceTime; channel: string; prevId: string | undefined },
  ): Published[] {
    const known = this.#byChannel.get(channel) ?? []
    const found: Published[] = []
    for (let i = known.length - 1; i >= 0; i--) {
      const published = known[i]
      if (!published || published.t < askedAt) break
      if (published.t >= t) continue
      if (prevId !== undefined && published.id === prevId) break
      if (!published.waits) found.push(published)
    }
    return found.reverse()
  }
}

function sentence(count: number, channels: string): string {
  const what = count === 1 ? 'A message was' : `${count} messages were`
  return `${what} published on ${channels} while the backend was at work on its answer, so the client may have missed ${count === 1 ? 'it' : 'them'}: the backend may have read its data before.`
}

const FIX =
  'Publish with id and prev-id, and name the id of what was read as prev-id of the channel in the instruct: then the request goes to the backend again.'

/** Publishes that an exchange may have missed, as its evidence says. */
export function mayHaveMissed(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(({ rule }) => rule === lostUpdate)
}
