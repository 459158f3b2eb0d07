// The formats of a publish item, the kinds of receiver that take them, and the ways by which an item comes.

export const formatNames = ['http-response', 'http-stream', 'ws-message'] as const
export type FormatName = (typeof formatNames)[number]

/** What kind of receiver a subscription is: decides which format it takes. */
export const receiverKinds = ['response', 'stream', 'websocket'] as const
export type ReceiverKind = (typeof receiverKinds)[number]

/** The format that each kind of receiver takes. */
export const formatOfKind: Readonly<Record<ReceiverKind, FormatName>> = {
  response: 'http-response',
  stream: 'http-stream',
  websocket: 'ws-message',
}

/** How a publish reached us. `app`: the composer or a typed command. */
export const publishVias = ['http', 'zmq-pull', 'zmq-sub', 'zmq-command', 'app'] as const
export type PublishVia = (typeof publishVias)[number]
