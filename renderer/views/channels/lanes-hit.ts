// What is under the pointer in the drawing of lanes.
import { AXIS, HEADER, LANE, type LanesPlan } from './lanes-layout'

export type Hit =
  /** A lane's name. */
  | { readonly on: 'name'; readonly lane: number }
  /** A publish's label or line. */
  | { readonly on: 'publish'; readonly publish: number }
  /** The sign where a publish crosses a lane. */
  | { readonly on: 'crossing'; readonly publish: number; readonly lane: number }
  /** A lane's row. */
  | { readonly on: 'lane'; readonly lane: number }

/** Pixels from a line that still count as on it. */
const NEAR = 6

export function hitAt(plan: LanesPlan, x: number, y: number): Hit | null {
  const { names } = plan.geometry
  const lane = y < HEADER ? undefined : plan.lanes.find((each) => Math.abs(each.y - y) <= LANE / 2)
  if (x < names) return lane ? { on: 'name', lane: lane.lane } : null
  if (y < AXIS) return null
  const publish = (y < HEADER ? labelAt(plan, x) : null) ?? lineAt(plan, x)
  if (publish !== null && y <= plan.bottom) {
    const crossed = lane && plan.signs.some((sign) => sign.lane === lane.lane && sign.publish === publish)
    return crossed ? { on: 'crossing', publish, lane: lane.lane } : { on: 'publish', publish }
  }
  return lane ? { on: 'lane', lane: lane.lane } : null
}

export function sameHit(a: Hit | null, b: Hit | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function labelAt({ publishes }: LanesPlan, x: number): number | null {
  return publishes.findLast((each) => Math.abs(each.x - x) <= each.label / 2)?.publish ?? null
}

function lineAt({ publishes }: LanesPlan, x: number): number | null {
  let nearest: number | null = null
  let least = NEAR
  for (const each of publishes) {
    const distance = Math.min(Math.abs(each.x - x), Math.abs((each.out ?? each.x) - x))
    if (distance > least) continue
    least = distance
    nearest = each.publish
  }
  return nearest
}
