// The state of an exchange in words, with the tone that goes with them.
import type { ExchangeRow } from '../../../preload/views'
import type { Tone } from '../../components/pill'
import { formatDuration } from '../../format/duration'

export interface StateWords {
  readonly text: string
  readonly tone: Tone
  /** Plain text instead of a pill: nothing to look at. */
  readonly quiet: boolean
  /** The `is:` word that finds such exchanges; null: none. */
  readonly filter: string | null
}

/** @param now Milliseconds since the trace began; only matters while the exchange is live. */
export function stateWords(row: ExchangeRow, now: number): StateWords {
  const pill = (tone: Tone, text: string, filter: string | null): StateWords => ({ text, tone, quiet: false, filter })
  // Asked again and held anew, it is one wait to the client.
  const held = formatDuration((row.endedAt ?? now) - (row.formerHolds[0]?.[0] ?? row.heldAt ?? row.at))
  if (row.trouble && row.state !== 'failed') {
    return { text: troubleText(row, now), tone: row.trouble.tone, quiet: false, filter: 'missed' }
  }
  switch (row.state) {
    case 'waiting':
      return { text: `waiting ${wholeSeconds(now - row.at)}`, tone: 'plain', quiet: true, filter: 'waiting' }
    case 'held':
      return pill('held', `held ${heldOf(row, now)}`, 'held')
    case 'streaming':
      return pill(
        row.heldAt === null ? 'plain' : 'held',
        `streaming ${wholeSeconds(now - (row.heldAt ?? row.at))}${row.delivered > 0 ? ` · ${row.delivered}` : ''}`,
        'live',
      )
    case 'open':
      return pill('held', `open ${wholeSeconds(now - row.at)} · ↑${row.messagesIn} ↓${row.messagesOut}`, 'live')
    case 'complete':
      return { text: completeText(row), tone: 'plain', quiet: true, filter: 'done' }
    case 'delivered':
      return pill('delivered', `delivered ${held}`, 'delivered')
    case 'timed-out':
      return pill('plain', `timed out ${held}`, 'timed-out')
    case 'closed':
      return pill('plain', `closed ${held}`, 'closed')
    case 'client-left':
      return pill('plain', `client left ${held}`, 'left')
    case 'failed':
      return pill('failed', row.note || 'failed', 'failed')
  }
}

/** Characters beside which there is room for a time. */
const SHORT = 18

/** "missed 3 publishes", and how long it has been open where it still is. */
function troubleText({ trouble, state, heldAt, at }: ExchangeRow, now: number): string {
  const text = trouble?.text ?? ''
  const live = state === 'held' || state === 'streaming' || state === 'open'
  return live && text.length <= SHORT ? `${text} · ${wholeSeconds(now - (heldAt ?? at))}` : text
}

function completeText(row: ExchangeRow): string {
  const took = row.endedAt === null ? '' : formatDuration(row.endedAt - row.at)
  return [took, row.note].filter((part) => part !== '').join(' · ')
}

/** "11 s of 55": how long it is held, and of how many seconds. */
function heldOf(row: ExchangeRow, now: number): string {
  const text = wholeSeconds(now - (row.heldAt ?? row.at))
  return row.holdTimeout ? `${text} of ${Math.round(row.holdTimeout / 1000)}` : text
}

/** For numbers that tick: no fractions. */
function wholeSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000)
}
