// That no target of a route could be reached.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Target } from '../../grip/route-types'

/** Targets that are named. */
const NAMED = 20

/** @param why the last one failed */
export function noTarget(targets: readonly Target[], why?: Cause): Cause {
  const tried = targets.slice(0, NAMED).map(({ text }) => text)
  return { code: 'no-target', tried, more: targets.length - tried.length, ...(why && { why }) }
}
