// The composer's draft, and the publish item that it stands for.
import type { Reach } from '../../../preload/views'
import { type FormatName, formatNames, formatOfKind } from '../../../preload/vocabulary/formats'
import { shellQuoted } from '../../../preload/vocabulary/shell-words'
import { formatCount } from '../../format/bytes'

export type DraftAction = 'send' | 'close' | 'hint'

export interface PublishDraft {
  readonly channel: string
  readonly id: string
  readonly prevId: string
  readonly action: DraftAction
  /** Formats that the item has. */
  readonly formats: readonly FormatName[]
  /** The format whose content is edited. */
  readonly shown: FormatName
  readonly code: string
  readonly reason: string
  /** Lines of `name: value`. */
  readonly headers: string
  readonly body: string
  readonly content: string
  /** Content is framed as a Server-Sent Event of this name; null: sent as it is. */
  readonly sse: string | null
  readonly message: string
  readonly binary: boolean
  /** Lines of `name: value`. */
  readonly meta: string
}

export const emptyDraft: PublishDraft = {
  channel: '',
  id: '',
  prevId: '',
  action: 'send',
  formats: ['http-response', 'http-stream', 'ws-message'],
  shown: 'http-stream',
  code: '200',
  reason: '',
  headers: '',
  body: '',
  content: '',
  sse: null,
  message: '',
  binary: false,
  meta: '',
}

/** The formats for those who listen, and the one that most of them take first; nobody listens: all. */
export function formatsFor(byKind: Reach['byKind']): Pick<PublishDraft, 'formats' | 'shown'> {
  const held = byKind.filter((each) => each.held > 0).sort((a, b) => b.held - a.held)
  const [most] = held
  if (!most) return { formats: emptyDraft.formats, shown: emptyDraft.shown }
  const formats = formatNames.filter((name) => held.some(({ kind }) => formatOfKind[kind] === name))
  return { formats, shown: formatOfKind[most.kind] }
}

/** Has nothing been written yet that a change of formats would hide? */
export function isBlank({ body, content, message, action }: PublishDraft): boolean {
  return body === '' && content === '' && message === '' && action === 'send'
}

/** Formats of the item in which nothing is written. A status or headers of its own are something. */
export function emptyFormats(draft: PublishDraft): FormatName[] {
  if (draft.action !== 'send') return []
  const empty: Record<FormatName, boolean> = {
    'http-response': draft.body === '' && draft.headers === '' && draft.reason === '' && draft.code === '200',
    'http-stream': draft.content === '',
    'ws-message': draft.message === '',
  }
  return draft.formats.filter((name) => empty[name])
}

/** The item as GRIP writes it. */
export function itemOf(draft: PublishDraft): Record<string, unknown> {
  const formats = Object.fromEntries(
    formatNames.filter((name) => draft.formats.includes(name)).map((name) => [name, formatOf(draft, name)]),
  )
  const meta = pairs(draft.meta)
  return {
    channel: draft.channel,
    ...(draft.id !== '' && { id: draft.id }),
    ...(draft.prevId !== '' && { 'prev-id': draft.prevId }),
    ...(meta.length > 0 && { meta: Object.fromEntries(meta) }),
    formats,
  }
}

function formatOf(draft: PublishDraft, name: FormatName): Record<string, unknown> {
  if (draft.action !== 'send') return { action: draft.action }
  switch (name) {
    case 'http-response': {
      const headers = pairs(draft.headers)
      const code = Number(draft.code)
      return {
        ...(draft.code !== '' && draft.code !== '200' && { code: Number.isInteger(code) ? code : draft.code }),
        ...(draft.reason !== '' && { reason: draft.reason }),
        ...(headers.length > 0 && { headers }),
        body: draft.body,
      }
    }
    case 'http-stream':
      return { content: draft.sse === null ? draft.content : sseFrame(draft.sse, draft.content) }
    case 'ws-message':
      return draft.binary ? { 'content-bin': draft.message } : { content: draft.message }
  }
}

/** An event with its framing: a line for its name, each line of data, and the empty line that ends it. */
export function sseFrame(event: string, data: string): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`)
  return `${event === '' || event === 'message' ? '' : `event: ${event}\n`}${lines.join('')}\n`
}

/** The draft that an item would have been written as. */
export function publishDraftOf(item: Readonly<Record<string, unknown>>): PublishDraft {
  const formats = object(item.formats) ?? item
  const present = formatNames.filter((name) => object(formats[name]) !== undefined)
  const response = object(formats['http-response']) ?? {}
  const stream = object(formats['http-stream']) ?? {}
  const message = object(formats['ws-message']) ?? {}
  const actions = [response, stream, message].map((format) => format.action)
  const action = actions.find((a) => a === 'close' || a === 'hint')
  return {
    ...emptyDraft,
    channel: text(item.channel),
    id: text(item.id),
    prevId: text(item['prev-id']),
    action: action === 'close' || action === 'hint' ? action : 'send',
    formats: present,
    shown: present[0] ?? emptyDraft.shown,
    code: response.code === undefined ? '200' : String(response.code),
    reason: text(response.reason),
    headers: headerLines(response.headers),
    body: text(response.body),
    content: text(stream.content),
    message: text(message['content-bin'] ?? message.content),
    binary: message['content-bin'] !== undefined,
    meta: headerLines(item.meta),
  }
}

/** The same call for a shell. */
export function curlOf(item: Readonly<Record<string, unknown>>, url: string): string {
  return `curl -d ${shellQuoted(JSON.stringify({ items: [item] }))} \\\n  ${shellQuoted(url)}`
}

/** Characters of a long text that are shown where it only says what is sent. */
const SHOWN = 4000

/** The beginning of a long text, and a sentence that it is more. */
export function shortened(text: string, more: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…\n${formatCount(text.length)} characters. ${more}`
}

/** The id after one: the next number where it ends in one. */
export function nextId(last: string): string {
  const match = /^(.*?)(\d+)$/.exec(last)
  if (!match) return ''
  const [, head = '', digits = ''] = match
  return head + String(BigInt(digits) + 1n).padStart(digits.length, '0')
}

/** Lines of `name: value`; lines without a colon are left out. */
export function pairs(lines: string): [string, string][] {
  return lines.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf(':')
    return at <= 0 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
  })
}

function headerLines(value: unknown): string {
  const list = Array.isArray(value) ? value : Object.entries(object(value) ?? {})
  return list.map((pair) => (Array.isArray(pair) ? `${pair[0]}: ${pair[1]}` : '')).join('\n')
}

function object(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
