// ZeroMQ: PULL and SUB take items, REP takes commands, PUB sends statistics (GRIP reference §5). The module is native: where it
// does not load, everything else works and the state says what is missing.
import type { Publisher, Pull, Reply, Subscriber } from 'zeromq'
import { errorWords } from '../grip/error-words'
import { parsePublishFrame } from '../grip/publish-item'
import type { PublishItem } from '../grip/publish-types'
import type { Channels } from '../proxy/channels/channels'
import { sinkForNew } from '../proxy/channels/silent-sink'
import type { ListenerState } from '../proxy/ports/listening'
import type { Problem, PublishVia, TraceSink } from '../trace/events'
import { answerCommand } from './zmq-commands'
import type { ZmqRole, ZmqSpecs } from './zmq-specs'
import type { ZmqStats } from './zmq-stats'

export interface ZmqState extends ListenerState {
  readonly role: ZmqRole
  readonly spec: string
}

/** Messages that wait in a socket. */
const HIGH_WATER_MARK = 25_000
/** Bytes of a message: to read a longer one takes longer than others should wait. */
const MESSAGE_MAX = 10_000_000
/** Bytes of a refused message that are recorded. */
const REFUSED_KEPT = 4096

type Module = typeof import('zeromq')
type Socket = Pull | Subscriber | Reply | Publisher

export class ZmqSockets {
  readonly #channels: Channels
  readonly #sink: TraceSink
  readonly #stats: ZmqStats | undefined
  readonly #bound: Socket[] = []
  #specs: ZmqSpecs = {}

  /** @param stats has statistics to send, where they are asked for. */
  constructor(channels: Channels, sink: TraceSink, stats?: ZmqStats) {
    this.#channels = channels
    this.#sink = sink
    this.#stats = stats
  }

  /** Binds what is asked for and tells what came of each. Never rejects. */
  async start(specs: ZmqSpecs): Promise<ZmqState[]> {
    this.#specs = specs
    const wanted = (['pull', 'sub', 'command', 'stats'] as const).flatMap((role) => {
      const spec = specs[role]
      return spec === undefined ? [] : [{ role, spec }]
    })
    if (wanted.length === 0) return []
    let zmq: Module
    try {
      zmq = await import('zeromq')
    } catch (error) {
      const problem = missing(error as Error)
      return wanted.map(({ role, spec }) => state(role, spec, problem))
    }
    return Promise.all(wanted.map(({ role, spec }) => this.#bind(zmq, role, spec)))
  }

  close(): void {
    this.#channels.audience = undefined
    this.#stats?.close()
    for (const socket of this.#bound.splice(0)) socket.close()
  }

  async #bind(zmq: Module, role: ZmqRole, spec: string): Promise<ZmqState> {
    try {
      const socket = await this.#open(zmq, role, spec)
      // Where any free port was asked for (`tcp://127.0.0.1:*`), this tells which.
      return state(role, socket.lastEndpoint ?? spec, null)
    } catch (error) {
      const { message, code } = error as Error & { code?: string }
      const taken = code === 'EADDRINUSE' || /in use/i.test(message)
      return state(role, spec, {
        field: `zmq-${role}`,
        message: taken
          ? `${spec} is taken by another program, often a second Gripscope or a Pushpin`
          : `cannot bind ${spec}: ${errorWords(error)}`,
        fix: `${taken ? 'Stop that program, choose' : 'Choose'} another address with --zmq-${role}, or do without ZeroMQ (--no-zmq).`,
      })
    }
  }

  #open(zmq: Module, role: ZmqRole, spec: string): Promise<Socket> {
    switch (role) {
      case 'pull':
        return this.#bindPull(zmq, spec)
      case 'sub':
        return this.#bindSub(zmq, spec)
      case 'command':
        return this.#bindCommand(zmq, spec)
      case 'stats':
        return this.#bindStats(zmq, spec)
    }
  }

  async #bindPull(zmq: Module, spec: string): Promise<Socket> {
    const socket = new zmq.Pull({ linger: 0, receiveHighWaterMark: HIGH_WATER_MARK })
    await socket.bind(spec)
    this.#bound.push(socket)
    void this.#each(socket, (parts) => this.#take(parts, 'zmq-pull'))
    return socket
  }

