// Where everything in the drawing of lanes is, in pixels: rows, bars, lines, signs. Only what is on screen is worked out,
// so that hundreds of lanes and publishes cost no more than those that are seen.
import type { Lanes, PublishRow } from '../../../preload/views'
import { type OutcomeName, outcomeNames } from '../../../preload/vocabulary/outcomes'
import { axisLabel, axisMarks, type TimeWindow, xOf } from '../exchanges/time-window'
import { type SignName, signOf } from './outcome-signs'

export type Lane = Lanes['lanes'][number]

/** Heights in pixels: the axis, the row of publish ids below it, a lane, and its bar. */
export const AXIS = 20
export const IDS = 28
export const HEADER = AXIS + IDS
export const LANE = 28
export const BAR = 14
/** The publishes' lines go down over so many lanes, even where there are none. */
const LEAST_LANES = 2
/** Below the last lane. */
export const FOOT = 12

export interface Geometry {
  readonly width: number
  readonly height: number
  /** Width of the lanes' names. */
  readonly names: number
  /** Pixels scrolled down. */
  readonly scroll: number
}

export interface DrawnPublish {
  /** Index in the publishes. */
  readonly publish: number
  readonly x: number
  /** Where it went out, if it waited for its prev-id before. */
  readonly out: number | null
  readonly text: string
  /** Width of its label; 0: no place for one. */
  readonly label: number
  readonly reach: PublishReach
}
export interface DrawnLane {
  /** Index in the lanes. */
  readonly lane: number
  /** The middle of the row. */
  readonly y: number
  readonly from: number
  readonly to: number
  readonly live: boolean
  /** Where it did not listen, from and to. */
  readonly gaps: readonly (readonly [number, number])[]
}
export interface DrawnSign {
  readonly lane: number
  readonly publish: number
  readonly sign: SignName
  readonly x: number
  readonly y: number
  /** Where it came, if it waited until `x`. */
  readonly waitedFrom: number | null
}
export interface LanesPlan {
  readonly geometry: Geometry
  readonly axis: readonly { readonly x: number; readonly text: string }[]
  readonly publishes: readonly DrawnPublish[]
  readonly lanes: readonly DrawnLane[]
  readonly signs: readonly DrawnSign[]
  /** How big signs are: smaller where publishes are close to each other. */
  readonly scale: number
  /** Where the publishes' lines end. */
  readonly bottom: number
}

export interface PlanInput {
  readonly data: Lanes
  readonly outcomes: OutcomeTable
  readonly window: TimeWindow
  readonly now: number
  /** Indexes of the lanes that have a row, from top to bottom. */
  readonly shown: readonly number[]
  readonly geometry: Geometry
  /** Id of the publish whose label must have its place. */
  readonly selected: number | null
  /** Width of a publish's label text. */
  measure(text: string): number
}

export function planLanes(input: PlanInput): LanesPlan {
  const { data, outcomes, window, shown, geometry, now } = input
  const { names, width, height, scroll } = geometry
  const x = (time: number) => names + xOf(time, window, width - names)
  const first = Math.max(0, Math.floor(scroll / LANE))
  const last = Math.min(shown.length, Math.ceil((scroll + height - HEADER) / LANE))
  const lanes: DrawnLane[] = []
  for (let row = first; row < last; row += 1) {
    const index = shown[row] ?? -1
    const lane = data.lanes[index]
    if (!lane) continue
    const y = HEADER + row * LANE + LANE / 2 - scroll
    const gaps = lane.gaps.map(([from, to]) => [x(from), x(to)] as const)
    lanes.push({ lane: index, y, from: x(lane.from), to: x(lane.to ?? now), live: lane.to === null, gaps })
  }
  const publishes = placePublishes(input, x)
  const signs: DrawnSign[] = []
  for (const { lane, y } of lanes) {
    for (const { publish, x: came, out } of publishes) {
      const outcome = outcomes.at(lane, publish)
      if (outcome === null) continue
      signs.push({ lane, publish, sign: signOf(outcome), x: out ?? came, y, waitedFrom: out === null ? null : came })
    }
  }
  return {
    geometry,
    axis: axisMarks(window, width - names, 90)
      .filter((mark) => mark >= 0)
      .map((mark) => ({ x: Math.round(x(mark)), text: axisLabel(mark) })),
    publishes,
    lanes,
    signs,
    scale: scaleOf(publishes),
    bottom: Math.min(height, HEADER + Math.max(shown.length, LEAST_LANES) * LANE - scroll + FOOT / 2),
  }
}

/** Pixels between publishes below which signs get smaller, and how small they get. */
const ROOMY = 11
const SMALLEST = 0.6

