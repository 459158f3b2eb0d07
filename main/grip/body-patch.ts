// http-response's body-patch: a JSON Patch (RFC 6902) on the body of the instruct's response.
import jsonPatch, { type Operation } from 'fast-json-patch'

export interface PatchedBody {
  /** The patched body, or the original where it can't be patched (as Pushpin). */
  readonly body: Buffer
  /** Why it could not be patched. */
  readonly problem?: string
}

/** Applies `patch` to `body`, which must be JSON. */
export function patchBody(body: Buffer, patch: readonly unknown[]): PatchedBody {
  let document: unknown
  try {
    document = JSON.parse(body.toString('utf8'))
  } catch {
    return { body, problem: 'the held response is not JSON' }
  }
  const operations = [...patch] as Operation[]
  const error = jsonPatch.validate(operations, document)
  if (error) return { body, problem: `operation ${error.index ?? 0}: ${error.name}` }
  const result = jsonPatch.applyPatch(document, operations, false, false).newDocument
  return { body: Buffer.from(JSON.stringify(result)) }
}
