// What a frontend (window or browser) is shown: schemas and types of rows and details. Made from trace events by main/trace.
import { z } from 'zod'
import { formatNames, publishVias, receiverKinds } from './vocabulary/formats'
import { outcomeNames } from './vocabulary/outcomes'

/** Milliseconds since the trace began; null: has not happened. */
const time = z.number()
const maybeTime = z.number().nullable()
const headers = z.array(z.tuple([z.string(), z.string()]))

export const problemSchema = z.object({ field: z.string(), message: z.string(), fix: z.string() })
export type ProblemView = z.infer<typeof problemSchema>

/** A problem and its fix as sentences, whether or not its message ends with a period of its own. */
export function problemText({ message, fix }: Pick<ProblemView, 'message' | 'fix'>): string {
  return [message.replace(/\.$/, ''), fix].filter((part) => part !== '').join('. ')
}

/** A sign that a client did not get what it should have: sentences. */
export const troubleSchema = z.object({
  name: z.string(),
  tone: z.enum(['attention', 'failed']),
  message: z.string(),
  fix: z.string(),
})
export type TroubleView = z.infer<typeof troubleSchema>

export const exchangeKinds = ['http', 'long-poll', 'stream', 'sse', 'websocket'] as const
export const exchangeStates = [
  'waiting', // for the backend
  'held', // a response hold, nothing sent yet
  'streaming', // a stream hold, or a response whose body still flows
  'open', // a WebSocket
  'complete',
  'delivered', // a response hold answered by a publish
  'timed-out', // a response hold got its timeout response
  'closed', // by a publish or the backend, or by the client of a WebSocket as is proper
  'client-left',
  'failed', // backend down, bad instruct, no route, bad request…: the note says which
] as const
export type ExchangeKind = (typeof exchangeKinds)[number]
export type ExchangeState = (typeof exchangeStates)[number]

/** One row of the exchanges table. */
export const exchangeRowSchema = z.object({
  id: z.number().int(),
  kind: z.enum(exchangeKinds),
  method: z.string(),
  /** Path and query. */
  path: z.string(),
  host: z.string(),
  client: z.string(),
  status: z.number().int().nullable(),
  channels: z.array(z.string()),
  state: z.enum(exchangeStates),
  /** A few words where the state alone does not say it: "bad instruct: hold.mode", "ECONNREFUSED". */
  note: z.string(),
  at: time,
  sentAt: maybeTime,
  answeredAt: maybeTime,
  heldAt: maybeTime,
  endedAt: maybeTime,
  /** Holds that were given up to ask the backend again, from and to; the latest 16. */
  formerHolds: z.array(z.tuple([time, time])),
  /** Milliseconds; null: no timeout. */
  holdTimeout: z.number().nullable(),
  delivered: z.number().int(),
  /** Times of the latest deliveries, 64 at most. */
  deliveredAt: z.array(time),
  /** Publishes on its channels that it should have got while it was held, and did not. */
  missed: z.number().int(),
  /** What the client did not get as it should, although the state looks healthy: a few words. The details say more. */
  trouble: z.object({ tone: z.enum(['attention', 'failed']), text: z.string() }).nullable(),
  requestSize: z.number(),
  responseSize: z.number(),
  replayOf: z.number().int().nullable(),
  /** WebSocket messages. */
  messagesIn: z.number().int(),
  messagesOut: z.number().int(),
})
export type ExchangeRow = z.infer<typeof exchangeRowSchema>

export const channelRowSchema = z.object({
  name: z.string(),
  /** Subscriptions now. */
  held: z.number().int(),
  /** Subscriptions since the trace began. */
  subscriptions: z.number().int(),
  messages: z.number().int(),
  lastId: z.string().nullable(),
  lastAt: maybeTime,
  /** Publishes that found no subscription. */
  unheard: z.number().int(),
  /** Nobody listened to it: the channel that may have been meant. */
  near: z.string().nullable(),
})
export type ChannelRow = z.infer<typeof channelRowSchema>

export const publishRowSchema = z.object({
  id: z.number().int(),
  at: time,
  channel: z.string(),
  itemId: z.string().nullable(),
  prevId: z.string().nullable(),
  formats: z.array(z.string()),
  via: z.enum(publishVias),
  size: z.number(),
  /** Counts over subscriptions. */
  delivered: z.number().int(),
  notDelivered: z.number().int(),
  /** Of those not delivered, the clients that should have got it. The others were skipped on purpose, or in time. */
  missed: z.number().int(),
  waiting: z.number().int(),
  /** It found no subscription. */
  unheard: z.boolean(),
  /** Then: the channel that may have been meant, on which somebody is held. */
  near: z.string().nullable(),
  /** When it went out, after it had waited for its prev-id; null: it did not wait, or still does. */
  wentOutAt: maybeTime,
  /** 'refused' rows have no channel: the call was refused as a whole. */
  state: z.enum(['published', 'waiting', 'refused']),
  /** Why it was refused. */
  problem: problemSchema.nullable(),
  /** Why it went nowhere, its id having come before; '': it did not. */
  dropped: z.string(),
})
export type PublishRow = z.infer<typeof publishRowSchema>

