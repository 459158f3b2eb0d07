// Scenes for looking at the interface without an engine, chosen by the page's query (?scene=busy).
// Development only: not part of the bundle.
import type { AppState } from '../../preload/contract/app-state'
import type { Bridge } from '../../preload/contract/bridge'
import { defaultSettings } from '../../preload/contract/settings'
import type { Body, ExchangeRow, PublishRow } from '../../preload/views'
import { createFakeBridge } from './fake-bridge'
import { answersAbout, appState, batchOf, saved, textBody } from './fake-engine'
import { mockRow, mockSession, mockStatus } from './mock-rows'

export type Scene = 'session' | 'empty' | 'busy' | 'many' | 'taken'

/** A bridge that shows a scene to whoever watches. */
export function bridgeOfScene(scene: Scene, theme: 'light' | 'dark', welcomed: boolean): Bridge {
  const began = performance.now()
  const session =
    scene === 'session' || scene === 'taken' ? mockSession() : { exchanges: [], publishes: [], channels: [] }
  const rows = new Map<number, ExchangeRow>(session.exchanges.map((row) => [row.id, row]))
  const now = () => performance.now() - began + (scene === 'empty' ? 0 : 60_000)
  const bridge = createFakeBridge({
    ...answersAbout((id) => rows.get(id)),
    'app.state': () => stateOf(scene, theme, welcomed),
    'exchange.body': ({ id }) => bodyIn(rows.get(id)),
    'save.end': () => saved('gripscope.har', rows.size),
  })
  return {
    call: bridge.call,
    watch(listener) {
      const stop = bridge.watch(listener)
      const push = (change: Parameters<typeof batchOf>[0]) =>
        bridge.push(batchOf({ status: mockStatus(now(), { exchanges: rows.size, held: 5, publishes: 41 }), ...change }))
      push({ reset: true, ...session })
      const end =
        scene === 'busy' ? busy(rows, now, (exchanges, publishes) => push({ exchanges, publishes })) : undefined
      if (scene === 'many') {
        for (let part = 0; part < 50; part += 1) {
          const exchanges = Array.from({ length: 2000 }, (_, i) => anyRow(part * 2000 + i + 1, (part * 2000 + i) / 2))
          for (const row of exchanges) rows.set(row.id, row)
          push({ exchanges, more: part < 49 })
        }
      }
      return () => {
        end?.()
        stop()
      }
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

function bodyIn(row: ExchangeRow | undefined): Body {
  if (row?.kind !== 'sse') return textBody('{"counter":121,"tags":["a","b"],"live":true,"next":null}')
  const text = ':open\n\nevent: message\nid: 118\ndata: {"from":"u1"}\n\ndata: two\ndata: lines\n\ndata: cut'
  const size = 10_485_760
  return textBody(text, { size, contentType: 'text/event-stream', gaps: [{ at: 40, bytes: size - text.length }] })
}

function stateOf(scene: Scene, theme: 'light' | 'dark', welcomed: boolean): AppState {
  const settings = { ...defaultSettings, theme, welcomed }
  if (scene !== 'taken') return appState({ settings })
  const problem = {
    field: 'proxyPort',
    message: 'Port 7999 is taken, maybe by Pushpin or another Gripscope.',
    fix: 'Stop that program, or choose another port.',
  }
  return appState({ settings, proxy: { state: 'failed', address: '127.0.0.1', port: 7999, problem } })
}
