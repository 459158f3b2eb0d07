// The contract between the engine's process and its frontends (Electron window, browser): every call and every event,
// typed, and checked at run time. It runs over Electron IPC and over a WebSocket alike.
import { z } from 'zod'
import { describedDefaults, describedSchemas, valueSchema } from './described-schemas'
import {
  bodyKinds,
  bodySchema,
  channelRowSchema,
  exchangeDetailsSchema,
  exchangeRowSchema,
  lanesSchema,
  problemSchema,
  publishDetailsSchema,
  publishRowSchema,
  reachSchema,
  statusSchema,
  wsMessagePageSchema,
  wsMessageSchema,
} from './views'
import { LIMIT_MAX, limitInfo, limitNames } from './vocabulary/limits'
import { backendInfo } from './vocabulary/settings'

const id = z.number().int().positive()

/** A text that is looked for, and where. */
export const needleSchema = z.object({ where: z.enum(['any', 'header', 'body']), text: z.string().min(1).max(1000) })
export type Needle = z.infer<typeof needleSchema>
/** An exchange or publish that has the needle of this position, and where it was found first: "request header Cookie". */
export const searchHitSchema = z.object({ id: z.number().int(), needle: z.number().int(), place: z.string() })
export type SearchHit = z.infer<typeof searchHitSchema>

/** What is behind the proxy. */
export const backendSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('demo') }),
  z.object({ kind: z.literal('url'), url: valueSchema(backendInfo.url.field) }),
  z.object({ kind: z.literal('routes'), file: valueSchema(backendInfo.routes.field) }),
  z.object({ kind: z.literal('lines'), lines: valueSchema(backendInfo.lines.field) }),
])
export type Backend = z.infer<typeof backendSchema>

/** Those that are set. */
export const limitsSchema = z
  .partialRecord(z.enum(limitNames), z.number().int().max(LIMIT_MAX))
  .superRefine((set, check) => {
    for (const name of limitNames) {
      const { min } = limitInfo[name]
      const value = set[name]
      if (value !== undefined && value < min)
        check.addIssue({ code: 'custom', path: [name], message: `${name} must be at least ${min}` })
    }
  })

/** Most settings are described in vocabulary/settings.ts, and made of that. */
export const settingsSchema = z.object({
  backend: backendSchema,
  ...describedSchemas,
  limits: limitsSchema,
  /** The welcome has been answered. */
  welcomed: z.boolean(),
})
export type Settings = z.infer<typeof settingsSchema>

export const defaultSettings: Settings = {
  backend: { kind: 'demo' },
  ...describedDefaults,
  limits: {},
  welcomed: false,
}

/** A port that should be listened on. */
export const listenerSchema = z.object({
  state: z.enum(['off', 'listening', 'failed']),
  address: z.string(),
  port: z.number().int(),
  /** Why it failed, and what to do. */
  problem: problemSchema.nullable(),
})
export type ListenerView = z.infer<typeof listenerSchema>

export const routeWarningSchema = z.object({ line: z.number().int(), message: z.string() })

export const appStateSchema = z.object({
  version: z.string(),
  frontend: z.enum(['desktop', 'web']),
  platform: z.string(),
  proxy: listenerSchema,
  publish: listenerSchema,
  tls: listenerSchema.extend({
    /** Certificate of the local CA, which clients must trust; null: it is not in use, or in memory only. */
    caFile: z.string().nullable(),
    /** What works, but not as it should. */
    notice: problemSchema.nullable(),
  }),
  zmq: z.array(listenerSchema.extend({ role: z.enum(['pull', 'sub', 'command', 'stats']), spec: z.string() })),
  /** A few words: "localhost:8000", "demo", "routes: /path". */
  backendLabel: z.string(),
  routes: z.array(z.string()),
  routeWarnings: z.array(routeWarningSchema),
  /** Clients are hung up on unseen: there are no file descriptors left. */
  descriptors: problemSchema.nullable().optional(),
  settings: settingsSchema,
  /** Errors of Gripscope's own that it survived: how many, the latest, and when that was, ms since 1970. */
  faults: z.object({ count: z.number().int(), latest: z.object({ at: z.number(), message: z.string() }) }).nullable(),
})
export type AppState = z.infer<typeof appStateSchema>

export const headersSchema = z.array(z.tuple([z.string().max(1000), z.string().max(65_536)])).max(500)

