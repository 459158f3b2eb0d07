// Lets pages of other origins ask, on routes with `aco`: CORS headers, and requests that a JSON-P script stands for.
import { readJsonp } from '../../grip/jsonp'
import { sentencesOf } from '../../grip/problem-text'
import type { Jsonp } from '../../grip/route-types'
import { type ForwardedRequest, requestOfJsonp } from './forwarded-request'
import { ResponseShape } from './response-shape'

export interface CorsResult {
  /** How the response is to look, errors too. */
  readonly shape: ResponseShape
  /** What the backend is to be asked; a text: what is wrong with the request. */
  readonly forwarded: ForwardedRequest | string
}

export function applyCors(asked: ForwardedRequest, config: Jsonp): CorsResult {
  const jsonp = readJsonp(asked.method, asked.url, config)
  const request = jsonp.kind === 'jsonp' ? requestOfJsonp(asked, jsonp.request) : asked
  const shape = new ResponseShape(request.headers)
  if (jsonp.kind === 'none') return { shape, forwarded: asked }
  if (jsonp.kind === 'bad') {
    return { shape, forwarded: `Bad Request: ${jsonp.problem.field}: ${sentencesOf(jsonp.problem)}` }
  }
  shape.wrapIn(jsonp.request.callback, config.mode)
  return { shape, forwarded: request }
}
