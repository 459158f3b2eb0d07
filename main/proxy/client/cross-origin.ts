// Lets pages of other origins ask, on routes with `aco`: CORS headers, and requests that a JSON-P script stands for.
import { readJsonp } from '../../grip/jsonp'
import { sentencesOf } from '../../grip/problem-text'
import type { Jsonp } from '../../grip/route-types'
import { type Asked, jsonpAsked } from './forwarded-request'
import { ResponseShape } from './response-shape'

export interface Admitted {
  /** How the response is to look, errors too. */
  readonly shape: ResponseShape
  /** What the backend is to be asked; a text: what is wrong with the request. */
  readonly asked: Asked | string
}

export function admit(asked: Asked, config: Jsonp): Admitted {
  const jsonp = readJsonp(asked.method, asked.url, config)
  const request = jsonp.kind === 'jsonp' ? jsonpAsked(asked, jsonp.request) : asked
  const shape = new ResponseShape(request.headers)
  if (jsonp.kind === 'none') return { shape, asked }
  if (jsonp.kind === 'bad') {
    return { shape, asked: `Bad Request: ${jsonp.problem.field}: ${sentencesOf(jsonp.problem)}` }
  }
  shape.wrapIn(jsonp.request.callback, config.mode)
  return { shape, asked: request }
}
