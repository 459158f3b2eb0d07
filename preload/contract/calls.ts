// Every call that a frontend can make: its input and its output.
import { z } from 'zod'
import {
  bodyKinds,
  bodySchema,
  exchangeDetailsSchema,
  lanesSchema,
  problemSchema,
  publishDetailsSchema,
  reachSchema,
  wsMessagePageSchema,
  wsMessageSchema,
} from '../views'
import { appStateSchema } from './app-state'
import { idSchema } from './ids'
import { headersSchema } from './replay'
import { saveEndSchema, saveIdSchema, saveWhatSchema } from './saves'
import { needleSchema, searchHitSchema } from './search'
import { settingsSchema } from './settings'

/** A publish item as GRIP writes it: checked by the same code as any other publish. */
export const itemSchema = z.record(z.string(), z.unknown())

const ok = z.object({ ok: z.literal(true) })
const failed = z.object({ ok: z.literal(false), problem: problemSchema })
const okOrProblem = z.discriminatedUnion('ok', [ok, failed])

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
  'exchange.details': { input: z.object({ id: idSchema }), output: exchangeDetailsSchema.nullable() },
  /** `wire`: as it was sent, be it compressed. */
  'exchange.body': {
    input: z.object({ id: idSchema, kind: z.enum(bodyKinds), wire: z.boolean().optional() }),
    output: bodySchema.nullable(),
  },
  /**
   * Looks for texts in headers and bodies of these exchanges and in these publishes: as far as they were kept, decompressed.
   * A frontend asks for all that it knows, some at a time, and stops when its filter changes.
   */
  'trace.search': {
    input: z.object({
      needles: z.array(needleSchema).min(1).max(16),
      exchanges: z.array(idSchema).max(500),
      publishes: z.array(z.number().int()).max(500),
    }),
    output: z.object({ exchanges: z.array(searchHitSchema), publishes: z.array(searchHitSchema) }),
  },
  /** The messages of a WebSocket after a number; null: it is not in memory. */
  'exchange.messages': {
    input: z.object({ id: idSchema, after: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
    output: wsMessagePageSchema.nullable(),
  },
  /** One of them, as far as it was kept. */
  'exchange.message': {
    input: z.object({ id: idSchema, number: z.number().int().min(1) }),
    output: wsMessageSchema.nullable(),
  },
  'exchange.curl': { input: z.object({ id: idSchema }), output: z.string().nullable() },
  'exchange.replay': {
    input: z.object({
      id: idSchema,
      /** What differs from the original; left out: as it was. */
      method: z.string().min(1).max(50).optional(),
      url: z.string().min(1).max(65_536).optional(),
      headers: headersSchema.optional(),
      bodyBase64: z.string().optional(),
    }),
    output: z.discriminatedUnion('ok', [ok.extend({ id: idSchema }), failed]),
  },
  'channel.lanes': { input: z.object({ name: z.string() }), output: lanesSchema.nullable() },
  'publish.details': {
    input: z.object({ id: idSchema, offset: z.number().int().min(0), limit: z.number().int().min(1).max(1000) }),
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
  'save.end': { input: z.object({ id: saveIdSchema }), output: saveEndSchema },
  'save.cancel': { input: z.object({ id: saveIdSchema }), output: ok },
  /** Makes traffic on the demo backend, through the proxy, for about ten seconds. */
  'demo.traffic': { input: z.null(), output: okOrProblem },
} as const
export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.input<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.output<Calls[N]['output']>
