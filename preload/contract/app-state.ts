// What a running Gripscope says of itself: its ports, routes, settings and faults.
import { z } from 'zod'
import { problemSchema } from '../views'
import { settingsSchema } from './settings'

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
