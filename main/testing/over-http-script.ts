// For tests: plays a script against the machine of a WebSocket over HTTP, without sockets. What the machine wants done is
// written down, and done as far as it comes back to the machine.
import { causeWords } from '../grip/cause-words'
import type { WsMessageType } from '../grip/ws-control'
import { decodeEvents, encodeEvents, eventsContentType, type WsEvent } from '../grip/ws-events'
import { defaultLimits } from '../proxy/settings/options'
import type { OverHttpCommand } from '../proxy/websocket/over-http-commands'
import { type OverHttpLimits, OverHttpMachine } from '../proxy/websocket/over-http-machine'

/** What a backend answers: events such as `TEXT hello`, and its headers beside the type. */
export interface EventsAnswer {
  readonly events?: readonly string[]
  readonly headers?: readonly string[]
  readonly status?: number
  readonly type?: string
}

export function event(text: string): WsEvent {
  const [type = '', ...words] = text.split(' ')
  const content = type === 'CLOSE' ? closeContent(words) : Buffer.from(words.join(' '))
  return content.length > 0 ? { type, content } : { type }
}

function closeContent([code, ...words]: readonly string[]): Buffer {
  if (code === undefined) return Buffer.alloc(0)
  const number = Number(code)
  return Buffer.concat([Buffer.from([number >> 8, number & 0xff]), Buffer.from(words.join(' '))])
}

export class OverHttpScript {
  readonly machine: OverHttpMachine
  /** What happened, in order. */
  readonly log: string[] = []
  /** The bodies of all requests. */
  readonly posted: Buffer[] = []
  /** Requests that are at the backend now. */
  asked = 0
  /** The connection is asked for by a timer. */
  timer: 'keep-alive' | 'retry' | undefined
  /** The client may say more. */
  takes = true
  /** The exchange was told the end of it. */
  ends = 0
  /** What happens, once, while the exchange is told something next. */
  meanwhile: (() => void) | undefined

  constructor(limits: Partial<OverHttpLimits> = {}, oneEvent = false) {
    this.machine = new OverHttpMachine({ ...defaultLimits, ...limits }, oneEvent)
    this.#then(() => this.machine.open())
  }

  get over(): boolean {
    return this.machine.at === 'over'
  }

  /** What was written down since the last call. */
  since(): string[] {
    return this.log.splice(0)
  }

  // ---- what comes in -----------------------------------------------------------------------------------------------

  /** Takes the connection. */
  opens(...events: string[]): this {
    return this.answer({ events: ['OPEN', ...events] })
  }

  says(text: string, kind: WsMessageType = 'text'): this {
    return this.part(kind, Buffer.from(text), true, true)
  }

  part(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): this {
    return this.#then(() => {
      this.takes = this.machine.send(kind, data, first, last) && this.takes
    })
  }

  closes(code?: number, reason = ''): this {
    return this.#then(() => this.machine.close(code, reason))
  }

  vanishes(): this {
    return this.#then(() => this.machine.disconnect())
  }

  refresh(): this {
    return this.#then(() => this.machine.refresh())
  }

  detach(): this {
    return this.#then(() => this.machine.detach())
  }

  pause(): this {
    return this.#then(() => this.machine.pause())
  }

  resume(): this {
    return this.#then(() => this.machine.resume())
  }

  stop(): this {
    this.log.push('to stop')
    return this.#then(() => this.machine.stop())
  }

  /** The backend answers. Nothing, if it was not asked. */
  answer({ events = [], headers = [], status = 200, type = eventsContentType }: EventsAnswer): this {
    return this.answerBytes(encodeEvents(events.map(event)), ['Content-Type', type, ...headers], status)
  }

  answerBytes(body: Buffer, headers: readonly string[] = ['Content-Type', eventsContentType], status = 200): this {
    if (this.asked === 0) return this
    this.#then(() => {
      this.machine.answerHead({ status, reason: 'Reason', headers })
      this.machine.answerData(body)
    })
    if (this.asked === 0) return this
    this.asked--
    return this.#then(() => this.machine.answerEnd())
  }

  /** The request fails. @param reached it may have reached the backend */
  fails(reached = false): this {
    if (this.asked === 0) return this
    this.asked--
    return this.#then(() => {
      const again = this.machine.failed({ notConnected: !reached, cause: { code: 'words', text: 'refused' } })
      this.log.push(again ? 'failed, again' : 'failed')
    })
  }

  /** Its timer is due. Nothing, if it has none. */
  due(): this {
    if (!this.timer) return this
    this.timer = undefined
    return this.#then(() => this.machine.timeout())
  }

  // ---- what is to be done ------------------------------------------------------------------------------------------

  #then(happens: () => void): this {
    happens()
    this.#run()
    return this
  }

  #run(): void {
    for (let command = this.machine.nextCommand(); command; command = this.machine.nextCommand()) this.#do(command)
  }

  #do(command: OverHttpCommand): void {
    switch (command.do) {
      case 'post':
        this.timer = undefined
        this.asked++
        this.posted.push(command.body)
        this.log.push([`post (${command.why})`, ...eventsOf(command.body), ...headersOf(command.headers)].join(' '))
        break
      case 'pause-before-retry':
        this.timer = 'retry'
        this.log.push(`pause ${command.failed}`)
        break
      case 'keep-alive':
        this.timer = 'keep-alive'
        this.log.push(`keep alive ${command.ms}`)
        break
      case 'decode':
        this.#then(() => this.machine.decoded(decodeEvents(command.body)))
        break
      case 'hand-over':
        while (this.machine.handOver()) this.#run()
        this.#then(() => this.machine.handedOver())
        break
      case 'stop':
        this.timer = undefined
        this.asked = 0
        this.log.push('stop')
        break
      case 'tell-limit':
        this.log.push(`limit ${command.limit}`)
        break
      case 'drained':
        this.takes = true
        this.#happenMeanwhile()
        break
      default:
        this.log.push(told(command))
        if (ENDS.has(command.do)) this.ends++
        this.#happenMeanwhile()
    }
  }

  #happenMeanwhile(): void {
    const { meanwhile } = this
    this.meanwhile = undefined
    meanwhile?.()
  }
}

const ENDS: ReadonlySet<string> = new Set(['reject', 'unreachable', 'fail', 'disconnect'])

function told(command: OverHttpCommand): string {
  switch (command.do) {
    case 'reject':
      return `reject ${command.status}`
    case 'unreachable':
      return 'unreachable'
    case 'fail':
    case 'disconnect':
      return `${command.do}: ${causeWords(command.why)}`
    case 'note':
      return `note: ${causeWords(command.what)}`
    case 'say':
      return `say ${command.kind} ${command.data.toString()}`.trimEnd()
    case 'close':
      return `close ${command.code ?? ''} ${command.reason}`.trimEnd()
    default:
      return command.do
  }
}

function eventsOf(body: Buffer): string[] {
  const decoded = decodeEvents(body)
  if (!decoded.ok) throw new Error(decoded.problem.message)
  return decoded.events.map(({ type, content }) => {
    if (content === undefined) return type
    return type === 'CLOSE' ? `CLOSE ${content.readUInt16BE(0)}${content.toString('utf8', 2)}` : `${type} ${content}`
  })
}

function headersOf(headers: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) out.push(`${headers[i]}: ${headers[i + 1]}`)
  return out
}
