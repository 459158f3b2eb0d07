// The life of a WebSocket, without living it: what its client, its backend and publishes do comes in as calls, and what is
// to be done comes out as commands. Messages do not come by here, they only ask `hears` and `at`.
import type { Cause } from '../../../preload/vocabulary/causes'
import { causeWords } from '../../grip/cause-words'
import type { Target } from '../../grip/route-types'
import { closeFault, cutReason } from '../../grip/ws-frames'
import type { ClosedBy, EndReason, RawHeaders } from '../../trace/events'
import { noTarget } from '../exchange/no-target'
import { Commands } from '../holds/commands'
import type { HandshakeFault } from './handshake'
import type { Rejection } from './rejection'
import type { WebSocketCommand } from './websocket-commands'

type State =
  /** A backend was asked. `tried`: targets so far. */
  | { readonly at: 'opening'; readonly tried: number }
  | { readonly at: 'open' }
  /** The client closed, the backend is to answer. `well`: the client says that all is well. */
  | { readonly at: 'client-closing'; readonly well: boolean }
  /** The backend closed, the client is to answer. */
  | { readonly at: 'backend-closing' }
  | { readonly at: 'over' }

/** What the machine knows of the world. */
export interface WebSocketWorld {
  /** Errors are told to the client. */
  readonly debug: boolean
  /** In their order; undefined: the request takes no route. */
  readonly targets: readonly Target[] | undefined
}

const OPEN: State = { at: 'open' }
const BACKEND_CLOSING: State = { at: 'backend-closing' }
const OVER: State = { at: 'over' }
/** Close code of an end point that goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001
/** Close code for text that is not valid UTF-8. */
const NOT_UTF8 = 1007
/** Close code of an end point that can't go on. */
const FAILED = 1011
/** Codes of a close with which nothing is wrong: done, and going away. */
const NORMAL = new Set([1000, GOING_AWAY])
/** From here on, codes mean what an application says. */
const OWN_CODES = 3000
const STOPPED: Cause = { code: 'proxy-stopped' }

export class WebSocketMachine {
  readonly #world: WebSocketWorld
  readonly #commands = new Commands<WebSocketCommand>()
  #state: State = { at: 'opening', tried: 0 }
  /** The backend asked to be left alone. */
  #detached = false
  /** Who closed it first, and with which code. */
  #closed: { readonly by: ClosedBy; readonly code?: number } | undefined
  /** Text that went to the client and is not valid UTF-8. */
  #badText: Cause | undefined
  /** What was odd and did not end it. */
  #noted: Cause | undefined

  constructor(world: WebSocketWorld) {
    this.#world = world
  }

  get at(): State['at'] {
    return this.#state.at
  }

  /** The client may be told something: also after its close, until the backend has answered that. */
  get hears(): boolean {
    return this.#state.at === 'open' || this.#state.at === 'client-closing'
  }

  /** The backend asked to be left alone: what the client says goes nowhere. */
  get detached(): boolean {
    return this.#detached
  }

  /** What is to be done next; undefined: nothing. */
  nextCommand(): WebSocketCommand | undefined {
    return this.#commands.next()
  }

  // ---- the handshake -----------------------------------------------------------------------------------------------

