// What was stopped at the gate, and what became of it, in words: for the story.
import type { StoryStep } from '../../preload/views'
import type { PausedEvent, PauseEnd, ReleasedEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { PublishRecord } from './publish-state'
import { durationText } from './units'

type Words = Pick<StoryStep, 'label' | 'detail' | 'tone' | 'publish'>

const ENDS: Readonly<Record<PauseEnd, string>> = {
  unchanged: 'let go',
  changed: 'let go, changed',
  answered: 'answered at the gate',
  dropped: 'dropped at the gate',
  over: 'gone while it was paused',
  full: 'let go, because too much was paused',
}

function nameOf({ what, p, from }: PausedEvent): string {
  if (what === 'delivery') return p === undefined ? 'delivery' : `delivery of publish #${p}`
  return what === 'message' ? `message of the ${from}` : what
}

export function pausedLabel(event: PausedEvent): Words {
  return { label: `${nameOf(event)} paused`, detail: '', tone: 'attention', publish: event.p ?? null }
}

/** With the time that it waited. */
export function releasedLabel({ events }: Pick<ExchangeRecord, 'events'>, event: ReleasedEvent): Words {
  const paused = events.findLast((each) => each.type === 'paused' && each.pause === event.pause)
  const label = ENDS[event.how]
  if (paused?.type !== 'paused') return { label, detail: '', tone: 'plain', publish: null }
  const detail = `${nameOf(paused)} waited ${durationText(event.t - paused.t)}`
  return { label, detail, tone: 'plain', publish: paused.p ?? null }
}

/** How long a publish waited at the gate, and what became of it. */
export function publishPause({ released, paused }: Pick<PublishRecord, 'released' | 'paused'>): string {
  if (released) return `${ENDS[released.how]} after ${durationText(released.after)}`
  return paused?.behind ? 'it waits behind one that is paused' : 'it still waits'
}