function scaleOf(publishes: readonly DrawnPublish[]): number {
  const first = publishes[0]
  const last = publishes[publishes.length - 1]
  if (!first || !last || first === last) return 1
  const apart = (last.x - first.x) / (publishes.length - 1)
  return Math.max(SMALLEST, Math.min(1, apart / ROOMY))
}

const LABEL_GAP = 4
const LABEL_PADDING = 10

/**
 * The publishes on screen, each with a label where there is place for one. Places are given from the oldest on, so that
 * a label that is shown stays while others come; the selected publish always has one.
 */
function placePublishes(input: PlanInput, x: (time: number) => number): DrawnPublish[] {
  const { data, outcomes, window, selected, geometry, measure } = input
  const chosen = data.publishes.find((publish) => publish.id === selected)
  const widthOf = (publish: PublishRow) => Math.ceil(measure(publishText(publish))) + LABEL_PADDING
  const reserved = chosen ? ([x(chosen.at), widthOf(chosen) / 2] as const) : null
  let free = Number.NEGATIVE_INFINITY
  const drawn: DrawnPublish[] = []
  for (const [index, publish] of data.publishes.entries()) {
    const at = x(publish.at)
    const width = widthOf(publish)
    const clear =
      at - width / 2 >= free &&
      (!reserved || Math.abs(at - reserved[0]) >= width / 2 + reserved[1] + LABEL_GAP || publish === chosen)
    const labelled = clear || publish === chosen
    if (labelled) free = at + width / 2 + LABEL_GAP
    const { wentOutAt } = publish
    const gone = wentOutAt ?? publish.at
    if (gone < window.from || publish.at > window.to || at > geometry.width) continue
    const reach = publishReach(publish, outcomes.crosses(index))
    const out = wentOutAt === null ? null : x(wentOutAt)
    drawn.push({ publish: index, x: at, out, text: publishText(publish), label: labelled ? width : 0, reach })
  }
  return drawn
}

/** Indexes of the lanes that have to do with a stretch of time, in their order. */
export function lanesIn(lanes: readonly Lane[], window: TimeWindow, now: number): number[] {
  const shown: number[] = []
  for (const [index, { from, to }] of lanes.entries()) {
    if (from <= window.to && (to ?? now) >= window.from) shown.push(index)
  }
  return shown
}

/** How far to scroll so that the lane at the top stays there although lanes above it came or went. */
export function keptScroll(scroll: number, before: readonly string[], after: readonly string[]): number {
  const row = Math.floor(scroll / LANE)
  if (row <= 0) return scroll
  for (let look = row; look < before.length; look += 1) {
    const place = after.indexOf(before[look] ?? '')
    if (place >= 0) return Math.max(0, scroll + (place - look) * LANE)
  }
  return scroll
}

/** Which row a lane is in: it keeps this name whatever comes before it. */
export function laneKey({ exchange, from }: Lane): string {
  return `${exchange}@${from}`
}

// ---- outcomes

export interface OutcomeTable {
  /** By indexes of a lane and a publish; null: the publish was none of this lane's business. */
  at(lane: number, publish: number): OutcomeName | null
  /** Something came of the publish for one of these lanes. */
  crosses(publish: number): boolean
}

/** What came of each publish for each lane. One that waits for its prev-id waits for everybody who is held. */
export function outcomeTable({ lanes, publishes, crossings }: Lanes): OutcomeTable {
  const codes = new Uint8Array(lanes.length * publishes.length)
  const crossed = new Set<number>()
  for (const [lane, publish, code] of crossings) {
    codes[lane * publishes.length + publish] = code + 1
    crossed.add(publish)
  }
  const waiting = outcomeNames.indexOf('waiting') + 1
  for (const [index, publish] of publishes.entries()) {
    if (publish.state !== 'waiting') continue
    for (const [lane, { from, to }] of lanes.entries()) {
      const place = lane * publishes.length + index
      if (codes[place] === 0 && from <= publish.at && to === null) codes[place] = waiting
    }
  }
  return {
    at: (lane, publish) => outcomeNames[(codes[lane * publishes.length + publish] ?? 0) - 1] ?? null,
    crosses: (publish) => crossed.has(publish),
  }
}

// ---- publishes

export type PublishReach = 'reached' | 'nobody' | 'waiting'

/** @param crossed Something came of it for a lane: it may have been neither delivered nor missed, but asked for again. */
export function publishReach(publish: PublishRow, crossed: boolean): PublishReach {
  if (publish.state === 'waiting') return 'waiting'
  return !crossed && publish.unheard ? 'nobody' : 'reached'
}

/** Characters of an id on its label. */
const LABEL_MAX = 14

/** What stands on a publish's label: the publisher's id, or our number. */
export function publishText({ itemId, id }: PublishRow): string {
  if (itemId === null) return `no. ${id}`
  return itemId.length > LABEL_MAX ? `${itemId.slice(0, LABEL_MAX - 1)}…` : itemId
}
