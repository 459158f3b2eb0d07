// `gripscope show`: the exchanges or the publishes of a recorded session, a line each.
import { readSession } from '../app/session-file'
import { visibleText } from '../grip/visible-text'
import { exchangeRow } from '../trace/exchange-row'
import type { ExchangeRecord } from '../trace/exchange-state'
import type { Findings } from '../trace/findings/findings'
import { findingsOf } from '../trace/findings/read-findings'
import { TraceModel } from '../trace/model'
import { publishRow } from '../trace/publish-row'
import type { PublishRecord } from '../trace/publish-state'
import type { SessionSource } from '../trace/session-source'
import { durationText, sizeText } from '../trace/units'
import { printLines } from './print-lines'
import { problemLine, said } from './ready-lines'
import type { ShowOptions } from './session-options'
import { remarkLines } from './session-remarks'

/** Returns the exit code. */
export async function show({ file, json, publishes }: ShowOptions): Promise<number> {
  const read = await readSession(file)
  if (!read.ok) {
    process.stderr.write(problemLine(read.problem))
    return 2
  }
  const { session } = read
  for (const line of remarkLines(session.remarks)) process.stderr.write(line)
  if (session.dropped > 0)
    process.stderr.write(said(`note: the session is larger than 1 GiB: the oldest ${session.dropped} are left out`))
  await printLines(linesOf(session, { json, publishes }))
  return 0
}

function* linesOf(session: SessionSource, { json, publishes }: Omit<ShowOptions, 'file'>): Generator<string> {
  const model = new TraceModel()
  session.read(0, Number.POSITIVE_INFINITY, (event) => model.apply(event))
  const findings = findingsOf(session)
  if (publishes) for (const each of model.publishes.values()) yield publishLine(each, findings, json)
  else for (const each of model.exchanges.values()) yield exchangeLine(each, findings, json)
}

function exchangeLine(exchange: ExchangeRecord, findings: Findings, json: boolean): string {
  const row = exchangeRow(exchange)
  const rules = rulesOf(findings.ofExchange(row.id))
  if (json) return `${JSON.stringify({ ...row, findings: rules })}\n`
  const { id, at, method, path, status, state, note, channels } = row
  return lineOf([
    `#${id}`,
    durationText(at),
    method,
    path,
    status ?? '-',
    note === '' ? state : `${state} (${note})`,
    channels.join(' '),
    rules.join(' '),
  ])
}

function publishLine(publish: PublishRecord, findings: Findings, json: boolean): string {
  const row = publishRow(publish)
  const rules = rulesOf(findings.ofPublish(row.id))
  if (json) return `${JSON.stringify({ ...row, findings: rules })}\n`
  const { id, at, channel, formats, size, state, delivered, notDelivered, problem } = row
  const reached = problem ? problem.message : `delivered ${delivered}, not delivered ${notDelivered}`
  return lineOf([id, durationText(at), state, channel, formats.join(' '), sizeText(size), reached, rules.join(' ')])
}

function rulesOf(evidence: ReturnType<Findings['ofExchange']>): string[] {
  return [...new Set(evidence.map(({ rule }) => rule.id))]
}

/** Columns with two spaces between them: a path or a channel may hold one. */
function lineOf(columns: readonly (string | number)[]): string {
  return `${columns
    .map((each) => visibleText(`${each}`))
    .join('  ')
    .trimEnd()}\n`
}
