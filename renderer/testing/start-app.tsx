// For tests: the whole interface on a fake bridge, with a session like that of the drawings.
import { act, render } from '@testing-library/react'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import type { AppState } from '../../preload/contract/app-state'
import type { Batch } from '../../preload/contract/pushes'
import type { ExchangeDetails, ExchangeRow } from '../../preload/views'
import { App } from '../app'
import { type Answers, createFakeBridge, type FakeBridge } from '../dev/fake-bridge'
import { answersAbout, appState, batchOf, saved } from '../dev/fake-engine'
import { mockSession } from '../dev/mock-rows'
import { connect } from '../state/connect'
import { applyBatches } from '../state/store'

/** Takes in batches as a frame would. */
export function take(...changes: Partial<Batch>[]): void {
  act(() => applyBatches(changes.map(batchOf), performance.now()))
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
  const rowOf = (id: number) => session.exchanges.find((each) => each.id === id)
  const bridge = createFakeBridge({
    ...answersAbout(rowOf, options.details),
    'app.state': () => appState(options.state),
    'save.end': () => saved('gripscope.har', session.exchanges.length),
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