  async #bindSub(zmq: Module, spec: string): Promise<Socket> {
    const socket = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: HIGH_WATER_MARK })
    await socket.bind(spec)
    this.#bound.push(socket)
    this.#channels.audience = {
      gained: (channel) => socket.subscribe(channel),
      lost: (channel) => socket.unsubscribe(channel),
    }
    void this.#each(socket, (parts) => this.#take(parts, 'zmq-sub'))
    return socket
  }

  async #bindCommand(zmq: Module, spec: string): Promise<Socket> {
    const socket = new zmq.Reply({ linger: 0 })
    await socket.bind(spec)
    this.#bound.push(socket)
    void this.#each(socket, async (parts) => {
      const request = parts.length === 1 ? parts[0] : undefined
      await socket.send(answerCommand(request ?? Buffer.alloc(0), this.#channels, this.#specs, this.#sink))
    })
    return socket
  }

  async #bindStats(zmq: Module, spec: string): Promise<Socket> {
    const socket = new zmq.Publisher({ linger: 0 })
    await socket.bind(spec)
    this.#bound.push(socket)
    this.#stats?.start(socket)
    return socket
  }

  /** Runs `take` for each message until the socket is closed. */
  async #each(socket: Pull | Subscriber | Reply, take: (parts: Buffer[]) => void | Promise<void>): Promise<void> {
    try {
      for await (const parts of socket) {
        // The rest waits in the socket.
        if (this.#channels.busy) await this.#channels.idle()
        await take(parts)
      }
    } catch (error) {
      if (!socket.closed)
        this.#refuse(
          'zmq-pull',
          { field: 'message', message: errorWords(error), fix: 'Send it again.' },
          Buffer.alloc(0),
        )
    }
  }

  #take(parts: Buffer[], via: PublishVia): void {
    const sub = via === 'zmq-sub'
    const frame = parts[sub ? 1 : 0]
    if (!frame || parts.length !== (sub ? 2 : 1)) {
      const fix = sub ? 'Send two frames: the channel, then the item.' : 'Send the item in a single frame.'
      this.#refuse(
        via,
        { field: 'message', message: `the message has ${parts.length} frames`, fix },
        frame ?? Buffer.alloc(0),
      )
      return
    }
    if (frame.length > MESSAGE_MAX) {
      const fix = 'Publish smaller items.'
      const message = `the message is ${frame.length} bytes long, of ${MESSAGE_MAX} at most`
      this.#refuse(via, { field: 'message', message, fix }, frame)
      return
    }
    const parsed = parsePublishFrame(frame, sub ? parts[0]?.toString() : undefined)
    if (parsed.ok) this.#publish(parsed.item, via)
    else this.#refuse(via, parsed.problem, frame)
  }

  #publish(item: PublishItem, via: PublishVia): void {
    this.#channels.publish(item, via)
  }

  #refuse(via: PublishVia, problem: Problem, data: Buffer): void {
    const sink = sinkForNew('publish', this.#sink)
    sink.emit({
      type: 'publish-refused',
      t: sink.now(),
      p: sink.nextPublish(),
      via,
      status: 0,
      problem,
      data: sink.keep(data, REFUSED_KEPT),
      size: data.length,
    })
  }
}

function state(role: ZmqRole, spec: string, problem: Problem | null): ZmqState {
  const match = /^tcp:\/\/(.*):(\d+)$/.exec(spec)
  const port = Number(match?.[2] ?? 0)
  return { role, spec, state: problem ? 'failed' : 'listening', address: match?.[1] ?? spec, port, problem }
}

function missing(error: Error): Problem {
  return {
    field: 'zmq',
    message: `the ZeroMQ module does not load here: ${errorWords(error)}`,
    fix: 'Publish over HTTP, or install the optional package zeromq for this system.',
  }
}
