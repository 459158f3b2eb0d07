// A bridge without an engine, for tests and for scenes: its answers are written down. It keeps the calls that were made, and
// pushes what it is told to.
import type { CallInput, CallName, CallOutput } from '../../preload/contract/calls'
import type { Push } from '../../preload/contract/pushes'
import type { FoundBridge } from '../bridge/bridge'
import type { ConnectionState } from '../bridge/web-bridge'

export type Answers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>> }

export interface FakeBridge extends FoundBridge {
  /** Inputs of the calls of a name, the first one first. */
  inputs<N extends CallName>(name: N): CallInput<N>[]
  /** Answers a call from now on. */
  answer<N extends CallName>(name: N, run: NonNullable<Answers[N]>): void
  push(push: Push): void
  setConnection(state: ConnectionState): void
}

/** A call without an answer fails, as one to an older engine would. */
export function createFakeBridge(answers: Answers): FakeBridge {
  const known = new Map<string, (input: never) => unknown>(Object.entries(answers))
  const made: { name: string; input: unknown }[] = []
  const watchers = new Set<(push: unknown) => void>()
  const connectionListeners = new Set<(state: ConnectionState) => void>()
  return {
    async call(name, input) {
      made.push({ name, input })
      const answer = known.get(name)
      if (!answer) return { ok: false, error: { code: 'bad-call', message: `There is no call "${name}".` } }
      try {
        return { ok: true, value: await answer(input as never) }
      } catch (error) {
        return {
          ok: false,
          error: { code: 'internal', message: error instanceof Error ? error.message : String(error) },
        }
      }
    },
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    onConnection(listener) {
      connectionListeners.add(listener)
      listener('ready')
      return () => connectionListeners.delete(listener)
    },
    inputs: (name) => made.filter((call) => call.name === name).map((call) => call.input as CallInput<typeof name>),
    answer: (name, run) => void known.set(name, run),
    push(push) {
      for (const listener of watchers) listener(push)
    },
    setConnection(state) {
      for (const listener of connectionListeners) listener(state)
    },
  }
}
