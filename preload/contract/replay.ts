// The headers of a request that is sent again.
import { z } from 'zod'

export const headersSchema = z.array(z.tuple([z.string().max(1000), z.string().max(65_536)])).max(500)

/** Headers that a replay does not take over: they belong to a connection or to how a body is sent, not to the request. */
export const headersNotReplayed: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
