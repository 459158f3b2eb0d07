// A publish to nobody whose channel differs little from one on which somebody is held: a slip of typing, case or a slash.
import type { DeliveryEvent, TraceTime } from '../events'
import { type Evidence, type Handlers, messagesIn, type Rule, type RuleKit } from './finding'
import { NearChannels } from './near-channels'
import type { ExchangeFacts } from './session-facts'

export const channelMismatch: Rule = {
  id: 'channel-mismatch',
  severity: 'error',
  mark: {
    tone: 'attention',
    words: () => 'near name published',
    text: (evidence, { channels }) => {
      const times = messagesIn(evidence)
      const said = times === 1 ? '' : `, ${times} times`
      const name = evidence.at(-1)?.channel ?? ''
      return `${named(name)} was published to, but nobody listens there${said}. This exchange is held on ${channels.map(named).join(', ')}.`
    },
  },
  watch: (kit) => new Mismatches(kit).handlers,
}

class Mismatches {
  readonly #kit: RuleKit
  readonly #near = new NearChannels()
  readonly handlers: Handlers

  constructor(kit: RuleKit) {
    this.#kit = kit
    this.handlers = {
      delivery: (event) => this.#delivery(event),
      subscribed: ({ x, t, channel }) => {
        const facts = kit.session.exchange(x)
        if (!facts || facts.ended) return
        this.#near.heard(channel, prefixOf(facts))
        for (const { p, channel: named } of this.#near.heldNow(channel, t)) this.#report(p, named, channel, t)
      },
    }
  }

  #delivery({ p, t, channel, exchanges }: DeliveryEvent): void {
    const { session } = this.#kit
    if (exchanges.length > 0 || session.channel(channel)?.heard) return
    const near = this.#near.find(p, channel, t, (name) => session.isHeld(name))
    if (near !== null) this.#report(p, channel, near, t)
  }

  #report(p: number, channel: string, meant: string, t: TraceTime): void {
    const exchanges = this.#kit.session.channel(meant)?.latest ?? []
    this.#kit.report({
      key: channel,
      channel,
      meant,
      t,
      exchanges,
      messages: [p],
      text: `${named(channel)} was published to, but nobody listens there. ${exchanges.length === 1 ? 'A client is' : 'Clients are'} held on ${named(meant)}.`,
      fix: 'If you meant the same channel, use the same name in the publish and in the instruct.',
    })
  }
}

/** What the route puts before the channels that its backend names, as its line says. */
function prefixOf({ sent }: ExchangeFacts): string {
  const conditions = sent?.route.trimStart().split(/\s/, 1)[0] ?? ''
  return /(?:^|,)prefix=([^,]*)/.exec(conditions)?.[1] ?? ''
}

/** A name as a sentence has it: white space at its ends must be seen. */
function named(channel: string): string {
  return channel.trim() === channel && channel !== '' ? channel : JSON.stringify(channel)
}

/** Publishes to a near name, as evidence says. */
export function nearNames(evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(({ rule }) => rule === channelMismatch)
}

/** The channel that was meant, by the latest evidence about a channel's name. */
export function meantBy(evidence: readonly Evidence[], channel: string): string | null {
  return nearNames(evidence).findLast((each) => each.channel === channel)?.meant ?? null
}
