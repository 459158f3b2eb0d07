// HAR 1.2 of exchanges, piece by piece: what other tools read, with what they have no words for as `_grip`.
import type { Page } from 'har-format'
import type { Pause } from '../turns/turns'
import type { ExchangeId, FaultEvent } from './events'
import type { EngineEvent } from './events/engine'
import type { ExchangeRecord } from './exchange-state'
import { type EntryOptions, entryBodies, entryOf } from './har-entry'
import { PIECE, piecesOf } from './json-pieces'
import type { TraceModel } from './model'

export interface HarOptions extends EntryOptions {
  /** Gripscope's version. */
  readonly version: string
  /** Called after each piece and step, so that others get their turn. */
  readonly pause?: Pause
  /** Told after each entry. */
  readonly onEntry?: (count: HarCount) => void
}

/** What became of the exchanges that were asked for. */
export interface HarCount {
  readonly entries: number
  /** Were no request that HAR has a form for: they could not be read whole. */
  readonly unreadable: number
  /** Had left memory before they were written. */
  readonly dropped: number
}

/** Every entry belongs to it: some readers refuse a file without a page. */
const PAGE = 'gripscope'

/** Those that an export of everything is of, oldest first. */
export function exportedIds(model: TraceModel, ids: readonly ExchangeId[] | null): ExchangeId[] {
  const wanted = ids === null ? [...model.exchanges.keys()] : [...new Set(ids)].filter((id) => model.exchanges.has(id))
  return wanted.sort((a, b) => a - b)
}

/**
 * The text of a HAR file in pieces of some 32 to 64 KiB. An entry is as its exchange was when the entry was begun; those
 * that the log drops before are left out, and the file says how many.
 * @param ids in the order in which they are written
 */
export async function* harText(
  model: TraceModel,
  ids: readonly ExchangeId[],
  options: HarOptions,
): AsyncGenerator<string> {
  const { pause = () => undefined } = options
  const count = { entries: 0, unreadable: 0, dropped: 0 }
  let text = `{"log":{"version":"1.2","creator":${JSON.stringify({ name: 'Gripscope', version: options.version })},`
  text += `"pages":[${JSON.stringify(pageOf(model.exchanges.get(ids[0] ?? 0), options))}],"entries":[`
  for (const id of ids) {
    const rest = pause()
    if (rest) await rest
    const exchange = model.exchanges.get(id)
    if (!exchange) count.dropped++
    else if (exchange.request.unread || exchange.request.method === '') count.unreadable++
    else {
      text += count.entries++ === 0 ? '\n' : ',\n'
      const bodies = await entryBodies(model, exchange, pause)
      for (const piece of piecesOf(entryOf(model, exchange, bodies, PAGE, options))) {
        text += piece
        if (text.length >= PIECE) {
          yield text
          text = ''
        }
        const rest = pause()
        if (rest) await rest
      }
    }
    options.onEntry?.(count)
  }
  const comment = leftOutText(count)
  const ending = [comment === '' ? '' : `,"comment":${JSON.stringify(comment)}`, ownText(model, options.epoch)]
  yield `${text}\n]${ending.join('')}}}\n`
}

/** What has to do with the file as a whole: Gripscope's own errors, and what happened to its engine. Empty: nothing. */
function ownText({ faults, engine }: TraceModel, epoch: number): string {
  const dated = ({ t, ...event }: FaultEvent | EngineEvent) => ({
    dateTime: new Date(epoch + t).toISOString(),
    ...event,
  })
  const own = {
    ...(faults.length > 0 && { faults: faults.map(dated).map(({ type: _, ...fault }) => fault) }),
    ...(engine.length > 0 && { engine: engine.map(dated) }),
  }
  return Object.keys(own).length === 0 ? '' : `,"_grip":${JSON.stringify(own)}`
}

/** What was left out, in a sentence; empty where nothing was. */
export function leftOutText({ unreadable, dropped }: HarCount): string {
  const parts = []
  if (unreadable > 0) parts.push(`${counted(unreadable, 'request')} that could not be read`)
  if (dropped > 0) parts.push(`${counted(dropped, 'exchange')} that had left memory`)
  return parts.length === 0 ? '' : `Left out: ${parts.join(', ')}.`
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}

/** Begins with its first entry. */
function pageOf(first: ExchangeRecord | undefined, { epoch, now }: EntryOptions): Page {
  return {
    startedDateTime: new Date(epoch + (first?.request.t ?? now())).toISOString(),
    id: PAGE,
    title: 'Gripscope',
    // -1: there is none.
    pageTimings: { onContentLoad: -1, onLoad: -1 },
  }
}
