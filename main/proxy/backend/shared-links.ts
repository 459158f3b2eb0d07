// Asks the links of streams, once for all holds that want the same: as in Pushpin, a link that is asked while a request
// for the same path and the same Grip-Last is under way gets that one's answer. How much one backend is asked at a time
// is bounded; what is more waits, and paths take turns.
import type { Target } from '../../grip/route-types'
import type { ExchangeId, SharedWith } from '../../trace/events'
import type { AnswerListener, BackendFailure, BackendRequest, OutgoingRequest, Upstream } from './upstream'

/** Bytes of an answer up to which others may still join: they get what has come so far. As in Pushpin. */
const JOIN_MAX = 100_000

/** Who wants a link's answer. Exactly one of onEnd and onFail is called last, unless it stops. */
export interface LinkListener {
  readonly exchangeId: ExchangeId
  /** Too many are asked: it waits for its turn. */
  onWait(): void
  /** The backend is asked now, or was already. @param shared for another exchange */
  onSent(shared: SharedWith | undefined): void
  onHead(status: number, reason: string, headers: string[]): void
  /** Return false to be given no more until `resume()`. Those who share an answer wait for one another. */
  onData(chunk: Buffer): boolean
  onEnd(): void
  onFail(target: Target, failure: BackendFailure): void
}

export interface LinkRequest {
  readonly target: Target
  readonly request: OutgoingRequest & { readonly body: null }
  /** Path without query. */
  readonly path: string
  /** Requests with the same key share an answer; undefined: this one does not. */
  readonly key: string | undefined
}

export class SharedLinks {
  readonly #upstream: Pick<Upstream, 'send'>
  readonly #max: number
  /** Those that others may still join, by key. */
  readonly #open = new Map<string, SharedLink>()
  readonly #turns = new Map<string, Turns>()

  /** @param max requests that one target is asked at a time, until each is answered; 0: no limit. */
  constructor(upstream: Pick<Upstream, 'send'>, max: number) {
    this.#upstream = upstream
    this.#max = max
  }

  /** Asks, or joins a request that is under way. The listener may hear onWait and onSent before this has returned. */
  request(wanted: LinkRequest, listener: LinkListener): LinkMember {
    const { key } = wanted
    const open = key === undefined ? undefined : this.#open.get(key)
    const shared = open ?? new SharedLink(wanted, this)
    if (key !== undefined && !open) this.#open.set(key, shared)
    const member = shared.join(listener)
    if (!open) this.#take(shared)
    return member
  }

  /** Nobody may join any more. */
  close({ wanted: { key } }: SharedLink): void {
    if (key !== undefined) this.#open.delete(key)
  }

  /** It is answered, or given up: the next one's turn. */
  done(shared: SharedLink): void {
    const name = shared.wanted.target.text
    const turns = this.#turns.get(name)
    if (!turns) return
    turns.leave(shared)
    for (let next = turns.next(this.#max); next; next = turns.next(this.#max)) this.#begin(next)
    if (turns.empty) this.#turns.delete(name)
  }

  #take(shared: SharedLink): void {
    const name = shared.wanted.target.text
    const turns = this.#turns.get(name) ?? new Turns()
    this.#turns.set(name, turns)
    turns.wait(shared)
    const next = turns.next(this.#max)
    if (next) this.#begin(next)
    else shared.waits()
  }

  #begin(shared: SharedLink): void {
    const { target, request } = shared.wanted
    shared.begins()
    shared.request = this.#upstream.send(target, request, shared)
  }
}

/** Who is asked of one target, and who waits for that. */
class Turns {
  readonly #asked = new Set<SharedLink>()
  /** By path; the one that had its turn goes to the end. */
  readonly #waiting = new Map<string, Set<SharedLink>>()

  get empty(): boolean {
    return this.#asked.size === 0 && this.#waiting.size === 0
  }

  wait(shared: SharedLink): void {
    const { path } = shared.wanted
    const same = this.#waiting.get(path)
    if (same) same.add(shared)
    else this.#waiting.set(path, new Set([shared]))
  }

