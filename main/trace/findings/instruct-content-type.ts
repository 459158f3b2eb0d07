// An instruct that came under another content type: it was not read, and its client got it as it is.
import { codingsOf, decompressed } from '../../grip/content-coding'
import { headerValue } from '../../grip/grip-headers'
import { gripOf } from '../../grip/instruct'
import { isObject, parseJson } from '../../grip/json-values'
import type { AnswerDataEvent, ExchangeId, RawHeaders } from '../events'
import type { Handlers, Rule, RuleKit } from './finding'
import { keepBelow, named, requestOf, routeHas } from './words'

/** Longer answers are not instructs: the proxy would not read them either (`instructMax`). */
const LONGEST = 100_000
/** Answers that may be instructs and are under way; of more, the latest. */
const CANDIDATES_MAX = 1000
const OPENING = 0x7b
const GZIP = 0x1f
const HOLD = '"hold"'

interface Candidate {
  readonly parts: Buffer[]
  size: number
}

export const instructContentType: Rule = {
  id: 'instruct-content-type',
  severity: 'error',
  watch: (kit) => new PassedInstructs(kit).handlers,
}

class PassedInstructs {
  readonly #kit: RuleKit
  readonly #candidates = new Map<ExchangeId, Candidate>()
  readonly handlers: Handlers

  constructor(kit: RuleKit) {
    this.#kit = kit
    this.handlers = {
      'answer-data': (event) => this.#part(event),
      instruct: ({ x }) => {
        if (this.#candidates.size > 0) this.#candidates.delete(x)
      },
      ended: ({ x }) => {
        const candidate = this.#candidates.size > 0 ? this.#candidates.get(x) : undefined
        if (!candidate) return
        this.#candidates.delete(x)
        this.#judge(x, candidate)
      },
    }
  }

  #part({ x, data, at, filter, tail }: AnswerDataEvent): void {
    if (filter) return
    if (at === undefined || at === 0) this.#first(x, data)
    else if (this.#candidates.size > 0) this.#more(x, data, tail)
  }

  #first(x: ExchangeId, data: Uint8Array): void {
    const start = data[0] === GZIP ? GZIP : firstByte(data)
    if (start !== OPENING && start !== GZIP) return
    const headers = this.#kit.session.exchange(x)?.answered?.headers
    if (!headers || gripOf(headers) !== 'none') return
    const part = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    // Most answers in JSON are whole here, and hold nothing.
    const length = Number(headerValue(headers, 'content-length') ?? Number.NaN)
    if (start === OPENING && length === part.length && !part.includes(HOLD)) return
    if (length > LONGEST || part.length > LONGEST) return
    keepBelow(CANDIDATES_MAX, this.#candidates)
    this.#candidates.set(x, { parts: [Buffer.from(part)], size: part.length })
  }

  #more(x: ExchangeId, data: Uint8Array, tail: true | undefined): void {
    const candidate = this.#candidates.get(x)
    if (!candidate) return
    candidate.size += data.length
    if (tail || candidate.size > LONGEST) this.#candidates.delete(x)
    else candidate.parts.push(Buffer.from(data))
  }

  #judge(x: ExchangeId, { parts }: Candidate): void {
    const facts = this.#kit.session.exchange(x)
    if (facts?.response?.body !== 'answer' || !facts.answered || routeHas(facts, 'no_grip')) return
    const { headers } = facts.answered
    if (!isInstruct(headers, Buffer.concat(parts))) return
    const type = headerValue(headers, 'content-type')
    const as = type === undefined ? 'without a content type' : `as ${named(type)}`
    this.#kit.report({
      key: requestOf(facts),
      t: this.#kit.now(),
      exchanges: [x],
      text: `The answer to #${x} (${requestOf(facts)}) is an instruct, but it came ${as}. It was not read: the client got the JSON itself, and nothing is held.`,
      fix: 'Answer with Content-Type: application/grip-instruct. @fanoutio/grip and Django: send the headers of the instruct (toHeaders, set_hold_stream), or that content type.',
    })
  }
}

/** The first one that is no white space. */
function firstByte(data: Uint8Array): number | undefined {
  for (let i = 0; i < Math.min(data.length, 64); i++) {
    const byte = data[i] ?? 0
    if (byte > 0x20) return byte
  }
  return undefined
}

function isInstruct(headers: RawHeaders, body: Buffer): boolean {
  const plain = codingsOf(headers).length === 0 ? body : Buffer.from(decompressed(headers, body, LONGEST))
  if (!plain.includes(HOLD)) return false
  const parsed = parseJson(plain)
  if (!parsed.ok || !isObject(parsed.value) || !isObject(parsed.value.hold)) return false
  const { mode } = parsed.value.hold
  return mode === 'response' || mode === 'stream'
}
