// Which stretch of time the lanes show: following what happens, or standing still where somebody looks.
import type { Lanes } from '../../../preload/views'
import type { TimeWindow } from '../exchanges/time-window'

export interface TimeView {
  /** Milliseconds from the left edge to the right one. */
  readonly span: number
  /** Time at the right edge; null: follows what happens. */
  readonly end: number | null
}

/** From the first thing known of a channel to the last, or to now while somebody is held. */
export interface Extent {
  readonly first: number
  readonly last: number
}

/** The part of the span that stays free at either end, so that nothing sticks to an edge. */
const PAD = 0.04
export const spans = [
  50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5, 216e5, 864e5,
] as const
export const initialView: TimeView = { span: 6e4, end: null }
const SHORTEST_FIRST = 1e4

/** @param now Milliseconds since the trace began. */
export function extentOf({ lanes, publishes }: Pick<Lanes, 'lanes' | 'publishes'>, now: number): Extent {
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { from, to } of lanes) {
    first = Math.min(first, from)
    last = Math.max(last, to ?? now)
  }
  for (const { at } of publishes) {
    first = Math.min(first, at)
    last = Math.max(last, at)
  }
  return first > last ? { first: now, last: now } : { first, last }
}

/** What is shown until somebody chooses: the last minute, or all where that is less. */
export function firstView({ first, last }: Extent): TimeView {
  const wanted = Math.max((last - first) / (1 - 2 * PAD), SHORTEST_FIRST)
  return { span: spans.find((span) => span >= wanted && span <= initialView.span) ?? initialView.span, end: null }
}

export function windowOf(view: TimeView, extent: Extent): TimeWindow {
  const to = view.end ?? liveEnd(view.span, extent)
  return { from: to - view.span, to }
}

/** Moves by so many milliseconds, never beyond what is known. At the right end it follows again. */
export function pan(view: TimeView, extent: Extent, by: number): TimeView {
  return at(view.span, extent, windowOf(view, extent).to + by)
}

/**
 * Another span.
 * @param point the time that keeps its place; null: the middle, or the right end while it follows.
 */
export function zoom(view: TimeView, extent: Extent, span: number, point: number | null = null): TimeView {
  const bounded = Math.max(spans[0], Math.min(span, spans[spans.length - 1] ?? span))
  if (view.end === null && point === null) return { span: bounded, end: null }
  const { from, to } = windowOf(view, extent)
  const fixed = point ?? (from + to) / 2
  return at(bounded, extent, fixed + ((to - fixed) * bounded) / view.span)
}

/** The next longer (1) or shorter (-1) one of the round spans. */
export function nextSpan(span: number, direction: 1 | -1): number {
  const next = direction > 0 ? spans.find((each) => each > span * 1.001) : spans.findLast((each) => each < span * 0.999)
  return next ?? span
}

/** Shows a time: nothing changes if it is on screen, else it comes to the middle. Either way it stands still there. */
export function reveal(view: TimeView, extent: Extent, time: number): TimeView {
  const { from, to } = windowOf(view, extent)
  const margin = view.span * PAD
  if (time >= from + margin / 2 && time <= to - margin / 2) return { span: view.span, end: to }
  return { span: view.span, end: Math.max(leftEnd(view.span, extent), time + view.span / 2) }
}

/** All that is known. */
export function everything({ first, last }: Extent): TimeView {
  const span = (last - first) / (1 - 2 * PAD)
  return { span: Math.max(1000, span), end: null }
}

/** "200 ms", "60 s", "5 min", "2 h". */
export function spanLabel(span: number): string {
  if (span < 1000) return `${Math.round(span)} ms`
  if (span <= 60_000) return `${short(span / 1000)} s`
  if (span <= 3_540_000) return `${short(span / 60_000)} min`
  return `${short(span / 3_600_000)} h`
}

function short(value: number): string {
  return String(value < 10 ? Number(value.toFixed(1)) : Math.round(value))
}

function at(span: number, extent: Extent, end: number): TimeView {
  const bounded = Math.max(end, leftEnd(span, extent))
  return { span, end: bounded >= liveEnd(span, extent) - span * 1e-6 ? null : bounded }
}

function liveEnd(span: number, extent: Extent): number {
  return Math.max(extent.last + span * PAD, leftEnd(span, extent))
}

/** The right edge when the first thing that is known is at the left one. */
function leftEnd(span: number, { first }: Extent): number {
  return first + span * (1 - PAD)
}
