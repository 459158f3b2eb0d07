// What is wrong with an edited request before it is sent, each with its field and its fix.
import { shownJsonFault } from '../../components/pretty-json'
import { formatBytes } from '../../format/bytes'
import { bodySize, isCut, type Recorded, type ReplayDraft } from './replay-draft'

/** A header is named by the key of its line. */
export type DraftField = 'method' | 'url' | 'body' | number

export interface DraftProblem {
  readonly at: DraftField
  /** As the engine and people call it. */
  readonly field: string
  readonly message: string
  readonly fix: string
  /** False: it can be sent all the same. */
  readonly blocking: boolean
}

/** Characters of names and methods (RFC 9110, token). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** What a header's value may hold: tabs, and what ISO 8859-1 can show. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const HEADERS_MAX = 500
const NAME_MAX = 1000
const VALUE_MAX = 65_536
/** Methods whose requests seldom have a body. */
const BODILESS = new Set(['GET', 'HEAD'])

export function problemsOf(draft: ReplayDraft, recorded: Recorded): DraftProblem[] {
  return [
    methodProblem(draft),
    urlProblem(draft, recorded),
    ...headerProblems(draft),
    bodyProblem(draft, recorded),
  ].filter((problem) => problem !== null)
}

function blocking(at: DraftField, field: string, message: string, fix: string): DraftProblem {
  return { at, field, message, fix, blocking: true }
}

function methodProblem({ method }: ReplayDraft): DraftProblem | null {
  const name = method.trim()
  if (name === '') return blocking('method', 'method', 'The method is missing.', 'Give one, such as GET.')
  if (!TOKEN.test(name)) {
    return blocking('method', 'method', 'A method is one word.', 'Use letters only, such as GET or POST.')
  }
  if (name.length > 50) return blocking('method', 'method', 'The method is too long.', 'Use 50 letters at most.')
  if (name.toUpperCase() === 'CONNECT') {
    return blocking('method', 'method', 'CONNECT asks for a tunnel, which the proxy does not make.', 'Use another one.')
  }
  return null
}

function urlProblem({ url }: ReplayDraft, recorded: Recorded): DraftProblem | null {
  const text = url.trim()
  // Whatever came before can be sent again.
  if (text === recorded.url && text.startsWith('/')) return null
  const at = (message: string, fix: string) => blocking('url', 'url', message, fix)
  if (!text.startsWith('/')) return at(...notAPath(text))
  const hash = text.indexOf('#')
  if (hash >= 0) return at('What follows # is never sent to a server.', 'Leave it out, or write # as %23.')
  const bad = /[^\x21-\x7e]/u.exec(text)?.[0]
  if (bad !== undefined) {
    const name = bad === ' ' ? 'A space' : `“${bad}”`
    return at(`${name} cannot be in a path.`, `Write it as ${percentOf(bad)}.`)
  }
  return text.length > 65_536 ? at('The path is too long.', 'Use 65,536 characters at most.') : null
}

function notAPath(text: string): [message: string, fix: string] {
  if (text === '') return ['The path is missing.', 'Give path and query, such as /.']
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { pathname, search, host } = new URL(text)
    return ['This is a whole URL; the proxy needs a path.', `Use ${pathname}${search}, and ${host} as Host header.`]
  }
  return ['A path begins with /.', `Write /${text}.`]
}

function headerProblems({ headers }: ReplayDraft): (DraftProblem | null)[] {
  const list = headers.map((line) => headerProblem(line.key, line.name.trim(), line.value.trim()))
  const hosts = headers.filter(({ name }) => name.trim().toLowerCase() === 'host')
  const second = hosts[1]
  if (second) list.push(blocking(second.key, 'Host', 'There is more than one Host header.', 'Remove one of them.'))
  const last = headers[headers.length - 1]
  if (last && headers.length > HEADERS_MAX) {
    const message = `There are ${headers.length} headers.`
    list.push(blocking(last.key, 'headers', message, `Remove some: ${HEADERS_MAX} can be sent.`))
  }
  return list
}

function headerProblem(key: number, name: string, value: string): DraftProblem | null {
  if (name === '') {
    return value === '' ? null : blocking(key, 'header', 'This header has no name.', 'Give it one, or remove it.')
  }
  const at = (message: string, fix: string) => blocking(key, name, message, fix)
  if (!TOKEN.test(name)) {
    const bad = [...name].find((character) => !TOKEN.test(character)) ?? ''
    return at(`“${bad}” cannot be in a header’s name.`, 'Use letters, digits and -.')
  }
  if (name.length > NAME_MAX) return at('The name is too long.', `Use ${NAME_MAX} characters at most.`)
  if (value.length > VALUE_MAX) return at('The value is too long.', `Use ${VALUE_MAX} characters at most.`)
  if (!VALUE.test(value)) {
    const bad = [...value].find((character) => !VALUE.test(character)) ?? ''
    const shown = bad < ' ' ? 'A line break' : `“${bad}”`
    return at(`${shown} cannot be in a header’s value.`, `Write it as ${percentOf(bad)}.`)
  }
  return null
}

/** A character as it is written where it cannot stand itself. */
function percentOf(character: string): string {
  // Half of a pair of surrogates has no code of its own.
  return encodeURIComponent(/\p{Cs}/u.test(character) ? '\ufffd' : character)
}

function bodyProblem(draft: ReplayDraft, recorded: Recorded): DraftProblem | null {
  const { size, kept } = recorded.body
  const caution = (message: string, fix: string): DraftProblem => ({
    at: 'body',
    field: 'body',
    message,
    fix,
    blocking: false,
  })
  if (isCut(recorded)) {
    const message = `Only ${formatBytes(kept)} of the body’s ${formatBytes(size)} were kept.`
    const raise = 'To keep all of it, raise “Kept of each body” in the settings and record it again.'
    if (draft.body === 'undecided') {
      const choices =
        kept > 0 ? 'send the part that was kept, write another one, or send none' : 'write one or send none'
      return blocking('body', 'body', message, `Choose what to send: ${choices}. ${raise}`)
    }
    if (draft.body === 'kept') return caution(message, `The rest will be missing. ${raise}`)
  }
  if (bodySize(draft, recorded) === 0) return null
  const method = draft.method.trim().toUpperCase()
  if (BODILESS.has(method) && size === 0) {
    return caution(`A ${method} with a body is unusual: many backends ignore it.`, 'Did you mean POST or PUT?')
  }
  return draft.body === 'written' && draft.text !== recorded.text ? writtenProblem(draft, caution) : null
}

function writtenProblem(
  draft: ReplayDraft,
  caution: (message: string, fix: string) => DraftProblem,
): DraftProblem | null {
  const encoding = headerOf(draft, 'content-encoding')
  if (encoding !== '' && encoding !== 'identity') {
    return caution(`Content-Encoding says ${encoding}, but this is plain text.`, 'Remove that header.')
  }
  const type = headerOf(draft, 'content-type')
  const fault = /[/+]json\b/.test(type) ? shownJsonFault(draft.text) : null
  if (fault !== null)
    return caution(`Content-Type says JSON, but the body is not: ${fault}.`, 'Correct the body or the header.')
  return type === '' ? caution('There is no Content-Type header.', 'Add one, so that the backend can read it.') : null
}

function headerOf({ headers }: ReplayDraft, wanted: string): string {
  return (
    headers
      .find(({ name }) => name.trim().toLowerCase() === wanted)
      ?.value.trim()
      .toLowerCase() ?? ''
  )
}
