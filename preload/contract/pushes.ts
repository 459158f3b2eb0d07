// What a frontend is told without asking: rows that changed, the state, commands, and how far a file is written.
import { z } from 'zod'
import { channelRowSchema, exchangeRowSchema, publishRowSchema, statusSchema } from '../views'
import { appStateSchema } from './app-state'
import { commandNames } from './commands'

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
