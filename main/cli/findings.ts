// `gripscope findings`: the mistakes that a recorded session shows, for people and for scripts.
import { readSession } from '../app/session-file'
import { visibleText } from '../grip/visible-text'
import { type Finding, severities } from '../trace/findings/finding'
import { Findings } from '../trace/findings/findings'
import { rules } from '../trace/findings/rules'
import { durationText } from '../trace/units'
import { printLines } from './print-lines'
import { problemLine, said } from './ready-lines'
import type { FindingsOptions } from './session-options'
import { remarkLines } from './session-remarks'

/** Bytes of events that are kept while they are read: rules need none of them again. */
const KEPT = 16 * 1024 * 1024

/** Returns the exit code. */
export async function findings({ file, json, failOn }: FindingsOptions): Promise<number> {
  const found = new Findings(rules)
  const read = await readSession(file, { memoryLimit: KEPT, each: (event) => found.apply(event) })
  if (!read.ok) {
    process.stderr.write(problemLine(read.problem))
    return 2
  }
  found.finish()
  for (const line of remarkLines(read.session.remarks)) process.stderr.write(line)
  if (found.leftOut > 0) process.stderr.write(said(`too many findings: ${found.leftOut} reports are left out`))
  const { list } = found
  await printLines(json ? list.map(findingJson) : list.length === 0 ? ['No findings.\n'] : list.map(findingText))
  if (failOn === undefined) return 0
  const least = severities.indexOf(failOn)
  return list.some(({ severity }) => severities.indexOf(severity) <= least) ? 1 : 0
}

/** The fields that scripts know, in their order. */
function findingJson(finding: Finding): string {
  const { rule, severity, count, firstAt, lastAt, exchanges, channel, messages, text, fix } = finding
  return `${JSON.stringify({ rule, severity, count, firstAt, lastAt, exchanges, channel, messages, text, fix })}\n`
}

function findingText({ rule, severity, count, firstAt, lastAt, exchanges, messages, text, fix }: Finding): string {
  const when =
    count === 1
      ? `at ${durationText(firstAt)}`
      : `${count} times from ${durationText(firstAt)} to ${durationText(lastAt)}`
  const evidence = [
    ...(exchanges.length > 0 ? [`exchanges ${exchanges.map((x) => `#${x}`).join(' ')}`] : []),
    ...(messages.length > 0 ? [`publishes ${messages.join(' ')}`] : []),
  ].join('; ')
  const lines = [
    `${severity} ${rule}, ${when}`,
    text,
    `Fix: ${fix}`,
    ...(evidence === '' ? [] : [`Seen in ${evidence}.`]),
  ]
  return `${lines.map((line, i) => `${i === 0 ? '' : '  '}${visibleText(line)}\n`).join('')}\n`
}
