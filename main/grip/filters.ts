// Filters of a subscription: who does not get an item, and what is put into its content. A new filter is one entry in
// `filters`. Behaviour is that of Pushpin's handler/filter.cpp.
import type { Cause } from '../../preload/vocabulary/causes'
import type { FilteredBy } from '../trace/events'
import { linkUrl } from './link-url'
import { isAskable } from './target-host'
import { type ExpandingLeft, expand } from './templates'

export interface FilterContext {
  /** Of the hold or WebSocket. */
  readonly connectionMeta: Readonly<Record<string, string>>
  readonly itemMeta: Readonly<Record<string, string>> | undefined
  readonly isSubscribed: (channel: string) => boolean
  /** The id that the hold has of a channel, for build-id. Left out (WebSockets): ids come from the content alone. */
  readonly prevIdOf?: (channel: string) => string | undefined
  /** What may still be expanded for the item; left out: as much as for a message of its own. */
  readonly expanding?: ExpandingLeft
}
export type FilterResult =
  | { readonly send: true; readonly content: Buffer }
  | {
      readonly send: false
      readonly why: Cause
      /**
       * True: a filter failed (false: it decided to drop). Pushpin 1.36 then ends a stream and answers
       * 502 to a response hold.
       */
      readonly fault: boolean
      /** Which filter it was. */
      readonly by: FilteredBy
    }

/** Filters of Pushpin 2.0 that ask a backend about each message. */
export type HttpFilter = 'http-check' | 'http-modify'

/** What a filter works on. `response`: the first response of a hold. */
type FilterTarget = 'delivery' | 'content' | 'response'

interface Filter {
  readonly targets: readonly FilterTarget[]
  /** A backend decides: `run` lets everything pass. */
  readonly http?: HttpFilter
  run(context: FilterContext, content: Buffer): FilterResult
}

/** A value of a record, never one of its prototype. */
function ownValue(meta: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return meta !== undefined && Object.hasOwn(meta, name) ? meta[name] : undefined
}

function drop(filter: string, why: Cause): FilterResult {
  return { send: false, why, fault: false, by: { filter } }
}

function fail(filter: string, fault: Cause, missing?: string): FilterResult {
  const by: FilteredBy = { filter, failed: true, ...(missing !== undefined && { missing }) }
  return { send: false, why: { code: 'filter-fault', filter, fault }, fault: true, by }
}

const skipSelf: Filter = {
  targets: ['delivery'],
  run({ connectionMeta, itemMeta }, content) {
    const user = ownValue(connectionMeta, 'user')
    if (user && user === ownValue(itemMeta, 'sender')) return drop('skip-self', { code: 'skip-self', user })
    return { send: true, content }
  },
}

const skipUsers: Filter = {
  targets: ['delivery'],
  run({ connectionMeta, itemMeta }, content) {
    const user = ownValue(connectionMeta, 'user')
    if (user && itemMeta && skippedUsers(itemMeta).has(user)) return drop('skip-users', { code: 'skip-users', user })
    return { send: true, content }
  },
}

const skipped = new WeakMap<object, ReadonlySet<string>>()

/** Users in skip_users: read once for all receivers of an item. */
function skippedUsers(itemMeta: Readonly<Record<string, string>>): ReadonlySet<string> {
  let users = skipped.get(itemMeta)
  if (!users) {
    users = new Set(
      ownValue(itemMeta, 'skip_users')
        ?.split(',')
        .map((name) => name.trim()),
    )
    skipped.set(itemMeta, users)
  }
  return users
}

/** A name from outside, as a fact about a message. */
function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

const requireSub: Filter = {
  targets: ['delivery'],
  run({ itemMeta, isSubscribed }, content) {
    const channel = ownValue(itemMeta, 'require_sub')
    if (channel && !isSubscribed(channel)) return drop('require-sub', { code: 'require-sub', channel })
    return { send: true, content }
  },
}

function notDirective(directive: string, write: string): { fault: Cause } {
  return { fault: { code: 'not-a-directive', directive, write } }
}

