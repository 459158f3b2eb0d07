// What holds of all kinds have in common: they are receivers, decide first, and then do what they have decided, in order.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { TraceSink } from '../../trace/events'
import type { Decision } from '../channels/decision'
import type { Delivery, Receiver, Subscription } from '../channels/delivery'
import { isRecorded } from '../channels/silent-sink'
import type { WaitingRoom } from '../channels/waiting-messages'
import type { ExchangeScope } from '../exchange/exchange-scope'
import type { ProxyOptions } from '../settings/options'
import { FilterAsker, type FilterListener } from './filter-asker'
import type { FilterCommand, FilterQueue } from './filter-queue'

/** `Command`: what a kind of hold does besides asking the backends of filters. */
export abstract class Hold<Command extends { readonly do: string }> implements Receiver, FilterListener {
  abstract readonly kind: Receiver['kind']
  abstract readonly connectionId: string
  abstract readonly meta: Readonly<Record<string, string>>
  abstract readonly subscriptions: readonly Subscription[]
  abstract readonly looking: boolean
  #asker: FilterAsker | undefined

  get exchangeId(): number {
    return this.owner.id
  }

  get sink(): TraceSink {
    return this.owner.sink
  }

  get unrecorded(): boolean {
    return !isRecorded(this.owner)
  }

  get options(): ProxyOptions {
    return this.owner.context.options
  }

  get waitingRoom(): WaitingRoom {
    return this.owner.context.waitingRoom
  }

  /** Faults are told to the client. */
  get debug(): boolean {
    return this.owner.debug
  }

  abstract take(delivery: Delivery, subscription: Subscription): Decision
  abstract refresh(why: Parameters<Receiver['refresh']>[0]): void

  act(delivery: Delivery, decision: Decision): void {
    if (decision.act === 'send') this.send(delivery, decision.made)
    this.run()
  }

  /** Does what was decided, until nothing is left. */
  run(): void {
    for (let command = this.next(); command; command = this.next()) {
      if (isOfFilters(command)) this.#doForFilters(command)
      else this.do(command)
    }
  }

  /** True: a filter's request to this URL may go at once. False: it waits for its turn. */
  mayAsk(url: string): boolean {
    return this.owner.context.filterRate.take(url, this.#filterAsker)
  }

  filterAnswered(status: number, action: string, body: Buffer): void {
    this.filters?.answered(status, action, body)
    this.run()
  }

  filterUnanswered(why: Cause): void {
    this.filters?.unanswered(why)
    this.run()
  }

  protected abstract readonly owner: ExchangeScope
  protected abstract readonly filters: FilterQueue | undefined
  /** Takes the next command. */
  protected abstract next(): Command | FilterCommand | undefined
  protected abstract do(command: Command): void
  /** Sends an item. @param made what filters made of its content */
  protected abstract send(delivery: Delivery, made: Buffer | undefined): void

  get #filterAsker(): FilterAsker {
    this.#asker ??= new FilterAsker(this.owner, this)
    return this.#asker
  }

  #doForFilters(command: FilterCommand): void {
    switch (command.do) {
      case 'request-filter':
        this.#filterAsker.ask(command)
        break
      case 'stop-filter':
        this.#asker?.stop()
        break
      case 'settle':
        command.delivery.settle(this, command.decision)
        break
      case 'go-on-filtering':
        this.filters?.goOn()
    }
  }
}

const OF_FILTERS: ReadonlySet<string> = new Set<FilterCommand['do']>([
  'request-filter',
  'stop-filter',
  'settle',
  'go-on-filtering',
])

function isOfFilters(command: { readonly do: string }): command is FilterCommand {
  return OF_FILTERS.has(command.do)
}
