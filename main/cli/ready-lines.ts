// What the terminal is told once Gripscope runs, with a window and without: where it listens, and what is amiss.
import { problemText } from '../../preload/views'
import type { GripscopeApp } from '../app/app'
import { errorWords } from '../grip/error-words'
import { FileError } from '../grip/file-fault'
import { visibleText } from '../grip/visible-text'
import type { Problem } from '../trace/events'

/** One line: the addresses. @param ui address of the interface for a browser, if there is one */
export function readyLine(app: GripscopeApp, ui?: string): string {
  const tls = app.tlsOrigin ? `, TLS ${app.tlsOrigin}` : ''
  const where = ui === undefined ? '' : `, UI ${ui}`
  const publish = app.publishUrl ?? 'nowhere'
  return `gripscope ready: ${app.proxyOrigin} → ${visibleText(app.state().backendLabel)}, publish ${publish}${tls}${where}\n`
}

/** A port that could not be had, with the fix: one line each. */
export function portProblems(app: GripscopeApp): Problem[] {
  const { proxy, publish } = app.engine
  return [proxy.problem, app.state().tls.problem, publish.problem].filter((problem) => problem !== null)
}

/** A problem as a line. */
export function problemLine({ field, message, fix }: Problem): string {
  return said(`${field}: ${problemText({ message, fix })}`)
}

/** What works all the same: ZeroMQ sockets that could not be had, faults in the routes, whom to trust. */
export function warningLines(app: GripscopeApp): string[] {
  const { caFile, notice } = app.state().tls
  const zmq = app.engine.zmq.flatMap(({ problem }) => (problem ? [`${problem.field}: ${problem.message}`] : []))
  const routes = app.engine.routeWarnings.map(({ line, column, message }) => {
    const where = line > 0 ? `line ${line}, column ${column}: ` : ''
    return `routes: ${where}${message}`
  })
  return [
    ...(notice ? [said(`warning: ${problemText(notice)}`)] : []),
    ...(caFile === null ? [] : [said(`TLS clients must trust the local CA ${caFile} (see docs/tls.md)`)]),
    ...[...zmq, ...routes].map((text) => said(`warning: ${text}`)),
  ]
}

/** Characters of a line; a value that is named in it may have any length. */
const LINE_MAX = 2000

/** A line of ours: what is from outside in it can't begin another one, nor fill the screen. */
export function said(text: string): string {
  const cut = text.length > LINE_MAX ? `${text.slice(0, LINE_MAX / 2)} … ${text.slice(-LINE_MAX / 2)}` : text
  return `gripscope: ${visibleText(cut)}\n`
}

/** Why the program cannot go on. */
export function endingText(error: unknown): string {
  return `it has to end: ${errorWords(error)}`
}

/** Why the backend of the command line is not remembered. */
export function notKeptText(error: unknown): string {
  return `the choice of the backend is not kept: ${problemText({ message: errorWords(error), fix: error instanceof FileError ? error.fix : '' })}`
}
