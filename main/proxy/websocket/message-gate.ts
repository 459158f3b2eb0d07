// The messages of one WebSocket at the gate, each way: one that is stopped waits, and what its side does later waits behind it.
// A message that comes in parts is put together first.
import type { WsMessageType } from '../../grip/ws-control'
import type { ExchangeId, PauseEnd, TraceSink } from '../../trace/events'
import type { Gate } from '../gate/gate'
import type { PassingMessage, Verdict } from '../gate/passing'
import type { Paused } from '../gate/paused'
import { WaitingLine, type WaitingPlace } from '../gate/waiting-line'

export type MessageSide = PassingMessage['from']
type Kind = PassingMessage['kind']

/** What the gate does to its WebSocket. */
export interface MessageGateOwner {
  readonly id: ExchangeId
  readonly sink: TraceSink
  /** A message goes on, whole. */
  passMessage(from: MessageSide, kind: Kind, data: Buffer): void
  /** Who sent a message gets this for it. */
  answerMessage(from: MessageSide, kind: Kind, data: Buffer): void
  /** A message goes nowhere. */
  dropMessage(from: MessageSide, kind: Kind, data: Buffer): void
  /** Much waits of this side: it is not heard for now. */
  hear(from: MessageSide, on: boolean): void
}

interface Waiting {
  readonly thing: Paused<PassingMessage> | undefined
  act: () => void
  readonly bytes: number
}

/** Messages of one side that wait. At the bound, the oldest goes. */
const LINE_MAX = 1000
/** Bytes of one side that wait before it is not heard any more. */
const BYTES_MAX = 1024 * 1024

/** One way. */
class Way {
  readonly line = new WaitingLine<Waiting>()
  parts: Buffer[] = []
  bytes = 0
  /** A message that began before anybody stood at the gate goes by. */
  passing = false
}

export class MessageGate {
  readonly #gate: Gate
  readonly #owner: MessageGateOwner
  readonly #ways: Readonly<Record<MessageSide, Way>> = { client: new Way(), backend: new Way() }
  #over = false

  constructor(gate: Gate, owner: MessageGateOwner) {
    this.#gate = gate
    this.#owner = owner
  }

  /** A message or a part of one. False: it goes on as it is. */
  says(from: MessageSide, kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (this.#over || (kind !== 'text' && kind !== 'binary')) return false
    const way = this.#ways[from]
    if (way.passing || (!first && way.parts.length === 0)) {
      way.passing = !last
      return false
    }
    if (first && last) return this.#whole(way, from, kind, data)
    // Copied: what the socket reads into is used again.
    way.parts.push(Buffer.from(data))
    if (!last) return true
    const whole = Buffer.concat(way.parts)
    way.parts = []
    if (!this.#whole(way, from, kind, whole)) this.#owner.passMessage(from, kind, whole)
    return true
  }

  /** What a side does after its messages, such as a close. False: it may do it at once. */
  after(from: MessageSide, act: () => void): boolean {
    const { line } = this.#ways[from]
    if (this.#over || line.length === 0) return false
    line.add({ thing: undefined, act, bytes: 0 }, true)
    return true
  }

  /** The WebSocket is over: nothing waits any more. */
  end(): void {
    this.#over = true
    for (const { line } of Object.values(this.#ways)) for (const { thing } of line.values()) thing?.over()
  }

  #whole(way: Way, from: MessageSide, kind: Kind, said: Buffer): boolean {
    // Copied: what the socket reads into is not kept while it waits.
    const data = Buffer.from(said)
    const { id: x, sink } = this.#owner
    let place: WaitingPlace<Waiting> | undefined
    const passing: PassingMessage = { what: 'message', x, from, kind, data }
    const thing = this.#gate.stop(passing, sink, (verdict, how) => {
      if (!place) return
      place.value.act = () => this.#decided(passing, verdict, how)
      place.open = true
      this.#flush(way, from)
    })
    if (!thing && way.line.length === 0) return false
    const act = (): void => this.#owner.passMessage(from, kind, data)
    place = way.line.add({ thing, act, bytes: data.length }, thing === undefined)
    way.bytes += data.length
    if (way.bytes > BYTES_MAX) this.#owner.hear(from, false)
    thing?.shown()
    if (way.line.length > LINE_MAX) way.line.first?.thing?.giveWay()
    return true
  }

  #decided({ from, kind, data }: PassingMessage, verdict: Verdict<PassingMessage>, how: PauseEnd): void {
    if (how === 'over' || this.#over) return
    switch (verdict.do) {
      case 'go':
        this.#owner.passMessage(from, kind, data)
        break
      case 'change':
        this.#owner.passMessage(from, verdict.to.kind, verdict.to.data)
        break
      case 'answer':
        this.#owner.dropMessage(from, kind, data)
        this.#owner.answerMessage(from, verdict.with.kind, verdict.with.data)
        break
      case 'drop':
        this.#owner.dropMessage(from, kind, data)
    }
  }

  #flush(way: Way, from: MessageSide): void {
    for (let next = way.line.take(); next; next = way.line.take()) {
      way.bytes -= next.bytes
      next.act()
    }
    if (way.line.length === 0) this.#owner.hear(from, true)
  }
}