const varSubst: Filter = {
  targets: ['content'],
  run({ connectionMeta, expanding }, content) {
    let missing: string | undefined
    const expanded = expand(
      content,
      (letter, name) => {
        if (letter !== 's') return notDirective(`%${letter}`, '%(name)s')
        if (name === undefined) return { fault: { code: 'directive-without-name', directive: '%s', write: '%(name)s' } }
        const value = ownValue(connectionMeta, name)
        if (value !== undefined) return { text: Buffer.from(value, 'utf8') }
        missing = short(name)
        return { fault: { code: 'no-meta', name } }
      },
      expanding,
    )
    return expanded.ok ? { send: true, content: expanded.content } : fail('var-subst', expanded.why, missing)
  },
}

/** The id of this moment, from the hold's meta id_format, in which %(channel)s is the channel's prev-id. */
function renderId(context: FilterContext): { id: Buffer | undefined; hex: boolean } | { fault: Cause } {
  const format = ownValue(context.connectionMeta, 'id_format')
  if (format === undefined) return { fault: { code: 'no-meta', name: 'id_format' } }
  const encoding = ownValue(context.connectionMeta, 'id_encoding')
  if (encoding !== undefined && encoding !== 'hex') return { fault: { code: 'id-encoding', encoding } }
  const hex = encoding === 'hex'
  const { prevIdOf } = context
  if (prevIdOf === undefined) return { id: undefined, hex }
  const expanded = expand(
    Buffer.from(format, 'utf8'),
    (letter, channel) => {
      if (letter !== 's') return notDirective(`%${letter} in id_format`, '%(channel)s')
      if (channel === undefined)
        return {
          fault: { code: 'directive-without-channel', directive: '%s in id_format', write: '%(channel)s' },
        }
      const id = prevIdOf(channel)
      return id === undefined ? { fault: { code: 'no-prev-id', channel } } : { text: Buffer.from(id, 'utf8') }
    },
    context.expanding,
  )
  return expanded.ok ? { id: expanded.content, hex } : { fault: expanded.why }
}

const buildId: Filter = {
  targets: ['content', 'response'],
  run(context, content) {
    const rendered = renderId(context)
    if ('fault' in rendered) return fail('build-id', rendered.fault)
    const expanded = expand(
      content,
      (letter, literal) => {
        if (letter !== 'I') return notDirective(`%${letter}`, '%I or %(id)I')
        const id = literal === undefined ? rendered.id : Buffer.from(literal, 'utf8')
        if (id === undefined) return { fault: { code: 'no-id' } }
        return { text: rendered.hex ? Buffer.from(id.toString('hex'), 'latin1') : id }
      },
      context.expanding,
    )
    return expanded.ok ? { send: true, content: expanded.content } : fail('build-id', expanded.why)
  },
}

const httpCheck: Filter = {
  targets: ['delivery'],
  http: 'http-check',
  run: (_context, content) => ({ send: true, content }),
}

const httpModify: Filter = { ...httpCheck, targets: ['delivery', 'content'], http: 'http-modify' }

const filters: ReadonlyMap<string, Filter> = new Map([
  ['skip-self', skipSelf],
  ['skip-users', skipUsers],
  ['require-sub', requireSub],
  ['build-id', buildId],
  ['var-subst', varSubst],
  ['http-check', httpCheck],
  ['http-modify', httpModify],
])

export const knownFilters: readonly string[] = [...filters.keys()]

/**
 * Runs a subscription's filters: first those that decide who gets the item, then those that change its content, each in
 * their order, up to the first that drops. Names that are not known are skipped.
 */
export function applyFilters(names: readonly string[], context: FilterContext, content: Buffer): FilterResult {
  const delivery = runFilters('delivery', names, context, content)
  return delivery.send ? runFilters('content', names, context, content) : delivery
}

/** Runs only the filters that decide who gets the item: for actions that send nothing. */
export function applyDeliveryFilters(names: readonly string[], context: FilterContext): FilterResult {
  return runFilters('delivery', names, context, NOTHING)
}

/** Runs the filters of all channels that change the first response of a hold as well, each name once. */
export function applyResponseFilters(
  names: readonly string[],
  connectionMeta: Readonly<Record<string, string>>,
  content: Buffer,
): FilterResult {
  const context: FilterContext = { connectionMeta, itemMeta: undefined, isSubscribed: () => false }
  return runFilters('response', [...new Set(names)], context, content)
}

const NOTHING = Buffer.alloc(0)

