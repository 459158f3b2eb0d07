// What a publish carries, format by format, as it is shown: bounded.
import type { PayloadView } from '../../preload/views'
import type { HttpResponseFormat, PublishAction } from '../grip/publish-types'
import { headerPairs } from './headers'
import type { PublishRecord } from './publish-state'
import { publishedItem } from './published-content'

/** Bytes of one format that are shown. */
const SHOWN_MAX = 64 * 1024

/** In the order of the kinds of holds. Formats that nobody knows are not among them: they go to nobody. */
export function publishContent({ event }: PublishRecord): PayloadView[] {
  const formats = event.type === 'publish' ? publishedItem(event)?.formats : undefined
  if (!formats) return []
  const { response, stream, websocket } = formats
  const payloads: PayloadView[] = []
  if (response) payloads.push(responsePayload(response))
  if (stream) payloads.push(payload('http-stream', stream.action, stream.content))
  if (websocket) {
    const { action, type, content, code, reason = '' } = websocket
    const about = action === 'close' && code !== undefined ? `code ${code} ${reason}`.trim() : type
    payloads.push({ ...payload('ws-message', action, content), about })
  }
  return payloads
}

function responsePayload(format: HttpResponseFormat): PayloadView {
  const { action, code, reason, headers, body, bodyPatch } = format
  const shown = payload('http-response', action, bodyPatch ?? body)
  if (action !== 'send') return shown
  const about = `${code} ${reason}${bodyPatch ? ', body by JSON Patch' : ''}`.trim()
  return { ...shown, about, headers: headerPairs(headers) }
}

function payload(format: PayloadView['format'], action: PublishAction, content: Buffer): PayloadView {
  const base64 = content.subarray(0, SHOWN_MAX).toString('base64')
  return { format, action, about: '', headers: [], base64, size: content.length }
}
