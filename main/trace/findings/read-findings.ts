// The findings of a trace that is complete, such as a recorded session: what they would have been while it ran.
import type { TraceEvent, TraceTime } from '../events'
import type { TraceSource } from '../source'
import { Findings } from './findings'
import { rules } from './rules'

/** Events that are read at a time. */
const STEP = 4096

/** Reads all of a source at once. */
export function findingsOf(source: TraceSource): Findings {
  const findings = new Findings(rules)
  let cursor = 0
  while (cursor < source.end) cursor = source.read(cursor, STEP, (event) => findings.apply(event))
  findings.finish()
  return findings
}

/** Of events one after the other, up to a time. @param until left out: the trace ended with the last event */
export function findingsIn(events: Iterable<TraceEvent>, until?: TraceTime): Findings {
  const findings = new Findings(rules)
  for (const event of events) findings.apply(event)
  if (until === undefined) findings.finish()
  else findings.advance(until)
  return findings
}