/** Headers that a replay does not take over: they belong to a connection or to how a body is sent, not to the request. */
export const headersNotReplayed: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** A publish item as GRIP writes it: checked by the same code as any other publish. */
export const itemSchema = z.record(z.string(), z.unknown())

const ok = z.object({ ok: z.literal(true) })
const failed = z.object({ ok: z.literal(false), problem: problemSchema })
const okOrProblem = z.discriminatedUnion('ok', [ok, failed])

const IDS_MAX = 1_000_000
/** Looked at in a loop: a schema for each of a million numbers would hold everything else up. */
const ids = z.custom<number[]>(
  (list) =>
    Array.isArray(list) && list.length <= IDS_MAX && list.every((each) => Number.isSafeInteger(each) && each > 0),
  `must be a list of exchange numbers, ${IDS_MAX} at most`,
)
/** What can be saved as a file. */
export const saveWhatSchema = z.discriminatedUnion('kind', [
  /** HAR 1.2 of these exchanges; null: of all. */
  z.object({ kind: z.literal('har'), ids: ids.nullable() }),
  z.object({ kind: z.literal('body'), exchange: id, body: z.enum(bodyKinds) }),
])
export type SaveWhat = z.infer<typeof saveWhatSchema>
const saveId = z.string().regex(/^[0-9a-f]{32}$/)
export const saveEndSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('saved'),
    /** The file's path; in a browser its name. */
    where: z.string(),
    bytes: z.number(),
    /** Exchanges in it; null: it is no export. */
    entries: z.number().int().nullable(),
    /** A sentence; empty: nothing. */
    leftOut: z.string(),
  }),
  z.object({ state: z.literal('cancelled') }),
  z.object({ state: z.literal('failed'), problem: problemSchema }),
])
export type SaveEnd = z.infer<typeof saveEndSchema>

/** Milliseconds for which a clear can be undone. */
export const CLEAR_UNDO = 30_000

