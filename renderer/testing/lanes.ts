// For tests: lanes of a channel from what matters in them.
import type { Lanes, PublishRow } from '../../preload/views'
import { type OutcomeName, outcomeNames } from '../../preload/vocabulary/outcomes'
import { testPublish } from './rows'

type Lane = Lanes['lanes'][number]

export function lane(change: Partial<Lane> = {}): Lane {
  return { exchange: 1, kind: 'sse', who: '', from: 0, to: null, gaps: [], filters: [], prevId: null, ...change }
}

/** @param outcomes by lane: what came of each publish, in their order; null: nothing. */
export function lanesOf(
  lanes: readonly Partial<Lane>[],
  publishes: readonly Partial<PublishRow>[],
  outcomes: readonly (readonly (OutcomeName | null)[])[] = [],
  change: Partial<Lanes> = {},
): Lanes {
  return {
    channel: 'chat',
    lanes: lanes.map((each, index) => lane({ exchange: index + 1, ...each })),
    publishes: publishes.map((each, index) => testPublish({ id: index + 1, channel: 'chat', ...each })),
    crossings: outcomes.flatMap((row, at) =>
      row.flatMap((outcome, place): Lanes['crossings'] =>
        outcome === null ? [] : [[at, place, outcomeNames.indexOf(outcome)]],
      ),
    ),
    lanesLeftOut: 0,
    publishesLeftOut: 0,
    ...change,
  }
}