  /** @param fault why the request can't be taken. @param asked what it asked for, where no route takes it */
  start(stopping: boolean, fault: HandshakeFault | undefined, asked: { host: string; url: string }): void {
    if (stopping) this.#refuse(503, 'stopped', STOPPED)
    else if (fault) this.#refuse(fault.status, 'bad-request', fault.why, fault.headers)
    else if (this.#world.targets) this.#askNext()
    else this.#refuse(502, 'no-route', { code: 'no-route', ...asked })
  }

  /** The backend takes it. */
  backendAccepts(headers: RawHeaders): void {
    if (this.#state.at !== 'opening') return
    this.#state = OPEN
    this.#commands.put({ do: 'accept', headers })
  }

  /** The backend answered something else than a WebSocket. */
  backendRejects({ answer, limit, how, why }: Rejection): void {
    if (this.#state.at !== 'opening') return
    if (limit !== undefined) this.#commands.put({ do: 'tell-limit', limit: 'webSocketRejectionMax', cause: limit })
    this.#commands.put({ do: 'reject', ...answer })
    this.#end(how, why)
  }

  /** The target could not be reached. */
  backendUnreachable(why: Cause): void {
    this.#askNext(why)
  }

  /** @param why the one before could not be reached */
  #askNext(why?: Cause): void {
    const state = this.#state
    if (state.at !== 'opening') return
    const { targets = [] } = this.#world
    const target = targets[state.tried]
    if (!target) {
      this.#refuse(502, 'backend-failed', noTarget(targets, why))
      return
    }
    this.#state = { at: 'opening', tried: state.tried + 1 }
    this.#commands.put({ do: 'ask', target, why: state.tried === 0 ? 'request' : 'failover' })
  }

  /** Answers the handshake with an error page. It says why only where it may: the trace always knows. */
  #refuse(status: number, how: EndReason, why: Cause, headers: RawHeaders = []): void {
    const tells = this.#world.debug || status < 500 || how === 'stopped'
    const body = Buffer.from(`${tells ? causeWords(why) : 'Error while proxying to origin.'}\n`)
    this.#commands.put({ do: 'reject', status, reason: undefined, headers, body })
    this.#end(how, why)
  }

  // ---- the backend -------------------------------------------------------------------------------------------------

  /** It broke off, or said what can't be understood. */
  backendFailed(why: Cause): void {
    const state = this.#state
    switch (state.at) {
      case 'opening':
        this.#refuse(502, 'backend-failed', why)
        break
      case 'client-closing':
        // Nobody answers the client's close: it sees the connection break, as behind Pushpin.
        this.#commands.put({ do: 'drop-client' })
        this.#end(leftBy(state.well), why)
        break
      case 'open':
      case 'backend-closing':
        this.#closeByProxy(FAILED, this.#world.debug ? cutReason(causeWords(why)) : '')
        this.#end('backend-failed', why)
        break
      case 'over':
    }
  }

  /** It wants the connection broken off, without a close. */
  backendDisconnects(why: Cause): void {
    const state = this.#state
    if (state.at === 'over') return
    this.#noteClose('backend', undefined)
    this.#commands.put({ do: 'drop-client' })
    this.#end(state.at === 'client-closing' ? leftBy(state.well) : 'closed', why)
  }

  /** It made a mistake that can be lived with. */
  backendErred(what: Cause): void {
    this.#noted ??= what
  }

  /** It closes, or answers the client's close. */
  backendCloses(code: number | undefined, reason: string): void {
    const state = this.#state
    if (state.at === 'over') return
    // Said again in answer to what the client had said before: it knows.
    const passed = state.at !== 'backend-closing'
    this.#commands.put({ do: 'record-close', from: 'backend', code, reason, passed })
    if (!passed) return
    this.#noteClose('backend', code)
    if (state.at === 'client-closing') {
      this.#closeClient(code, reason)
      this.#end(leftBy(state.well), undefined, false)
    } else {
      this.#state = BACKEND_CLOSING
      this.#commands.put({ do: 'release-session' })
      this.#closeClient(code, reason)
    }
  }

  /** It asked to be left alone. */
  detach(): void {
    const state = this.#state
    if (this.#detached || state.at === 'over') return
    this.#detached = true
    this.#commands.put({ do: 'detach-backend' })
    // It will not answer the client's close.
    if (state.at === 'client-closing') this.#closeDetached(state.well)
  }

  // ---- the client --------------------------------------------------------------------------------------------------

  /** It closes, or answers the backend's close. */
  clientCloses(code: number | undefined, reason: string): void {
    const { at } = this.#state
    if (at !== 'open' && at !== 'backend-closing') return
    this.#commands.put({ do: 'record-close', from: 'client', code, reason, passed: !this.#detached })
    this.#noteClose('client', code)
    if (code === NOT_UTF8 && this.#badText !== undefined) this.#noted ??= this.#badText
    const well = code === undefined || NORMAL.has(code) || code >= OWN_CODES
    if (this.#detached) {
      this.#closeDetached(well)
      return
    }
    this.#commands.put({ do: 'close-backend', code, reason })
    if (at === 'backend-closing') this.#end('closed', undefined, false)
    else this.#state = { at: 'client-closing', well }
  }

  /** The client closed, and no backend hears of it. */
  #closeDetached(well: boolean): void {
    this.#commands.put({ do: 'close-client', code: undefined, reason: '' })
    this.#end(leftBy(well), undefined, false)
  }

  /** It is gone without a close. */
  clientGone(): void {
    const state = this.#state
    if (state.at === 'over') return
    this.#commands.put({ do: 'record-gone', passed: !this.#detached })
    this.#commands.put({ do: 'disconnect-backend' })
    const closed = state.at === 'backend-closing' || (state.at === 'client-closing' && state.well)
    this.#end(closed ? 'closed' : 'client-left', undefined, false)
  }

  /** It broke the protocol and was closed with this code. */
  clientBroke(code: number, fault: Cause): void {
    if (this.#state.at === 'over') return
    this.#commands.put({ do: 'disconnect-backend' })
    this.#noteClose('proxy', code)
    this.#end('bad-request', { code: 'client-protocol', fault, close: code }, false)
  }

  /** It does not read what it is sent. */
  clientSlow(why: Cause): void {
    if (this.#state.at === 'over') return
    this.#commands.put({ do: 'drop-client' })
    this.#commands.put({ do: 'disconnect-backend' })
    this.#end('client-slow', why, false)
  }

  /** It gets text that is not valid UTF-8: it may close for that. */
  noteBadText(what: Cause): void {
    this.#badText = what
  }

  // ---- publishes and the proxy -------------------------------------------------------------------------------------

  closeByPublish(code: number | undefined, reason: string): void {
    if (this.#state.at !== 'open') return
    this.#noteClose('publish', code)
    // Without a code there is no place for a reason.
    this.#closeBoth(code, code === undefined ? '' : reason)
  }

  /** Something about a subscription can't work. */
  closeWithError(why: Cause): void {
    if (this.#state.at === 'open') this.#closeBoth(FAILED, this.#world.debug ? cutReason(causeWords(why)) : '', why)
  }

  /** The proxy stops. The client is told to go away. */
  stop(): void {
    const { at } = this.#state
    if (at === 'opening') this.#refuse(503, 'stopped', STOPPED)
    if (at === 'opening' || at === 'over') return
    this.#commands.put({ do: 'record-close', from: 'proxy', code: GOING_AWAY, reason: '', passed: true })
    this.#noteClose('proxy', GOING_AWAY)
    this.#end('stopped')
    this.#commands.put({ do: 'close-client', code: GOING_AWAY, reason: '' })
  }

  #closeBoth(code: number | undefined, reason: string, why?: Cause): void {
    if (!this.#detached) this.#commands.put({ do: 'close-backend', code: undefined, reason: '' })
    this.#closeByProxy(code, reason)
    this.#end('closed', why, false)
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  #closeByProxy(code: number | undefined, reason: string): void {
    this.#commands.put({ do: 'record-close', from: 'proxy', code, reason, passed: true })
    this.#noteClose('proxy', code)
    this.#closeClient(code, reason)
  }

  /** The first one counts: a close that answers another one says the same. */
  #noteClose(by: ClosedBy, code: number | undefined): void {
    this.#closed ??= { by, ...(code !== undefined && { code }) }
  }

  #closeClient(code: number | undefined, reason: string): void {
    if (code !== undefined) this.#noted ??= closeFault(code, reason)
    this.#commands.put({ do: 'close-client', code, reason })
  }

  /** @param stops the backend is stopped; false: it has been told and ends by itself */
  #end(how: EndReason, why?: Cause, stops = true): void {
    this.#state = OVER
    const noted = this.#noted
    const end = { how, ...(why && { cause: why }), ...(noted && { noted }), ...this.#closed }
    this.#commands.put({ do: 'end', stops, end })
  }
}

/** How it has ended where the client ends it: a proper close is no more than that. */
function leftBy(well: boolean): EndReason {
  return well ? 'closed' : 'client-left'
}