function runFilters(
  target: FilterTarget,
  names: readonly string[],
  context: FilterContext,
  content: Buffer,
): FilterResult {
  let current = content
  for (const name of names) {
    const filter = filters.get(name)
    if (!filter?.targets.includes(target)) continue
    const result = filter.run(context, current)
    if (!result.send) return result
    current = result.content
  }
  return { send: true, content: current }
}

/**
 * A format with content-filters goes only to subscriptions whose content filters are exactly these, in this order.
 * Undefined if so, else why not (in Pushpin 1.36 a fault, see FilterResult).
 */
export function contentFilterMismatch(subscription: readonly string[], wanted: readonly string[]): Cause | undefined {
  const have = subscription.filter((name) => filters.get(name)?.targets.includes('content'))
  if (have.length === wanted.length && have.every((name, i) => name === wanted[i])) return undefined
  return { code: 'content-filters-differ', wanted: wanted.slice(0, NAMED), have: have.slice(0, NAMED) }
}

/** Filters that a cause names. */
const NAMED = 100

/** Does any of these filters change the first response of a hold? */
export function changesResponse(names: readonly string[]): boolean {
  return names.some((name) => filters.get(name)?.targets.includes('response'))
}

// ---- filters that ask a backend ------------------------------------------------------------------------------------

/** The first of these filters that asks a backend, if one does. */
export function httpFilterOf(names: readonly string[]): HttpFilter | undefined {
  for (const name of names) {
    const asks = filters.get(name)?.http
    if (asks) return asks
  }
  return undefined
}

/** A backend is to be asked with this content; then `next` is the first filter to go on with. */
export interface HttpFilterStep {
  readonly filter: HttpFilter
  readonly content: Buffer
  readonly next: number
}

/**
 * Runs filters of which some ask, from number `from` on and in the order given (as Pushpin 2.0), up to the first that
 * drops or asks. `sends`: false for actions that send nothing, which only those filters see that decide who gets it.
 */
export function runUntilHttp(
  names: readonly string[],
  from: number,
  context: FilterContext,
  content: Buffer,
  sends: boolean,
): FilterResult | HttpFilterStep {
  let current = content
  for (let i = from; i < names.length; i++) {
    const filter = filters.get(names[i] ?? '')
    if (!filter) continue
    if (!filter.targets.includes('delivery') && !(sends && filter.targets.includes('content'))) continue
    if (filter.http) return { filter: filter.http, content: current, next: i + 1 }
    const result = filter.run(context, current)
    if (!result.send) return result
    current = result.content
  }
  return { send: true, content: current }
}

/** Where to ask: the connection's meta `url`, which may be relative to where the connection is now. */
export function filterUrl(meta: Readonly<Record<string, string>>, base: URL): URL | { readonly fault: Cause } {
  const text = ownValue(meta, 'url')
  if (!text) return { fault: { code: 'no-meta-url' } }
  const url = linkUrl(text, base)
  if (url && isAskable(url)) return url
  return { fault: { code: 'bad-meta-url', url: text.slice(0, 200) } }
}

/** What tells the backend of connection, item, and what the client has. */
export function filterHeaders(
  { connectionMeta, itemMeta }: FilterContext,
  lastIds: Iterable<readonly [channel: string, id: string]>,
): string[] {
  const headers = ['Sub-Meta', headerJson(connectionMeta), 'Pub-Meta', headerJson(itemMeta ?? {})]
  for (const [channel, id] of lastIds) headers.push('Grip-Last', `${channel}; last-id=${id}`)
  return headers
}

/** What the backend decided: 200 or 204 lets the message pass, unless its header Action says `drop`. */
export function readDecision(
  filter: HttpFilter,
  { status, action }: { readonly status: number; readonly action: string },
  body: Buffer,
  content: Buffer,
): FilterResult {
  if (status !== 200 && status !== 204)
    return { send: false, why: { code: 'filter-status', filter, status }, fault: true, by: { filter, failed: true } }
  if (action === 'drop') return drop(filter, { code: 'filter-dropped', filter })
  return { send: true, content: filter === 'http-modify' && status === 200 ? body : content }
}

/** JSON that fits in a header whatever is in it. */
function headerJson(meta: Readonly<Record<string, string>>): string {
  return JSON.stringify(meta).replace(/[\x7f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
