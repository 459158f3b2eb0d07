// For tests: the whole interface on a fake bridge, with a session like that of the drawings.
import { act, render } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import type { AppState } from '../../preload/contract/app-state'
import type { Batch } from '../../preload/contract/pushes'
import type { SaveEnd } from '../../preload/contract/saves'
import { defaultSettings, type Settings } from '../../preload/contract/settings'
import type { Body, ExchangeDetails, ExchangeRow } from '../../preload/views'
import { App } from '../app'
import { encodeBase64 } from '../components/body-modes'
import { mockDetails, mockMessages, pageOf } from '../dev/mock-details'
import { mockSession, mockStatus } from '../dev/mock-rows'
import { connect } from '../state/connect'
import { applyBatches } from '../state/store'
import { type Answers, createFakeBridge, type FakeBridge } from './fake-bridge'

export const settings: Settings = {
  ...defaultSettings,
  backend: { kind: 'url', url: 'http://localhost:8000' },
  theme: 'light',
  welcomed: true,
}

/** What the engine says of itself. */
export function appState(change: Partial<AppState> = {}): AppState {
  const listening = { state: 'listening', address: '127.0.0.1', problem: null } as const
  return {
    version: '0.1.0',
    frontend: 'web',
    platform: 'linux',
    proxy: { ...listening, port: 7999 },
    publish: { ...listening, port: 5561 },
    tls: { state: 'off', address: '', port: 0, problem: null, caFile: null, notice: null },
    zmq: [],
    backendLabel: 'localhost:8000',
    routes: ['* localhost:8000'],
    routeWarnings: [],
    settings,
    faults: null,
    ...change,
  }
}

export function batchOf(change: Partial<Batch> = {}): Batch {
  return {
    type: 'batch',
    reset: false,
    more: false,
    exchanges: [],
    channels: [],
    publishes: [],
    droppedExchanges: [],
    droppedPublishes: [],
    status: mockStatus(60_000),
    ...change,
  }
}

/** Takes in batches as a frame would. */
export function take(...changes: Partial<Batch>[]): void {
  act(() => applyBatches(changes.map(batchOf), performance.now()))
}

export function textBody(text: string, change: Partial<Body> = {}): Body {
  const size = new TextEncoder().encode(text).length
  return {
    size,
    kept: size,
    contentType: 'application/json',
    contentEncoding: '',
    gaps: [],
    compressed: null,
    base64: encodeBase64(text),
    ...change,
  }
}

/** The number of a file that is saved. */
export const SAVE = '5a'.repeat(16)

export function saved(where: string, entries: number, leftOut = ''): SaveEnd {
  return { state: 'saved', where, bytes: 1000, entries, leftOut }
}

export interface StartedApp {
  readonly user: UserEvent
  readonly bridge: FakeBridge
  readonly session: ReturnType<typeof mockSession>
}

export interface StartOptions {
  readonly state?: Partial<AppState>
  readonly answers?: Answers
  /** Rows in place of the session's. */
  readonly exchanges?: ExchangeRow[]
  readonly details?: (row: ExchangeRow) => ExchangeDetails
}

/** Shows the interface with a session in it. */
export async function startApp(options: StartOptions = {}): Promise<StartedApp> {
  const session = { ...mockSession(), ...(options.exchanges && { exchanges: options.exchanges }) }
  const detailsOf = options.details ?? mockDetails
  const bridge = createFakeBridge({
    'app.state': () => appState(options.state),
    'exchange.details': ({ id }) => {
      const row = session.exchanges.find((each) => each.id === id)
      return row ? detailsOf(row) : null
    },
    'exchange.messages': ({ id, after }) => {
      const row = session.exchanges.find((each) => each.id === id)
      return row ? pageOf(mockMessages(row), after) : null
    },
    'exchange.message': ({ id, number }) => {
      const row = session.exchanges.find((each) => each.id === id)
      return (row && mockMessages(row)[number - 1]) ?? null
    },
    'exchange.body': () => textBody('{"counter":121}'),
    'exchange.curl': ({ id }) => `curl http://localhost:7999/ # ${id}`,
    'exchange.replay': ({ id }) => ({ ok: true, id: id + 100 }),
    'settings.change': () => ({ ok: true }),
    'recording.set': () => ({ ok: true }),
    'trace.clear': () => ({ ok: true }),
    'trace.undoClear': () => ({ ok: true }),
    'demo.traffic': () => ({ ok: true }),
    'save.begin': () => ({ ok: true, id: SAVE, name: 'gripscope.har' }),
    'save.end': () => saved('gripscope.har', session.exchanges.length),
    'save.cancel': () => ({ ok: true }),
    'channel.lanes': () => null,
    'publish.details': () => null,
    ...options.answers,
  })
  connect(bridge)
  // The tests' own clipboard is given by user-event.
  const user = userEvent.setup()
  render(<App />)
  take({ reset: true, ...session })
  // The state comes by a call.
  await act(async () => {})
  return { user, bridge, session }
}
