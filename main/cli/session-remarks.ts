// What a terminal is told of a session that is not whole.
import type { SessionRemarks } from '../trace/session-source'
import { said } from './ready-lines'

/** A line for each remark; none for a session that is whole. */
export function remarkLines({ lost, faults, firstFaults, unknown, cutOff }: SessionRemarks): string[] {
  const lines: string[] = []
  if (lost > 0) lines.push(`${lost} events are missing: they were lost when the session was recorded`)
  if (faults > 0) {
    const [first = ''] = firstFaults
    lines.push(faults === 1 ? `a line is left out: ${first}` : `${faults} lines are left out, the first one: ${first}`)
  }
  if (unknown.size > 0)
    lines.push(`events of types that this version does not know are left out: ${[...unknown.keys()].join(', ')}`)
  if (cutOff) lines.push('the last line is not whole: the session is still being written, or its writer was killed')
  return lines.map((line) => said(`note: ${line}`))
}
