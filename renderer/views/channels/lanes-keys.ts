// The keys of the lanes: left and right through publishes, up and down through subscriptions, Enter opens.
import type { KeyboardEvent } from 'react'
import type { Lanes } from '../../../preload/views'
import { openExchange, selectPublish } from '../../state/actions'
import { traceNow } from '../../state/clock'
import { everything, extentOf, nextSpan, pan, type TimeView, zoom } from './lanes-window'
import type { Shown } from './use-drawing'

export interface LanesKeysInput {
  data: Lanes
  shown: Shown
  /** Index of the chosen publish. */
  publish: number | null
  /** Index of the lane that the keys are at. */
  lane: number | null
  onLane(lane: number | null): void
  onView(change: (view: TimeView) => TimeView): void
}

/** Lanes that Page Up and Page Down go over. */
const PAGE = 10
/** The part of the screen that Shift and an arrow move. */
const STEP = 0.2

/** Does what a key says. False if it says nothing here. */
export function lanesKey(event: KeyboardEvent, input: LanesKeysInput): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey) return false
  const run = event.shiftKey ? (shiftKeys[event.key] ?? keys[event.key]) : keys[event.key]
  return run?.(input) ?? false
}

type Key = (input: LanesKeysInput) => boolean

const keys: Readonly<Record<string, Key>> = {
  ArrowLeft: (input) => walkPublishes(input, -1),
  ArrowRight: (input) => walkPublishes(input, 1),
  Home: (input) => choosePublish(input, 0),
  End: (input) => choosePublish(input, input.data.publishes.length - 1),
  ArrowUp: (input) => walkLanes(input, -1),
  ArrowDown: (input) => walkLanes(input, 1),
  PageUp: (input) => walkLanes(input, -PAGE),
  PageDown: (input) => walkLanes(input, PAGE),
  Enter: openLane,
  Escape: leaveLane,
  '+': (input) => showTime(input, 1),
  '=': (input) => showTime(input, 1),
  '-': (input) => showTime(input, -1),
  '0': (input) => viewAs(input, (_, extent) => everything(extent)),
  l: (input) => viewAs(input, (view) => ({ ...view, end: null })),
}

const shiftKeys: Readonly<Record<string, Key>> = {
  ArrowLeft: (input) => viewAs(input, (view, extent) => pan(view, extent, -view.span * STEP)),
  ArrowRight: (input) => viewAs(input, (view, extent) => pan(view, extent, view.span * STEP)),
}

function walkPublishes(input: LanesKeysInput, by: 1 | -1): boolean {
  const { publish, shown, data } = input
  if (publish !== null) return choosePublish(input, publish + by)
  // Begins with what is on screen.
  const seen = by < 0 ? shown.publishes[shown.publishes.length - 1] : shown.publishes[0]
  return choosePublish(input, seen ?? (by < 0 ? data.publishes.length - 1 : 0))
}

function choosePublish({ data }: LanesKeysInput, index: number): boolean {
  const bounded = Math.max(0, Math.min(data.publishes.length - 1, index))
  const publish = data.publishes[bounded]
  if (publish) selectPublish(publish.id)
  return true
}

function walkLanes({ shown, lane, onLane }: LanesKeysInput, by: number): boolean {
  const at = lane === null ? -1 : shown.lanes.indexOf(lane)
  const next = at < 0 ? (by > 0 ? 0 : shown.lanes.length - 1) : at + by
  onLane(shown.lanes[Math.max(0, Math.min(shown.lanes.length - 1, next))] ?? null)
  return true
}

function openLane({ data, lane }: LanesKeysInput): boolean {
  const subscription = lane === null ? undefined : data.lanes[lane]
  if (!subscription) return false
  openExchange(subscription.exchange)
  return true
}

function leaveLane({ lane, onLane }: LanesKeysInput): boolean {
  if (lane === null) return false
  onLane(null)
  return true
}

/** More (1) or less (-1) time on screen. */
function showTime(input: LanesKeysInput, direction: 1 | -1): boolean {
  return viewAs(input, (view, extent) => zoom(view, extent, nextSpan(view.span, direction)))
}

function viewAs(
  { data, onView }: LanesKeysInput,
  change: (view: TimeView, extent: ReturnType<typeof extentOf>) => TimeView,
): boolean {
  onView((view) => change(view, extentOf(data, traceNow())))
  return true
}
