// Texts that are looked for in headers and bodies, and where they were found.
import { z } from 'zod'

/** A text that is looked for, and where. */
export const needleSchema = z.object({ where: z.enum(['any', 'header', 'body']), text: z.string().min(1).max(1000) })
export type Needle = z.infer<typeof needleSchema>
/** An exchange or publish that has the needle of this position, and where it was found first: "request header Cookie". */
export const searchHitSchema = z.object({ id: z.number().int(), needle: z.number().int(), place: z.string() })
export type SearchHit = z.infer<typeof searchHitSchema>
