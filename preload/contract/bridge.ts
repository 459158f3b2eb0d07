// How calls and pushes pass between a frontend and the engine: by IPC, or as messages of a WebSocket.
import { z } from 'zod'

/** A call that failed for a reason other than those its output names: bad input, or a bug. */
export const callErrorSchema = z.object({ code: z.enum(['bad-call', 'internal']), message: z.string() })
export type CallError = z.infer<typeof callErrorSchema>
export const callReplySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: callErrorSchema }),
])
export type CallReply = z.infer<typeof callReplySchema>

/** What a frontend has of the engine: the desktop app over IPC, the web frontend over a WebSocket. */
export interface Bridge {
  call(name: string, input: unknown): Promise<CallReply>
  /** Starts the flow of pushes, beginning with a snapshot. The function returned ends it. */
  watch(listener: (push: unknown) => void): () => void
}

/**
 * What the preload script puts on window.gripscope. Pushes come as JSON: a text passes into the page's world at once,
 * while every field of every row would be copied one by one.
 */
export interface DesktopBridge extends Pick<Bridge, 'call'> {
  watch(listener: (push: string) => void): () => void
}

/** Messages of the web frontend: JSON over a WebSocket at /bridge. */
export const webRequestSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), seq: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('watch') }),
  z.object({ type: z.literal('unwatch') }),
])
export const webResponseSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reply'), seq: z.number().int(), reply: callReplySchema }),
  z.object({ type: z.literal('push'), push: z.unknown() }),
])