export const statusSchema = z.object({
  recording: z.boolean(),
  /** While recording is paused: what came since, and is not recorded. */
  leftOut: z.object({ exchanges: z.number().int(), publishes: z.number().int() }).optional(),
  exchanges: z.number().int(),
  held: z.number().int(),
  channels: z.number().int(),
  publishes: z.number().int(),
  /** Over all publishes and subscriptions. */
  delivered: z.number().int(),
  missed: z.number().int(),
  /** Publishes that found no subscription. */
  unheard: z.number().int(),
  /** Exchanges whose row has a trouble. */
  troubled: z.number().int(),
  memoryUsed: z.number(),
  memoryLimit: z.number(),
  /** Finished exchanges and publishes that were dropped to stay in the memory limit. */
  dropped: z.number().int(),
  /** Milliseconds since the trace began, when this was sent. */
  now: time,
  /** Wall clock at the beginning of the trace, ms since 1970. */
  epoch: z.number(),
})
export type Status = z.infer<typeof statusSchema>

/** What is known of a body; its bytes are fetched when looked at. */
export const bodyInfoSchema = z.object({
  /** Bytes that went over the wire, so far. */
  size: z.number(),
  /** Bytes that were kept: where that is less, those of its beginning and the latest ones. */
  kept: z.number(),
  contentType: z.string(),
  contentEncoding: z.string(),
})
export type BodyInfo = z.infer<typeof bodyInfoSchema>

export const bodyKinds = ['request', 'answer', 'response'] as const
export type BodyKind = (typeof bodyKinds)[number]
/** A body as it is shown: decompressed, where it was compressed. Size and kept are those of what is shown. */
export const bodySchema = bodyInfoSchema.extend({
  base64: z.string(),
  /** Where something is missing: after how many of the bytes that are here, and how much (null: that is not known). */
  gaps: z.array(z.object({ at: z.number(), bytes: z.number().nullable() })),
  /** How it went over the wire, if compressed: its codings and bytes. `problem`: why it could not be decompressed whole, or ''. */
  compressed: z.object({ codings: z.string(), size: z.number(), problem: z.string() }).nullable(),
})
export type Body = z.infer<typeof bodySchema>

export const tones = ['plain', 'held', 'delivered', 'attention', 'failed', 'faint'] as const
export const parties = ['client', 'gripscope', 'backend', 'publisher'] as const
/** One arrow or note of the sequence diagram. `to` equal to `from`: a note beside that line. */
export const storyStepSchema = z.object({
  t: time,
  from: z.enum(parties),
  to: z.enum(parties),
  label: z.string(),
  detail: z.string(),
  tone: z.enum(tones),
  publish: z.number().int().nullable(),
})
/** A bar on Gripscope's line while the exchange is held. */
export const storySpanSchema = z.object({ from: time, to: maybeTime, label: z.string() })
export const storySchema = z.object({
  steps: z.array(storyStepSchema),
  spans: z.array(storySpanSchema),
  cut: z.number().int(),
})
export type StoryStep = z.infer<typeof storyStepSchema>
export type StorySpan = z.infer<typeof storySpanSchema>
export type Story = z.infer<typeof storySchema>

/** What came of one publish for one subscription. */
export const outcomeRowSchema = z.object({
  publish: z.number().int(),
  itemId: z.string().nullable(),
  channel: z.string(),
  exchange: z.number().int(),
  kind: z.enum(exchangeKinds),
  outcome: z.enum(outcomeNames),
  at: time,
  /** Milliseconds from the publish's arrival to the outcome. */
  took: z.number(),
  /** A sentence: why this outcome. */
  why: z.string(),
  /** How to tell who it is: connection meta user, or client address. */
  who: z.string(),
})
export type OutcomeRow = z.infer<typeof outcomeRowSchema>

/** A publish that touched no hold of an exchange, and has to do with it all the same. */
export const nearPublishSchema = z.object({
  publish: z.number().int(),
  itemId: z.string().nullable(),
  /** As it was published. */
  channel: z.string(),
  at: time,
  /** It came while the backend was asked; or it reached nobody, on a channel with a near name. */
  what: z.enum(['may-have-missed', 'near-name']),
  why: z.string(),
})
export type NearPublishView = z.infer<typeof nearPublishSchema>

export const answerSchema = z.object({
  target: z.string(),
  route: z.string(),
  why: z.string(),
  sentAt: time,
  method: z.string(),
  url: z.string(),
  requestHeaders: headers,
  /** The exchange whose request it was: the backend was not asked for this one. */
  sharedWith: z.number().int().nullable(),
  answeredAt: maybeTime,
  endedAt: maybeTime,
  status: z.number().int().nullable(),
  reason: z.string(),
  headers,
  /** The last answer's bytes are fetched as body `answer`. */
  body: bodyInfoSchema,
  failure: z.string(),
})
export type AnswerView = z.infer<typeof answerSchema>

