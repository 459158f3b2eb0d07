// What the trace keeps of an instruct. Backends answer thousands of holds alike, so what is equal to the instruct before is
// kept once.
import type { Instruct, InstructHold, KeepAlive } from '../../grip/instruct-types'
import type { Understood } from '../../trace/events'
import type { Making } from '../../trace/events/terms'

type Response = Understood['response']

const NO_META: Understood['meta'] = Object.freeze({})
let lastResponse: Response = { code: 0, reason: '', headers: [] }
let lastKeepAlive: KeepAlive | undefined

/** It refers to the parts of the instruct, but not to its body, which may be a view of much larger memory. */
export function understoodOf({ hold, response, meta, next, gone }: Instruct): Understood {
  const understood: Making<Understood> = {
    response: keptResponse(response),
    meta: isEmpty(meta) ? NO_META : meta,
  }
  if (hold) understood.hold = keptHold(hold)
  if (next) understood.next = next
  if (gone) understood.gone = gone
  return understood
}

function keptHold({ mode, timeout, raisedFrom, channels, keepAlive }: InstructHold): NonNullable<Understood['hold']> {
  // The array that was filled has room for more.
  const kept: Making<NonNullable<Understood['hold']>> = { mode, timeout, channels: channels.slice() }
  if (raisedFrom !== undefined) kept.raisedFrom = raisedFrom
  if (keepAlive) kept.keepAlive = keptKeepAlive(keepAlive)
  return kept
}

function keptResponse({ code, reason, headers }: Response): Response {
  const last = lastResponse
  if (code === last.code && reason === last.reason && areEqual(headers, last.headers)) return last
  lastResponse = { code, reason, headers: headers.slice() }
  return lastResponse
}

function keptKeepAlive(keepAlive: KeepAlive): KeepAlive {
  const last = lastKeepAlive
  const { content, timeout, mode } = keepAlive
  if (last?.timeout === timeout && last.mode === mode && last.content.equals(content)) return last
  lastKeepAlive = { content: Buffer.from(content), timeout, mode }
  return lastKeepAlive
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function isEmpty(meta: Understood['meta']): boolean {
  for (const _ in meta) return false
  return true
}
