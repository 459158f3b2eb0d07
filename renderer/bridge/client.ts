// Calls to the engine, typed by the contract, their outputs checked. One bridge serves the whole interface.
import type { Bridge, CallReply } from '../../preload/contract/bridge'
import { type CallInput, type CallName, type CallOutput, calls } from '../../preload/contract/calls'
import { type Push, pushSchema } from '../../preload/contract/pushes'

/** A call that failed for a reason other than those its output names: bad input, a bug, or a lost connection. */
export class CallFailure extends Error {
  constructor(
    readonly call: CallName,
    readonly code: 'bad-call' | 'internal' | 'bad-output',
    message: string,
  ) {
    super(message)
    this.name = 'CallFailure'
  }
}

let bridge: Bridge | null = null

/** Names the bridge that calls and watches go through. */
export function setBridge(next: Bridge | null): void {
  bridge = next
}

/** Makes a call. Throws CallFailure. */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  if (!bridge) throw new CallFailure(name, 'internal', 'Not connected to Gripscope yet.')
  let reply: CallReply
  try {
    reply = await bridge.call(name, input)
  } catch (error) {
    // What can't be handed over between processes.
    throw new CallFailure(name, 'internal', error instanceof Error ? error.message : String(error))
  }
  if (!reply.ok) throw new CallFailure(name, reply.error.code, reply.error.message)
  const output = calls[name].output.safeParse(reply.value)
  if (!output.success) {
    const place = output.error.issues[0]?.path.map(String).join('.') ?? ''
    throw new CallFailure(
      name,
      'bad-output',
      `${name} returned what its contract does not allow${place === '' ? '' : `, at ${place}`}`,
    )
  }
  // The schema was looked up by N; TypeScript cannot follow that through the union.
  return output.data as CallOutput<N>
}

/** Listens to pushes that the contract allows; others are left out and told to `onBad`. */
export function watch(listener: (push: Push) => void, onBad: (message: string) => void): () => void {
  if (!bridge) throw new Error('No bridge')
  return bridge.watch((raw) => {
    const push = pushSchema.safeParse(raw)
    if (push.success) listener(push.data)
    else onBad(push.error.message)
  })
}
