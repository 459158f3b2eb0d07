// Publishes at the gate: one that is stopped waits, and what comes later to its channel waits behind it.
import type { PublishItem } from '../../grip/publish-types'
import type { PauseEnd, PublishCall, PublishId, PublishVia, TraceSink } from '../../trace/events'
import type { Gate } from '../gate/gate'
import type { PassingPublish } from '../gate/passing'
import type { Paused } from '../gate/paused'
import { WaitingLine, type WaitingPlace } from '../gate/waiting-line'
import { publishEvent } from './publish-event'

/** An item that has come, and has no place in the order of its channel yet. */
export interface Arrived {
  readonly item: PublishItem
  readonly p: PublishId
  readonly via: PublishVia
  readonly call?: PublishCall | undefined
  /** How it left the gate. Left out: it did not wait there. */
  readonly left?: PauseEnd
  /** Its event is in the trace, and says that it waits: how it left is recorded too. */
  readonly pause?: { readonly pause: number; readonly how: PauseEnd; readonly changed: boolean }
}

interface Waiting {
  arrived: Arrived
  /** It was stopped itself. */
  readonly thing: Paused<PassingPublish> | undefined
  /** Of what waits behind: the pause in front of it. */
  readonly pause: number
  /** It is in the trace. */
  readonly recorded: boolean
  how: PauseEnd
  changed: boolean
}

/** Items of one channel that wait. At the bound, the oldest goes. */
const LANE_MAX = 1000

export class PublishGate {
  readonly #gate: Gate
  readonly #sink: TraceSink
  readonly #go: (arrived: Arrived) => void
  readonly #lanes = new Map<string, WaitingLine<Waiting>>()

  /** @param go takes what may go on, in order. */
  constructor(gate: Gate, sink: TraceSink, go: (arrived: Arrived) => void) {
    this.#gate = gate
    this.#sink = sink
    this.#go = go
  }

  /** Something waits on this channel: its order stands still. */
  waitsOn(channel: string): boolean {
    return this.#lanes.has(channel)
  }

  /** True: it waits, and goes on by itself. Only asked while somebody stands at the gate. */
  stops(arrived: Arrived): boolean {
    const { item, p, via } = arrived
    const lane = this.#lanes.get(item.channel)
    let place: WaitingPlace<Waiting> | undefined
    const passing: PassingPublish = { what: 'publish', p, via, item }
    const thing = this.#gate.stop(passing, undefined, (verdict, how) => {
      if (place) this.#decided(place, verdict.do === 'change' ? verdict.to.item : item, how)
    })
    if (!thing && !lane) return false
    place = this.#line(item.channel).add(
      {
        arrived,
        thing,
        pause: thing?.pause ?? lane?.first?.pause ?? 0,
        recorded: this.#sink.recording || via === 'app',
        how: 'unchanged',
        changed: false,
      },
      thing === undefined,
    )
    if (place.value.recorded) this.#record(place.value)
    thing?.shown()
    this.#makeRoom(item.channel)
    return true
  }

  #line(channel: string): WaitingLine<Waiting> {
    let lane = this.#lanes.get(channel)
    if (!lane) {
      lane = new WaitingLine()
      this.#lanes.set(channel, lane)
    }
    return lane
  }

  #record({ arrived, pause, thing }: Waiting): void {
    const { item, p, via, call } = arrived
    const t = this.#sink.now()
    const formats = this.#sink.keep(item.published, item.published.length)
    this.#sink.emit({ ...publishEvent(item, { t, p, via, formats, waiting: false, call }), paused: true })
    this.#sink.emit({ type: 'publish-paused', t, p, pause, ...(thing === undefined && { behind: true as const }) })
  }

  #decided(place: WaitingPlace<Waiting>, item: PublishItem, how: PauseEnd): void {
    const { arrived } = place.value
    place.value.changed = item !== arrived.item
    place.value.arrived = { ...arrived, item }
    place.value.how = how
    place.open = true
    this.#flush(place.value.thing?.passing.item.channel ?? arrived.item.channel)
  }

  /** Lets those go that may, in order. */
  #flush(channel: string): void {
    const lane = this.#lanes.get(channel)
    if (!lane) return
    const going: Waiting[] = []
    for (let next = lane.take(); next; next = lane.take()) going.push(next)
    if (lane.length === 0) this.#lanes.delete(channel)
    for (const { arrived, pause, recorded, how, changed } of going)
      this.#go({ ...arrived, left: how, ...(recorded && { pause: { pause, how, changed } }) })
  }

  #makeRoom(channel: string): void {
    const lane = this.#lanes.get(channel)
    if (lane && lane.length > LANE_MAX) lane.first?.thing?.giveWay()
  }
}
