// A bridge without an engine, for looking at the interface: scenes are chosen by the page's query (?scene=busy).
// Development only: not part of the bundle.
import type { AppState } from '../../preload/contract/app-state'
import type { Bridge, CallReply } from '../../preload/contract/bridge'
import type { Batch } from '../../preload/contract/pushes'
import { defaultSettings } from '../../preload/contract/settings'
import type { ExchangeRow, PublishRow } from '../../preload/views'
import { mockDetails, mockMessages, pageOf } from './mock-details'
import { mockRow, mockSession, mockStatus } from './mock-rows'

export type Scene = 'session' | 'empty' | 'busy' | 'many' | 'taken'

const value = (of: unknown): CallReply => ({ ok: true, value: of })

export function createMockBridge(scene: Scene, theme: 'light' | 'dark', welcomed: boolean): Bridge {
  const began = performance.now()
  const session =
    scene === 'session' || scene === 'taken' ? mockSession() : { exchanges: [], publishes: [], channels: [] }
  const rows = new Map<number, ExchangeRow>(session.exchanges.map((row) => [row.id, row]))
  const now = () => performance.now() - began + (scene === 'empty' ? 0 : 60_000)
  const answers: Record<string, (input: never) => unknown> = {
    'app.state': () => appState(scene, theme, welcomed),
    'exchange.details': ({ id }: { id: number }) => {
      const row = rows.get(id)
      return row ? mockDetails(row) : null
    },
    'exchange.body': ({ id }: { id: number }) => mockBody(rows.get(id)),
    'exchange.messages': ({ id, after }: { id: number; after: number }) => {
      const row = rows.get(id)
      return row ? pageOf(mockMessages(row), after) : null
    },
    'exchange.message': ({ id, number }: { id: number; number: number }) => {
      const row = rows.get(id)
      return (row && mockMessages(row)[number - 1]) ?? null
    },
    'exchange.curl': () => "curl 'http://localhost:7999/'",
    'exchange.replay': () => ({ ok: true, id: 5 }),
    'save.begin': () => ({ ok: true, id: '0'.repeat(32), name: 'gripscope.har' }),
    'save.end': () => ({ state: 'saved', where: 'gripscope.har', bytes: 1000, entries: rows.size, leftOut: '' }),
    'demo.traffic': () => ({ ok: true }),
    'settings.change': () => ({ ok: true }),
    'recording.set': () => ({ ok: true }),
    'trace.clear': () => ({ ok: true }),
    'trace.undoClear': () => ({ ok: true }),
  }
  return {
    async call(name, input) {
      const answer = answers[name]
      return answer
        ? value(answer(input as never))
        : { ok: false, error: { code: 'internal', message: `${name} is not in the mock` } }
    },
    watch(listener) {
      const batch = (change: Partial<Batch>): Batch => ({
        type: 'batch',
        reset: false,
        more: false,
        exchanges: [],
        channels: [],
        publishes: [],
        droppedExchanges: [],
        droppedPublishes: [],
        status: mockStatus(now(), { exchanges: rows.size, held: 5, publishes: 41 }),
        ...change,
      })
      listener(batch({ reset: true, ...session }))
      if (scene === 'busy') return busy(rows, now, (exchanges, publishes) => listener(batch({ exchanges, publishes })))
      if (scene === 'many') {
        for (let part = 0; part < 50; part += 1) {
          const exchanges = Array.from({ length: 2000 }, (_, i) => anyRow(part * 2000 + i + 1, (part * 2000 + i) / 2))
          for (const row of exchanges) rows.set(row.id, row)
          listener(batch({ exchanges, more: part < 49 }))
        }
      }
      return () => {}
    },
  }
}

/** 2,000 requests a second: new ones, and updates of those that end. */
function busy(
  rows: Map<number, ExchangeRow>,
  now: () => number,
  push: (exchanges: ExchangeRow[], publishes: PublishRow[]) => void,
): () => void {
  let id = 0
  let last = now()
  const live: ExchangeRow[] = []
  const timer = setInterval(() => {
    const t = now()
    const count = Math.round(((t - last) / 1000) * 2000)
    last = t
    const batch: ExchangeRow[] = []
    for (let i = 0; i < count; i += 1) {
      id += 1
      const row = anyRow(id, t)
      rows.set(id, row)
      live.push(row)
      batch.push(row)
    }
    for (const row of live.splice(0, Math.max(0, live.length - 400))) {
      const done = { ...row, state: 'complete' as const, endedAt: t, status: 200 }
      rows.set(row.id, done)
      batch.push(done)
    }
    push(batch, [])
  }, 16)
  return () => clearInterval(timer)
}

function anyRow(id: number, at: number): ExchangeRow {
  const held = id % 4 === 0
  return {
    ...mockRow(at, 2 + (id % 7), {
      path: `/items/${id % 97}?page=${id}`,
      ...(held
        ? {
            kind: 'long-poll',
            channels: [`room-${id % 12}`],
            state: 'delivered',
            endedAt: at + 400,
            delivered: 1,
            deliveredAt: [at + 399],
          }
        : {}),
    }),
    id,
  }
}

function mockBody(row: ExchangeRow | undefined) {
  const text =
    row?.kind === 'sse'
      ? ':open\n\nevent: message\nid: 118\ndata: {"from":"u1"}\n\ndata: two\ndata: lines\n\ndata: cut'
      : '{"counter":121,"tags":["a","b"],"live":true,"next":null}'
  return {
    size: row?.kind === 'sse' ? 10_485_760 : text.length,
    kept: text.length,
    contentType: row?.kind === 'sse' ? 'text/event-stream' : 'application/json',
    contentEncoding: '',
    base64: btoa(text),
    gaps: row?.kind === 'sse' ? [{ at: 40, bytes: 10_485_760 - text.length }] : [],
    compressed: null,
  }
}

function appState(scene: Scene, theme: 'light' | 'dark', welcomed: boolean): AppState {
  const listening = { state: 'listening', address: '127.0.0.1', problem: null } as const
  return {
    version: '0.1.0',
    frontend: 'web',
    platform: 'linux',
    proxy:
      scene === 'taken'
        ? {
            state: 'failed',
            address: '127.0.0.1',
            port: 7999,
            problem: {
              field: 'proxyPort',
              message: 'Port 7999 is taken, maybe by Pushpin or another Gripscope.',
              fix: 'Stop that program, or choose another port.',
            },
          }
        : { ...listening, port: 7999 },
    publish: { ...listening, port: 5561 },
    tls: { state: 'off', address: '', port: 0, problem: null, caFile: null, notice: null },
    zmq: [],
    backendLabel: 'localhost:8000',
    routes: ['* localhost:8000'],
    routeWarnings: [],
    faults: null,
    settings: { ...defaultSettings, theme, welcomed },
  }
}
