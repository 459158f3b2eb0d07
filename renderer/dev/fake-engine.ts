// An engine that is not there: what it would say of itself, and what it would answer about some rows. For tests, and for
// looking at the interface without one.
import type { AppState } from '../../preload/contract/app-state'
import type { Batch } from '../../preload/contract/pushes'
import type { SaveEnd } from '../../preload/contract/saves'
import { defaultSettings, type Settings } from '../../preload/contract/settings'
import type { Body, ExchangeDetails, ExchangeRow } from '../../preload/views'
import { encodeBase64 } from '../components/body-modes'
import type { Answers } from './fake-bridge'
import { mockDetails, mockMessages, pageOf } from './mock-details'
import { mockStatus } from './mock-rows'

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

/** What the engine answers about the exchanges that `rowOf` knows, and to what changes something. */
export function answersAbout(
  rowOf: (id: number) => ExchangeRow | undefined,
  detailsOf: (row: ExchangeRow) => ExchangeDetails = mockDetails,
): Answers {
  return {
    'app.state': () => appState(),
    'exchange.details': ({ id }) => {
      const row = rowOf(id)
      return row ? detailsOf(row) : null
    },
    'exchange.messages': ({ id, after }) => {
      const row = rowOf(id)
      return row ? pageOf(mockMessages(row), after) : null
    },
    'exchange.message': ({ id, number }) => {
      const row = rowOf(id)
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
    'save.end': () => saved('gripscope.har', 0),
    'save.cancel': () => ({ ok: true }),
    'channel.lanes': () => null,
    'publish.details': () => null,
  }
}
