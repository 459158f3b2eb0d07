// An answer that holds an instruct: collected up to a limit, then read, and what was found is recorded.
import type { Cause } from '../../../preload/vocabulary/causes'
import { applyResponseFilters } from '../../grip/filters'
import { gripOf, readInstruct } from '../../grip/instruct'
import type { Instruct } from '../../grip/instruct-types'
import { joinParts } from '../../grip/join-parts'
import { withPlainResponse } from '../../grip/plain-response'
import type { ExchangeId, InstructEvent, Problem, TraceSink } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { namesCoding } from '../http/compressed'
import type { Limits } from '../settings/options'
import { understoodOf } from './understood'

/** The body that an instruct's response begins with, after the filters of its channels; or why there is none. */
export function firstBody({ hold, response: { body }, responseFilters, meta }: Instruct): Buffer | Cause {
  // A stream may begin with nothing; without a hold, filters see that too.
  if (!responseFilters || (hold && body.length === 0)) return body
  const filtered = applyResponseFilters(responseFilters, meta, body)
  return filtered.send ? filtered.content : { code: 'filter-error', why: filtered.why }
}

export class InstructAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
  readonly chunks: Buffer[] = []
  /** Why it was refused, for an error page. */
  page: string | undefined
  readonly #limits: Limits
  #size = 0

  constructor(status: number, reason: string, headers: string[], limits: Limits) {
    this.#limits = limits
    this.status = status
    this.reason = reason
    this.headers = headers
  }

  /** Where the instruct is written. */
  get from(): 'headers' | 'json' | 'none' {
    return gripOf(this.headers)
  }

  /** Keeps a part of the body. False: the answer is too large to be read whole. */
  add(chunk: Buffer): boolean {
    this.chunks.push(chunk)
    this.#size += chunk.length
    return this.#size <= this.#limits.instructMax
  }

  /** Why it is refused, once it is too large. */
  get tooLarge(): Cause {
    return { code: 'instruct-too-large', max: this.#limits.instructMax }
  }

  get body(): Buffer {
    return joinParts(this.chunks)
  }

  /**
   * Reads the instruct with this body and records it.
   * @param method of the client's request, where the response goes to it
   * @param objection what speaks against a readable instruct where it stands
   * @returns the instruct, or why it is refused
   */
  read(
    body: Buffer,
    sink: TraceSink,
    x: ExchangeId,
    { method, objection }: { method?: string; objection?: (instruct: Instruct) => Problem | undefined } = {},
  ): Instruct | Cause {
    const { status, reason, headers } = this
    const result = readInstruct({ status, reason, headers, body, ...(method !== undefined && { method }) })
    const against = result.ok ? objection?.(result.instruct) : undefined
    const problems = against
      ? [against]
      : result.ok
        ? this.#warnings(result.instruct, result.warnings)
        : result.problems
    const accepted = result.ok && !against
    if (accepted) {
      const { instruct: compressed } = result
      const instruct = namesCoding(compressed.response.headers) ? withPlainResponse(compressed) : compressed
      const own = instruct.response.body === body ? undefined : instruct.response.body
      const understood = understoodOf(instruct)
      const t = sink.now()
      const event: Making<InstructEvent> = { type: 'instruct', t, x, from: result.from, problems, accepted, understood }
      if (own && own.length > 0) event.body = sink.keep(own, sink.bodyLimit)
      sink.emit(event)
      return instruct
    }
    sink.emit({ type: 'instruct', t: sink.now(), x, from: result.from, problems, accepted })
    const [first] = problems
    if (!first) return { code: 'instruct-refused', field: result.from, message: 'instruct refused' }
    const { field, message, fix } = first
    this.page = `Failed to read the GRIP instruct: ${field}: ${message} ${fix}`
    return { code: 'instruct-refused', field, message }
  }

  /** The instruct's own, and that it has more channels than one hold may have. */
  #warnings({ hold }: Instruct, warnings: readonly Problem[]): readonly Problem[] {
    const { subscriptionMax: max } = this.#limits
    const count = hold?.channels.length ?? 0
    if (count <= max) return warnings
    const message = `of ${count} channels only the first ${max} are subscribed to`
    return [...warnings, { field: 'channels', message, fix: 'Name fewer, or raise the limit subscriptionMax.' }]
  }
}
