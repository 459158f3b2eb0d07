// What can be saved as a file, and how saving it ended.
import { z } from 'zod'
import { bodyKinds, problemSchema } from '../views'
import { idSchema } from './ids'

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
  z.object({ kind: z.literal('body'), exchange: idSchema, body: z.enum(bodyKinds) }),
])
export type SaveWhat = z.infer<typeof saveWhatSchema>
export const saveIdSchema = z.string().regex(/^[0-9a-f]{32}$/)
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
