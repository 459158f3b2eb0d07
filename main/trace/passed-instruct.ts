// Finds an instruct in an answer that passed to the client, because it came under another content type. Bounded and cheap:
// it is looked for at the end of every answer.
import { codingsOf, decompressed } from '../grip/content-coding'
import { headerValue } from '../grip/grip-headers'
import { joinParts } from '../grip/join-parts'
import { isObject, parseJson } from '../grip/json-values'
import type { AnsweredEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { passedAnswer } from './passed-answer'

/** Longer answers are no instructs: the proxy would not read them either (`instructMax`). */
const LONGEST = 100_000
const OPENING = 0x7b
const HOLD = Buffer.from('"hold"')

/** True for `{"hold": {"mode": "response" or "stream", …}, …}` in the body of the answer that just ended. */
export function passesInstruct(exchange: ExchangeRecord): boolean {
  const passed = passedAnswer(exchange, LONGEST)
  return passed !== undefined && isOther(passed.answered) && isInstruct(plain(passed.answered, passed.parts))
}

/** With the content type of an instruct it was passed on purpose: the route has `no_grip`, or another proxy acts on it. */
function isOther({ headers }: AnsweredEvent): boolean {
  const type = (headerValue(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase()
  return type !== 'application/grip-instruct'
}

function isInstruct(parts: readonly Uint8Array[]): boolean {
  const [first] = parts
  if (!first || !begins(first)) return false
  const body = joinParts(parts)
  if (!body.includes(HOLD)) return false
  const parsed = parseJson(body)
  if (!parsed.ok || !isObject(parsed.value) || !isObject(parsed.value.hold)) return false
  const { mode } = parsed.value.hold
  return mode === 'response' || mode === 'stream'
}

/** It may have gone on decompressed. */
function plain({ headers }: AnsweredEvent, parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return codingsOf(headers).length === 0 ? parts : [decompressed(headers, Buffer.concat(parts), LONGEST)]
}

/** The first byte that is no white space opens an object. */
function begins(data: Uint8Array): boolean {
  for (let i = 0; i < Math.min(data.length, 64); i++) {
    const byte = data[i] ?? 0
    if (byte > 0x20) return byte === OPENING
  }
  return false
}
