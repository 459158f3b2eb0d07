// The response that an instruct names, decompressed: what follows its body, or is patched into it, is not compressed either.
import { canDecompress, codingsOf, plainBody, withoutCoding } from './content-coding'
import type { Instruct, InstructResponse } from './instruct-types'

/** Bytes that such a body may have. */
const PLAIN_MAX = 1_048_576

/**
 * The instruct with its response's body decompressed. Only a Content-Encoding that is not known stays, so that the client sees
 * how the bytes are compressed. One that does not fit the body is taken off, as in Pushpin.
 */
export function withPlainResponse(instruct: Instruct): Instruct {
  const { response } = instruct
  const names = codingsOf(response.headers)
  if (names.length === 0) return withHeaders(instruct, withoutCoding(response.headers))
  if (!canDecompress(names)) return instruct
  const { headers, body } = plainBody(response.headers, response.body, PLAIN_MAX)
  return withHeaders(instruct, withoutCoding(headers), body)
}

function withHeaders(instruct: Instruct, headers: string[], body = instruct.response.body): Instruct {
  const response: InstructResponse = { ...instruct.response, headers, body }
  return { ...instruct, response }
}
