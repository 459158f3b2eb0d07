// Lets pages of other origins ask, on routes with `aco`: CORS headers, and requests that a JSON-P script stands for.
import type { Cause } from '../../../preload/vocabulary/causes'
import { readJsonp } from '../../grip/jsonp'
import type { Jsonp } from '../../grip/route-types'
import { type ForwardedRequest, requestOfJsonp } from './forwarded-request'
import { ResponseShape } from './response-shape'

export interface CorsResult {
  /** How the response is to look, errors too. */
  readonly shape: ResponseShape
  /** What the backend is to be asked; or what is wrong with the request. */
  readonly forwarded: ForwardedRequest | Cause
}

export function applyCors(asked: ForwardedRequest, config: Jsonp): CorsResult {
  const jsonp = readJsonp(asked.method, asked.url, config)
  const request = jsonp.kind === 'jsonp' ? requestOfJsonp(asked, jsonp.request) : asked
  const shape = new ResponseShape(request.headers)
  if (jsonp.kind === 'none') return { shape, forwarded: asked }
  if (jsonp.kind === 'bad') {
    const { field, message, fix } = jsonp.problem
    return { shape, forwarded: { code: 'bad-jsonp', field, message, fix } }
  }
  shape.wrapIn(jsonp.request.callback, config.mode)
  return { shape, forwarded: request }
}