/** What the backend instructed, as it was understood. */
export const instructSchema = z.object({
  from: z.enum(['headers', 'json']),
  accepted: z.boolean(),
  problems: z.array(problemSchema),
  mode: z.enum(receiverKinds).nullable(),
  /** Milliseconds. */
  timeout: z.number().nullable(),
  keepAlive: z.number().nullable(),
  next: z.string(),
  meta: headers,
  channels: z.array(z.object({ name: z.string(), prevId: z.string().nullable(), filters: z.array(z.string()) })),
  /** The lines it was read from: the Grip-* headers, or the JSON text. */
  source: z.string(),
})
export type InstructView = z.infer<typeof instructSchema>

export const wsMessageSchema = z.object({
  /** From 1, of all messages of the WebSocket; it stays the same. */
  number: z.number().int(),
  at: time,
  from: z.enum(['client', 'backend', 'proxy', 'publish']),
  kind: z.string(),
  size: z.number(),
  passed: z.boolean(),
  text: z.string().nullable(),
  base64: z.string().nullable(),
})
export type WsMessageView = z.infer<typeof wsMessageSchema>

/** Some messages of a WebSocket, each with the beginning of what it says. */
export const wsMessagePageSchema = z.object({
  /** Messages that there were. */
  total: z.number().int(),
  /** Of these, the latest that are kept. */
  kept: z.number().int(),
  messages: z.array(wsMessageSchema),
})
export type WsMessagePage = z.infer<typeof wsMessagePageSchema>

export const exchangeDetailsSchema = z.object({
  row: exchangeRowSchema,
  httpVersion: z.string(),
  /** The client came by TLS. */
  secure: z.boolean(),
  requestHeaders: headers,
  requestBody: bodyInfoSchema,
  answers: z.array(answerSchema),
  instruct: instructSchema.nullable(),
  response: z
    .object({ status: z.number().int(), reason: z.string(), headers, body: bodyInfoSchema, startedAt: time })
    .nullable(),
  /** What the client did not get as it should; the gravest first. */
  troubles: z.array(troubleSchema),
  keepAlives: z.number().int(),
  deliveries: z.array(outcomeRowSchema),
  nearPublishes: z.array(nearPublishSchema),
  /** Of a WebSocket; the messages themselves are fetched in pages. */
  messages: z.number().int(),
  story: storySchema,
  end: z.object({ at: time, how: z.string(), message: z.string() }).nullable(),
  replays: z.array(z.number().int()),
})
export type ExchangeDetails = z.infer<typeof exchangeDetailsSchema>

/** The lanes of a channel: those who listened × publishes, with the outcomes where they cross. */
export const lanesSchema = z.object({
  channel: z.string(),
  /** The latest ones, live ones first kept. */
  lanes: z.array(
    z.object({
      exchange: z.number().int(),
      kind: z.enum(exchangeKinds),
      who: z.string(),
      from: time,
      to: maybeTime,
      /** When it did not listen in between, from and to: its backend was asked again, or it had unsubscribed. The latest 32. */
      gaps: z.array(z.tuple([time, time])),
      filters: z.array(z.string()),
      prevId: z.string().nullable(),
    }),
  ),
  publishes: z.array(publishRowSchema),
  /** [index in lanes, index in publishes, index in outcomeNames]. */
  crossings: z.array(z.tuple([z.number().int(), z.number().int(), z.number().int()])),
  /** Subscriptions and publishes that were left out, being too many. */
  lanesLeftOut: z.number().int(),
  publishesLeftOut: z.number().int(),
})
export type Lanes = z.infer<typeof lanesSchema>

/** What a publish carries for one kind of hold. */
export const payloadSchema = z.object({
  format: z.enum(formatNames),
  action: z.string(),
  /** Status and reason, the type of a message, or the code of a close. */
  about: z.string(),
  headers,
  /** The first 64 KiB of its content. */
  base64: z.string(),
  /** Bytes of all of it. */
  size: z.number(),
})
export type PayloadView = z.infer<typeof payloadSchema>

export const publishDetailsSchema = z.object({
  row: publishRowSchema,
  /** The item as JSON, formatted. */
  item: z.string(),
  /** By formats that are known. */
  content: z.array(payloadSchema),
  outcomes: z.array(outcomeRowSchema),
  /** How many there are in all. */
  total: z.number().int(),
})
export type PublishDetails = z.infer<typeof publishDetailsSchema>

/** Whom a publish would reach, said before it is sent. */
export const reachSchema = z.object({
  channel: z.string(),
  held: z.number().int(),
  reached: z.number().int(),
  byKind: z.array(z.object({ kind: z.enum(receiverKinds), reached: z.number().int(), held: z.number().int() })),
  /** Those who would not get it, the first 20, and why. */
  not: z.array(
    z.object({ exchange: z.number().int(), who: z.string(), outcome: z.enum(outcomeNames), why: z.string() }),
  ),
  /** It would wait for its prev-id. */
  wouldWait: z.boolean(),
  /** It would be dropped, because its id came before: a sentence. */
  dropped: z.string().nullable(),
  lastId: z.string().nullable(),
  problem: problemSchema.nullable(),
  /** A channel with subscriptions whose name is close, where this one has none. */
  didYouMean: z.string().nullable(),
})
export type Reach = z.infer<typeof reachSchema>