/** Every call: its input and its output. */
export const calls = {
  'app.state': { input: z.null(), output: appStateSchema },
  'settings.change': { input: settingsSchema.partial(), output: okOrProblem },
  /** Desktop only: asks for a file with the system's dialog, under this title; null if none was chosen. */
  'settings.chooseFile': { input: z.object({ title: z.string().max(200) }), output: z.string().nullable() },
  /** What is meant by an address (`8000` is http://localhost:8000), and what is against it. Nothing is asked. */
  'backend.check': {
    input: z.object({ url: z.string().max(2000) }),
    output: z.object({ url: z.string(), problem: problemSchema.nullable() }),
  },
  /** Tells if the backend answers, before it is chosen. */
  'backend.probe': {
    input: z.object({ url: z.string().max(2000) }),
    output: z.object({ ok: z.boolean(), message: z.string() }),
  },
  'recording.set': { input: z.object({ on: z.boolean() }), output: ok },
  /** Clears what is finished. For CLEAR_UNDO milliseconds it can be undone. */
  'trace.clear': { input: z.null(), output: ok },
  'trace.undoClear': { input: z.null(), output: okOrProblem },
  'exchange.details': { input: z.object({ id }), output: exchangeDetailsSchema.nullable() },
  /** `wire`: as it was sent, be it compressed. */
  'exchange.body': {
    input: z.object({ id, kind: z.enum(bodyKinds), wire: z.boolean().optional() }),
    output: bodySchema.nullable(),
  },
  /**
   * Looks for texts in headers and bodies of these exchanges and in these publishes: as far as they were kept, decompressed.
   * A frontend asks for all that it knows, some at a time, and stops when its filter changes.
   */
  'trace.search': {
    input: z.object({
      needles: z.array(needleSchema).min(1).max(16),
      exchanges: z.array(id).max(500),
      publishes: z.array(z.number().int()).max(500),
    }),
    output: z.object({ exchanges: z.array(searchHitSchema), publishes: z.array(searchHitSchema) }),
  },
  /** The messages of a WebSocket after a number; null: it is not in memory. */
  'exchange.messages': {
    input: z.object({ id, after: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
    output: wsMessagePageSchema.nullable(),
  },
  /** One of them, as far as it was kept. */
  'exchange.message': { input: z.object({ id, number: z.number().int().min(1) }), output: wsMessageSchema.nullable() },
  'exchange.curl': { input: z.object({ id }), output: z.string().nullable() },
  'exchange.replay': {
    input: z.object({
      id,
      /** What differs from the original; left out: as it was. */
      method: z.string().min(1).max(50).optional(),
      url: z.string().min(1).max(65_536).optional(),
      headers: headersSchema.optional(),
      bodyBase64: z.string().optional(),
    }),
    output: z.discriminatedUnion('ok', [ok.extend({ id }), failed]),
  },
  'channel.lanes': { input: z.object({ name: z.string() }), output: lanesSchema.nullable() },
  'publish.details': {
    input: z.object({ id, offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
    output: publishDetailsSchema.nullable(),
  },
  'publish.send': {
    input: z.object({ item: itemSchema }),
    output: z.discriminatedUnion('ok', [ok.extend({ id: z.number().int() }), failed]),
  },
  'publish.reach': { input: z.object({ item: itemSchema }), output: reachSchema },
  /**
   * Makes a file ready to be saved: in the desktop app `save.end` asks where and writes it; a browser fetches it from
   * /save/ID, once, within a minute.
   */
  'save.begin': {
    input: z.object({ what: saveWhatSchema }),
    output: z.discriminatedUnion('ok', [ok.extend({ id: z.string(), name: z.string() }), failed]),
  },
  /** Answers when the file is saved, cancelled or failed. */
  'save.end': { input: z.object({ id: saveId }), output: saveEndSchema },
  'save.cancel': { input: z.object({ id: saveId }), output: ok },
  /** Makes traffic on the demo backend, through the proxy, for about ten seconds. */
  'demo.traffic': { input: z.null(), output: okOrProblem },
} as const
export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.input<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.output<Calls[N]['output']>

/** Commands of the native menu and its shortcuts. */
export const commandNames = [
  'view.exchanges',
  'view.channels',
  'view.publish',
  'view.settings',
  'palette.open',
  'filter.focus',
  'exchange.replay',
  'exchange.copyCurl',
  'publish.open',
  'recording.toggle',
  'trace.clear',
  'export.har',
] as const
export type CommandName = (typeof commandNames)[number]

/** What is pushed to a frontend: a few batches a frame at most. A batch with `reset` replaces all that was known. */
export const batchSchema = z.object({
  type: z.literal('batch'),
  /** True for the first batch of a snapshot: forget what was known. */
  reset: z.boolean(),
  /** More of the snapshot follows. */
  more: z.boolean(),
  exchanges: z.array(exchangeRowSchema),
  channels: z.array(channelRowSchema),
  publishes: z.array(publishRowSchema),
  /** Ids that were dropped from memory. */
  droppedExchanges: z.array(z.number().int()),
  droppedPublishes: z.array(z.number().int()),
  status: statusSchema,
})
export type Batch = z.infer<typeof batchSchema>
export const pushSchema = z.discriminatedUnion('type', [
  batchSchema,
  z.object({ type: z.literal('state'), state: appStateSchema }),
  z.object({ type: z.literal('command'), name: z.enum(commandNames) }),
  /** How far a file has been written that is being saved: exchanges that are done, of how many, and bytes. */
  z.object({
    type: z.literal('save'),
    id: z.string(),
    done: z.number().int(),
    total: z.number().int(),
    bytes: z.number(),
  }),
])
export type Push = z.infer<typeof pushSchema>

/** A call that failed for a reason other than those its output names: bad input, or a bug. */
export const callErrorSchema = z.object({ code: z.enum(['bad-call', 'internal']), message: z.string() })
export type CallError = z.infer<typeof callErrorSchema>
export const callReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: callErrorSchema }),
])
export type CallReply = z.infer<typeof callReplySchema>

/** What a frontend has of the engine: the desktop app over IPC, the web frontend over a WebSocket. */
export interface Bridge {
  call(name: string, input: unknown): Promise<CallReply>
  /** Starts the flow of pushes, beginning with a snapshot. The function returned ends it. */
  watch(listener: (push: unknown) => void): () => void
}

/**
 * What the preload script puts on window.gripscope. Pushes come as JSON: a text passes into the page's world at once,
 * while every field of every row would be copied one by one.
 */
export interface DesktopBridge extends Pick<Bridge, 'call'> {
  watch(listener: (push: string) => void): () => void
}

/** Messages of the web frontend: JSON over a WebSocket at /bridge. */
export const webRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), seq: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('watch') }),
  z.object({ type: z.literal('unwatch') }),
])
export const webResponseSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reply'), seq: z.number().int(), reply: callReplySchema }),
  z.object({ type: z.literal('push'), push: z.unknown() }),
])
