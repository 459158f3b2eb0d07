// The settings of Gripscope, and what each of them may be.
import { z } from 'zod'
import { describedDefaults, describedSchemas, valueSchema } from '../described-schemas'
import { LIMIT_MAX, limitInfo, limitNames } from '../vocabulary/limits'
import { backendInfo } from '../vocabulary/settings'

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
