// What the overview strip shows, worked out in pixels: holds in lanes, publishes and requests as ticks. Ticks that
// fall on the same pixel are one, and so are holds that overlap in their lane, so that 100,000 of them cost no more to draw.
import type { ExchangeRow, PublishRow } from '../../../preload/views'
import { type TimeWindow, xOf } from './time-window'

export type PublishTone = 'delivered' | 'attention' | 'failed'

export interface OverviewPlan {
  /** Lines: lane, from and to in pixels, and whether it still goes on. */
  readonly holds: readonly {
    readonly lane: number
    readonly from: number
    readonly to: number
    readonly live: boolean
  }[]
  /** By pixel: the publish there. */
  readonly publishes: ReadonlyMap<number, PublishTone>
  /** By pixel: true if one of the requests there failed. */
  readonly requests: ReadonlyMap<number, boolean>
}

export interface OverviewInput {
  readonly exchanges: Iterable<ExchangeRow>
  readonly publishes: Iterable<PublishRow>
  readonly window: TimeWindow
  /** Pixels. */
  readonly width: number
  readonly lanes: number
  /** Milliseconds since the trace began. */
  readonly now: number
}

const worse: Record<PublishTone, number> = { delivered: 0, attention: 1, failed: 2 }

/** Rows that are looked at between two steps: some tenths of a millisecond. */
const STEP = 1000

/** The whole plan at once. */
export function planOverview(input: OverviewInput): OverviewPlan {
  const steps = planInSteps(input)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The plan in small steps, so that others get their turn while there are 100,000 rows. Rows may come meanwhile. */
export function* planInSteps(input: OverviewInput): Generator<undefined, OverviewPlan> {
  const { window, width, lanes, now } = input
  const holds: { lane: number; from: number; to: number; live: boolean }[] = []
  const lastInLane: ({ lane: number; from: number; to: number; live: boolean } | undefined)[] = new Array(lanes)
  const requests = new Map<number, boolean>()
  let looked = 0
  for (const row of input.exchanges) {
    if (++looked % STEP === 0) yield
    const failed = row.state === 'failed'
    if (row.heldAt === null || failed) {
      const x = Math.round(xOf(row.at, window, width))
      if (failed || !requests.has(x)) requests.set(x, failed)
      continue
    }
    // With those that were given up in between: the client waited all the time.
    const from = xOf(row.formerHolds[0]?.[0] ?? row.heldAt, window, width)
    const to = Math.max(from + 1, xOf(row.endedAt ?? now, window, width))
    const live = row.endedAt === null
    const lane = freeLane(lastInLane, from)
    const before = lastInLane[lane]
    if (before && before.to >= from - 1) {
      before.to = Math.max(before.to, to)
      before.live ||= live
      continue
    }
    const hold = { lane, from, to, live }
    lastInLane[lane] = hold
    holds.push(hold)
  }
  const publishes = new Map<number, PublishTone>()
  for (const row of input.publishes) {
    if (++looked % STEP === 0) yield
    const x = Math.round(xOf(row.at, window, width))
    const tone = publishTone(row)
    const before = publishes.get(x)
    if (!before || worse[tone] > worse[before]) publishes.set(x, tone)
  }
  return { holds, publishes, requests }
}

/** The first lane that is free there, or the one that is free soonest. */
function freeLane(last: readonly ({ to: number } | undefined)[], from: number): number {
  let soonest = 0
  for (let lane = 0; lane < last.length; lane += 1) {
    const to = last[lane]?.to ?? Number.NEGATIVE_INFINITY
    if (to < from - 2) return lane
    if (to < (last[soonest]?.to ?? Number.NEGATIVE_INFINITY)) soonest = lane
  }
  return soonest
}

function publishTone(row: PublishRow): PublishTone {
  if (row.state === 'refused') return 'failed'
  return row.delivered === 0 && row.waiting === 0 ? 'attention' : 'delivered'
}
