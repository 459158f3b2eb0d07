// http-response's body-patch: a JSON Patch on the body of the instruct's response.
import { applyPatch, sortedJson } from './json-patch'
import { isObject, parseJson } from './json-values'

export type PatchedBody = { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly why: string }

let lastRead: { readonly text: Buffer; readonly operations: readonly unknown[] } | undefined

/** The steps of a patch that is kept as JSON text. Of one at a time: many holds get the same. */
export function operationsOf(text: Buffer): readonly unknown[] {
  if (lastRead?.text === text) return lastRead.operations
  const parsed = parseJson(text)
  const operations = parsed.ok && Array.isArray(parsed.value) ? parsed.value : []
  lastRead = { text, operations }
  return operations
}

/** Applies `patch` to `body`, which must be a JSON object or list. The line break at its end is kept. */
export function patchBody(body: Buffer, patch: readonly unknown[]): PatchedBody {
  const document = parseJson(body)
  if (!document.ok) return { ok: false, why: `the held response is not JSON: ${document.why}` }
  if (!isContainer(document.value)) return { ok: false, why: 'the held response is neither an object nor a list' }
  const patched = applyPatch(document.value, patch)
  if (!patched.ok) return patched
  if (!isContainer(patched.value)) return { ok: false, why: 'the result is neither an object nor a list' }
  const json = sortedJson(patched.value)
  if (json === undefined) return { ok: false, why: 'the result is nested too deep' }
  return { ok: true, body: Buffer.from(json + lineBreakOf(body)) }
}

function isContainer(value: unknown): boolean {
  return isObject(value) || Array.isArray(value)
}

function lineBreakOf(body: Buffer): string {
  const end = body.toString('latin1', Math.max(body.length - 2, 0))
  if (end === '\r\n') return end
  return end.endsWith('\n') ? '\n' : ''
}
