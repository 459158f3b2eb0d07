// Plausible rows for looking at the interface without an engine. Development only: not part of the bundle.
import type { ChannelRow, ExchangeRow, PublishRow, Status } from '../../preload/views'

const base: ExchangeRow = {
  id: 0,
  kind: 'http',
  method: 'GET',
  path: '/',
  host: 'localhost:7999',
  client: '127.0.0.1:51022',
  status: 200,
  channels: [],
  state: 'complete',
  note: '',
  at: 0,
  sentAt: null,
  answeredAt: null,
  heldAt: null,
  endedAt: null,
  formerHolds: [],
  holdTimeout: null,
  delivered: 0,
  deliveredAt: [],
  missed: 0,
  trouble: null,
  requestSize: 0,
  responseSize: 0,
  replayOf: null,
  messagesIn: 0,
  messagesOut: 0,
}

/** A row from what differs; the backend takes `took` milliseconds, then it is held or ends. */
export function mockRow(at: number, took: number, change: Partial<ExchangeRow>): ExchangeRow {
  const answeredAt = at + took
  const held = change.heldAt !== undefined || change.channels !== undefined
  return {
    ...base,
    at,
    sentAt: at + 0.4,
    answeredAt,
    heldAt: held ? answeredAt + 0.3 : null,
    endedAt: held ? null : answeredAt + 0.6,
    ...change,
  }
}

/** A session like that of the drawings: 60 seconds of a counter, rooms and a chat. */
export function mockSession(): { exchanges: ExchangeRow[]; publishes: PublishRow[]; channels: ChannelRow[] } {
  const s = 1000
  const list: ExchangeRow[] = [
    mockRow(1.2 * s, 12, {}),
    mockRow(2.4 * s, 3, { kind: 'long-poll', path: '/counter/value/?last=119', note: 'not held' }),
    mockRow(5 * s, 9, {
      kind: 'long-poll',
      path: '/counter/value/?last=120',
      channels: ['counter'],
      state: 'delivered',
      holdTimeout: 55 * s,
      delivered: 1,
      deliveredAt: [23.2 * s],
      endedAt: 23.2 * s,
    }),
    mockRow(8 * s, 14, {
      kind: 'sse',
      path: '/events/?room=lobby',
      channels: ['room-lobby'],
      state: 'streaming',
      delivered: 9,
      deliveredAt: [14, 19, 22, 27, 31, 33, 42, 47, 55].map((t) => t * s),
    }),
    mockRow(22.9 * s, 9, {
      kind: 'long-poll',
      path: '/counter/value/?last=120',
      channels: ['counter'],
      state: 'timed-out',
      holdTimeout: 30 * s,
      missed: 1,
      trouble: { tone: 'attention', text: 'missed a publish' },
      endedAt: 52.9 * s,
      replayOf: 3,
    }),
    mockRow(23.1 * s, 9, { method: 'POST', path: '/counter/value/', note: 'published counter' }),
    mockRow(27 * s, 20, {
      kind: 'websocket',
      path: '/chat/',
      status: 101,
      channels: ['chat', 'chat-ops'],
      state: 'open',
      delivered: 6,
      messagesIn: 4,
      messagesOut: 11,
      deliveredAt: [29, 33, 34, 40, 45, 51].map((t) => t * s),
    }),
    mockRow(29 * s, 11, {
      kind: 'sse',
      path: '/events/?room=ops',
      channels: ['room-ops'],
      state: 'client-left',
      delivered: 2,
      deliveredAt: [36 * s, 44 * s],
      endedAt: 50.2 * s,
    }),
    mockRow(44 * s, 190, {
      kind: 'long-poll',
      path: '/inbox/',
      status: 502,
      state: 'failed',
      note: 'bad instruct: hold.mode',
    }),
    mockRow(46 * s, 4, { method: 'DELETE', path: '/counter/value/', status: 404 }),
    mockRow(46.5 * s, 0, {
      path: '/down/',
      status: 502,
      state: 'failed',
      note: 'ECONNREFUSED',
      answeredAt: null,
      endedAt: 46.52 * s,
    }),
    mockRow(49 * s, 8, {
      kind: 'long-poll',
      path: '/inbox/?after=88',
      status: null,
      channels: ['inbox-7'],
      state: 'held',
      holdTimeout: 55 * s,
    }),
    mockRow(53 * s, 30, {
      kind: 'stream',
      path: '/export/lines/?with=a-rather-long-query-that-does-not-fit-its-column&and=more&and=still-more',
      channels: ['export'],
      state: 'streaming',
    }),
    mockRow(55 * s, 7, {
      kind: 'long-poll',
      path: '/counter/value/?last=121',
      status: null,
      channels: ['counter'],
      state: 'held',
      holdTimeout: 20 * s,
    }),
    mockRow(59 * s, 0, { path: '/slow/', status: null, state: 'waiting', answeredAt: null, endedAt: null }),
  ].map((row, index) => ({ ...row, id: index + 1 }))
  const publishes = [14, 19, 22, 22.89, 23.2, 27, 31, 33, 36, 42, 44, 47, 51, 55].map(
    (t, index): PublishRow => ({
      id: index + 1,
      at: t * s,
      channel: ['room-lobby', 'counter', 'chat', 'room-ops'][index % 4] ?? 'chat',
      itemId: String(118 + index),
      prevId: String(117 + index),
      formats: ['http-response', 'http-stream'],
      via: 'http',
      size: 130,
      delivered: index === 3 ? 0 : 1,
      notDelivered: index === 3 ? 1 : 0,
      missed: index === 3 ? 1 : 0,
      waiting: 0,
      unheard: false,
      near: null,
      wentOutAt: null,
      state: 'published',
      problem: null,
      dropped: '',
    }),
  )
  const names = ['counter', 'room-lobby', 'room-ops', 'chat', 'chat-ops', 'inbox-7']
  const channels = names.map(
    (name, index): ChannelRow => ({
      name,
      held: index % 3,
      subscriptions: index + 1,
      messages: 2 + index,
      lastId: String(120 + index),
      lastAt: 44 * s,
      unheard: 0,
      near: null,
    }),
  )
  return { exchanges: list, publishes, channels }
}

export function mockStatus(now: number, change: Partial<Status> = {}): Status {
  return {
    recording: true,
    exchanges: 0,
    held: 0,
    channels: 6,
    publishes: 41,
    delivered: 63,
    missed: 5,
    unheard: 1,
    troubled: 1,
    memoryUsed: 3_250_000,
    memoryLimit: 256 * 1024 * 1024,
    dropped: 0,
    now,
    epoch: 1_700_000_000_000,
    ...change,
  }
}
