// Errors that nobody caught: bugs. Each is told on the terminal and in the app, and survived where that is sound.
//
// One exchange, socket or call may be left in the lurch by it; all others have state of their own, and go on. Not survived is
// what fails at the start, what says that memory is at its end, and a flood, which means that something is broken for good.
// Out of memory in V8 itself ends the process before anybody is asked.

export interface Fault {
  /** ms since 1970. */
  readonly at: number
  /** A line. */
  readonly message: string
}

/** @param where its stack */
export type FaultListener = (fault: Fault, where: string) => void

export interface FaultsOptions {
  /** Milliseconds, as Date.now. */
  readonly now?: () => number
  /** A line for the terminal, or several: with where it was. */
  readonly say: (text: string) => void
  /** Ends the program: it can't be survived. */
  readonly end: (message: string, error: unknown) => void
}

/** So many within this time, in ms, are a flood. */
const FLOOD = 50
const FLOOD_TIME = 10_000
/** Characters of what is told of one. */
const MESSAGE_MAX = 500
const STACK_MAX = 4000

export class Faults {
  readonly #options: FaultsOptions
  readonly #listeners = new Set<FaultListener>()
  #started = false
  #times: number[] = []
  #count = 0
  #latest: Fault | null = null

  constructor(options: FaultsOptions) {
    this.#options = options
  }

  /** How many there were, and the latest. */
  get known(): { readonly count: number; readonly latest: Fault } | null {
    return this.#latest && { count: this.#count, latest: this.#latest }
  }

  /** From here on the program runs, and survives. */
  started(): void {
    this.#started = true
  }

  onFault(listener: FaultListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes what nobody caught, from now on. */
  watch(): void {
    // Nobody reads what is said there any more: no reason to end, and to say that would be the next error.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    process.on('uncaughtException', (error) => this.take(error))
    process.on('unhandledRejection', (reason) => this.take(reason))
  }

  take(thrown: unknown): void {
    const { say, end, now = Date.now } = this.#options
    const at = now()
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const message = printable(`${error.name}: ${error.message}`.slice(0, MESSAGE_MAX)).replaceAll('\n', ' ')
    this.#times = [...this.#times.filter((time) => at - time < FLOOD_TIME), at]
    const deadly = this.#deadly(error)
    if (deadly !== '') {
      end(`it has to end${deadly}: ${message}`, error)
      return
    }
    this.#count++
    const fault = { at, message }
    this.#latest = fault
    const where = printable((error.stack ?? '').slice(0, STACK_MAX))
    say(`internal error, survived: ${message}\n${where}`)
    for (const listener of this.#listeners) listener(fault, where)
  }

  /** Why it is not survived; empty: it is. */
  #deadly(error: Error): string {
    if (!this.#started) return ' at its start'
    if (isOutOfMemory(error)) return ', out of memory'
    return this.#times.length >= FLOOD ? `, ${FLOOD} errors within ${FLOOD_TIME / 1000} s` : ''
  }
}

/** Without what would steer a terminal: what a client sent may be in it. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about these
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, '?')
}

function isOutOfMemory(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOMEM' || code === 'ERR_MEMORY_ALLOCATION_FAILED' || /allocation failed/i.test(error.message)
}
