// What publishes put on streams, for the rules that read it: as it was published, or as filters made it.
import { decodeLenientBase64, isObject } from '../../grip/json-values'
import { decodeFormats } from '../../grip/published-formats'
import { type DeliveryEvent, OUTCOMES, type PublishEvent, type PublishId } from '../events'
import type { ExchangeFacts, SessionFacts } from './session-facts'
import { keepBelow } from './words'

export const DELIVERED = OUTCOMES.indexOf('delivered')
/** Longer contents are not read. */
const CONTENT_MAX = 256 * 1024
/** Items whose delivery is to come: a message may wait for the one before it. */
const KEPT_MAX = 100
/** Listeners of a channel that are looked at. */
const LOOKED_AT = 20

const read = new WeakMap<PublishEvent, Buffer | undefined>()

/** Read once for all rules. */
function contentOf(event: PublishEvent): Buffer | undefined {
  if (read.has(event)) return read.get(event)
  const format = decodeFormats(event.formats)['http-stream']
  let content: Buffer | undefined
  if (isObject(format) && (format.action === undefined || format.action === 'send')) {
    const { content: text, 'content-bin': binary } = format
    if (typeof binary === 'string') content = decodeLenientBase64(binary).bytes
    else if (typeof text === 'string') content = Buffer.from(text, 'utf8')
  }
  read.set(event, content)
  return content
}

/** Contents of items between their publish and their delivery. */
export class StreamContents {
  readonly #session: SessionFacts
  readonly #wants: (facts: ExchangeFacts) => boolean
  readonly #word: string
  readonly #contents = new Map<PublishId, Buffer>()

  /**
   * @param wants which streams a rule wants to read
   * @param word what text must have in it for a rule to read it
   */
  constructor(session: SessionFacts, wants: (facts: ExchangeFacts) => boolean, word = '') {
    this.#session = session
    this.#word = word
    this.#wants = wants
  }

  publish(event: PublishEvent): void {
    if (event.formats.length > CONTENT_MAX || !event.formatNames.includes('http-stream')) return
    if (!this.#isWanted(event.channel) || !this.#hasWord(event.formats)) return
    const content = contentOf(event)
    if (content === undefined || content.length === 0) return
    keepBelow(KEPT_MAX, this.#contents)
    this.#contents.set(event.p, content)
  }

  /** What a delivery put on streams, where filters made nothing else of it. Undefined: it is not known, or nothing. */
  delivery({ p }: DeliveryEvent): Buffer | undefined {
    if (this.#contents.size === 0) return undefined
    const content = this.#contents.get(p)
    if (content) this.#contents.delete(p)
    return content
  }

  /** Base64 may have it without showing it. */
  #hasWord(formats: Uint8Array): boolean {
    if (this.#word === '') return true
    const text = Buffer.from(formats.buffer, formats.byteOffset, formats.byteLength)
    return text.includes(this.#word) || text.includes('content-bin')
  }

  #isWanted(channel: string): boolean {
    let looked = 0
    for (const x of this.#session.channel(channel)?.held ?? []) {
      const facts = this.#session.exchange(x)
      if (facts?.held?.mode === 'stream' && this.#wants(facts)) return true
      if (++looked >= LOOKED_AT) return false
    }
    return false
  }
}

/** What filters made for one receiver, by its place in the delivery. `own`: nothing. Undefined: it is not kept whole. */
export function madeFor({ made }: DeliveryEvent, i: number): Buffer | 'own' | undefined {
  const number = made?.which[i] ?? 0
  if (!made || number === 0) return 'own'
  const from = made.ends[number - 2] ?? 0
  const to = made.ends[number - 1] ?? 0
  if (to - from !== made.sizes[number - 1]) return undefined
  return Buffer.from(made.data.subarray(from, to))
}
