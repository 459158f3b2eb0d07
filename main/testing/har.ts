// For tests: a HAR file of a model as one value, checked against the published schemas.
import { Ajv } from 'ajv'
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' }
import formats from 'ajv-formats'
import schemas from 'har-schema'
import { exportedIds, type HarCount, type HarOptions, harText } from '../trace/har'
import type { HarEntry } from '../trace/har-entry'
import type { TraceModel } from '../trace/model'

export interface HarFile {
  readonly log: {
    readonly version: string
    readonly creator: object
    readonly pages: readonly { readonly id: string; readonly startedDateTime: string }[]
    readonly entries: HarEntry[]
    readonly comment?: string
  }
}

/** What is wrong with a HAR file by its schemas, a line each. */
export function harFaults(har: unknown): string[] {
  validator ??= makeValidator()
  const validate = validator
  return validate(har) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

let validator: ReturnType<Ajv['compile']> | undefined

function makeValidator(): ReturnType<Ajv['compile']> {
  // The schemas have keywords that are no JSON Schema, such as `optional`.
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addMetaSchema(draft06)
  // As those who read HAR check it: browsers write characters into addresses that RFC 3986 would have escaped.
  formats.default(ajv, { mode: 'fast' })
  const { har = {}, ...others } = schemas
  for (const schema of Object.values(others)) ajv.addSchema(schema)
  return ajv.compile(har)
}

/** The HAR of exchanges; throws where its schemas refuse it. */
export async function harOf(
  model: TraceModel,
  {
    ids = null,
    now = 1000,
    ...options
  }: Partial<Omit<HarOptions, 'now'>> & { ids?: readonly number[] | null; now?: number } = {},
): Promise<{ har: HarFile; text: string; count: HarCount }> {
  let count: HarCount = { entries: 0, unreadable: 0, dropped: 0 }
  const onEntry = (soFar: HarCount): void => {
    count = { ...soFar }
  }
  let text = ''
  const all = { epoch: 0, version: '1', now: () => now, onEntry, ...options }
  for await (const piece of harText(model, exportedIds(model, ids), all)) text += piece
  const har = JSON.parse(text) as HarFile
  const faults = harFaults(har)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return { har, text, count }
}