  /** Whose turn it is, if there is room for one more. */
  next(max: number): SharedLink | undefined {
    if (max > 0 && this.#asked.size >= max) return undefined
    for (const [path, same] of this.#waiting) {
      for (const shared of same) {
        same.delete(shared)
        this.#waiting.delete(path)
        if (same.size > 0) this.#waiting.set(path, same)
        this.#asked.add(shared)
        return shared
      }
    }
    return undefined
  }

  leave(shared: SharedLink): void {
    this.#asked.delete(shared)
    const { path } = shared.wanted
    const same = this.#waiting.get(path)
    if (same?.delete(shared) && same.size === 0) this.#waiting.delete(path)
  }
}

/** One request, and all who get its answer. */
class SharedLink implements AnswerListener {
  readonly wanted: LinkRequest
  request: BackendRequest | undefined
  readonly #owner: SharedLinks
  readonly #members = new Set<LinkMember>()
  /** Those whose clients take no more at the moment. */
  readonly #full = new Set<LinkMember>()
  /** Whose request it is, once it is asked. */
  #leader: SharedWith | undefined
  #head: { status: number; reason: string; headers: string[] } | undefined
  /** What has come, for who joins; undefined: nobody may. */
  #kept: Buffer[] | undefined = []
  #size = 0

  constructor(wanted: LinkRequest, owner: SharedLinks) {
    this.wanted = wanted
    this.#owner = owner
  }

  join(listener: LinkListener): LinkMember {
    const member = new LinkMember(listener, this)
    this.#members.add(member)
    if (!this.#leader) {
      if (this.#members.size > 1) listener.onWait()
      return member
    }
    listener.onSent(this.#leader)
    member.behind = true
    // Who joins does not have what this returns yet.
    queueMicrotask(() => this.#catchUp(member))
    return member
  }

  waits(): void {
    for (const { listener } of this.#members) listener.onWait()
  }

  begins(): void {
    for (const { listener } of [...this.#members]) {
      listener.onSent(this.#leader)
      this.#leader ??= { x: listener.exchangeId, url: this.wanted.request.path }
    }
  }

  leave(member: LinkMember): void {
    if (!this.#members.delete(member)) return
    if (this.#members.size > 0) {
      this.resume(member)
      return
    }
    this.#over()
    this.request?.stop()
  }

  resume(member: LinkMember): void {
    if (this.#full.delete(member) && this.#full.size === 0) this.request?.resume()
  }

  onHead(_request: BackendRequest, status: number, reason: string, headers: string[]): void {
    this.#head = { status, reason, headers }
    this.#owner.done(this)
    for (const member of [...this.#members]) if (!member.behind) member.listener.onHead(status, reason, headers)
  }

  onData(_request: BackendRequest, chunk: Buffer): boolean {
    this.#keep(chunk)
    for (const member of [...this.#members]) if (!member.behind) this.#give(member, chunk)
    return this.#full.size === 0
  }

  onEnd(_request: BackendRequest): void {
    for (const { listener } of this.#finished()) listener.onEnd()
  }

  onFail({ target }: BackendRequest, failure: BackendFailure): void {
    for (const { listener } of this.#finished()) listener.onFail(target, failure)
  }

  #give(member: LinkMember, chunk: Buffer): void {
    if (this.#members.has(member) && !member.listener.onData(chunk)) this.#full.add(member)
  }

  #keep(chunk: Buffer): void {
    if (this.wanted.key === undefined) return
    this.#size += chunk.length
    if (this.#size <= JOIN_MAX) {
      // The memory of a chunk is its sender's.
      this.#kept?.push(Buffer.from(chunk))
      return
    }
    for (const member of this.#members) this.#catchUp(member)
    this.#kept = undefined
    this.#owner.close(this)
  }

  /** Gives one that joined what has come so far. */
  #catchUp(member: LinkMember): void {
    if (!member.behind || !this.#members.has(member)) return
    member.behind = false
    const { status, reason, headers } = this.#head ?? {}
    if (status === undefined || reason === undefined || !headers) return
    member.listener.onHead(status, reason, headers)
    for (const chunk of this.#kept ?? []) this.#give(member, chunk)
  }

  /** All who are left, with all that came before the end. */
  #finished(): LinkMember[] {
    for (const member of [...this.#members]) this.#catchUp(member)
    const left = [...this.#members]
    this.#members.clear()
    this.#over()
    return left
  }

  #over(): void {
    this.#kept = undefined
    this.#full.clear()
    this.#owner.close(this)
    this.#owner.done(this)
  }
}

/** One who asks a link, be it alone or with others. */
export class LinkMember {
  readonly listener: LinkListener
  /** It has not been given yet what came before it joined. */
  behind = false
  readonly #shared: SharedLink

  constructor(listener: LinkListener, shared: SharedLink) {
    this.listener = listener
    this.#shared = shared
  }

  /** It wants no more of the answer; the last one ends the request. */
  stop(): void {
    this.#shared.leave(this)
  }

  /** Goes on after onData returned false. */
  resume(): void {
    this.#shared.resume(this)
  }
}
