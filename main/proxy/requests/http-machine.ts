// What becomes of an HTTP exchange: what to do with its backend's answer, what may end it, and how. Nothing here touches a
// socket or a clock: what happens comes in as calls, and each returns what is to be done.
import type { Instruct } from '../../grip/instruct-types'

/** Who holds an exchange. */
export interface Holder {
  readonly kind: 'response' | 'stream' | 'sockjs'
}

type State<Answer, Hold> =
  | { readonly at: 'new' }
  /** A backend was asked, no answer yet. */
  | { readonly at: 'asking' }
  /** The answer is an instruct: it is read whole. */
  | { readonly at: 'reading'; readonly answer: Answer }
  /** The answer's body goes through. `instruct`: the instruct of the hold that follows it. */
  | { readonly at: 'passing'; readonly instruct: Instruct | undefined }
  /** `by` undefined: it is being taken. */
  | { readonly at: 'held'; readonly by: Hold | undefined }
  | { readonly at: 'ended' }

const NEW = { at: 'new' } as const
const ASKING = { at: 'asking' } as const
const PASSING = { at: 'passing', instruct: undefined } as const
const TAKEN = { at: 'held', by: undefined } as const
const ENDED = { at: 'ended' } as const

/**
 * An exchange is its machine (it extends it) instead of having one: an object more for each request is garbage that a busy
 * proxy has to collect. For the same reason what passes through has states that all exchanges share.
 */
export class HttpMachine<Answer, Hold extends Holder> {
  #state: State<Answer, Hold> = NEW

  get at(): State<Answer, Hold>['at'] {
    return this.#state.at
  }

  get over(): boolean {
    return this.#state.at === 'ended'
  }

  /** The instruct that is being read. */
  get reading(): Answer | undefined {
    return this.#state.at === 'reading' ? this.#state.answer : undefined
  }

  get heldBy(): Hold | undefined {
    return this.#state.at === 'held' ? this.#state.by : undefined
  }

  // ---- the request -------------------------------------------------------------------------------------------------

  /** A backend is asked, for the first time or again. False: it has ended meanwhile. */
  asks(): boolean {
    if (this.over) return false
    this.#state = ASKING
    return true
  }

  /** SockJS takes the request. */
  isTaken(): void {
    if (!this.over) this.#state = TAKEN
  }

  /** A hold begins. */
  isHeld(by: Hold): void {
    if (!this.over) this.#state = { at: 'held', by }
  }

  // ---- the answer --------------------------------------------------------------------------------------------------

  /**
   * The head of the answer came.
   * @param instructs it says what to do
   * @param replayable the request could be made again, so that it may be held
   */
  headCame(instructs: boolean, replayable: boolean): 'pass' | 'read' | 'refuse' | 'ignore' {
    if (this.#state.at !== 'asking') return 'ignore'
    if (instructs) return replayable ? 'read' : 'refuse'
    this.#state = PASSING
    return 'pass'
  }

  /** The rest of the answer is read whole. */
  reads(answer: Answer): void {
    if (!this.over) this.#state = { at: 'reading', answer }
  }

  /** An instruct is longer than is read whole: only a stream that begins with it can go on. @param instruct if it has one without the rest */
  isTooLong(instruct: Instruct | undefined): 'pass' | 'refuse' | 'ignore' {
    if (this.over) return 'ignore'
    if (!instruct || actOn(instruct) !== 'hold-stream' || instruct.responseFilters) return 'refuse'
    this.#state = { at: 'passing', instruct: instruct }
    return 'pass'
  }

  /** The answer is whole. What was read of it, or follows it, is returned. */
  answerIsWhole(): { readonly answer: Answer } | { readonly instruct: Instruct } | undefined {
    const state = this.#state
    if (state.at === 'reading') return state
    return state.at === 'passing' && state.instruct ? { instruct: state.instruct } : undefined
  }

  /** No backend answered, or the answer broke off. The client must see that what it got of it is not whole. */
  answerBroke(): 'cut' | 'refuse' {
    return this.#state.at === 'passing' ? 'cut' : 'refuse'
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  /** The proxy stops: what is held ends at once, and what is under way has a moment to end by itself. */
  proxyStops(): 'finish' | 'time-out' | 'wait' {
    switch (this.heldBy?.kind) {
      case 'stream':
        return 'finish'
      case 'response':
        return 'time-out'
      default:
        return 'wait'
    }
  }

  /** It ends. False: it has ended already, and nothing is done. */
  ends(): boolean {
    if (this.over) return false
    this.#state = ENDED
    return true
  }
}

/** What an instruct wants done. */
export function actOn({ hold, next }: Pick<Instruct, 'hold' | 'next'>): 'hold-response' | 'hold-stream' | 'respond' {
  if (hold?.mode === 'response') return 'hold-response'
  return hold || next ? 'hold-stream' : 'respond'
}
