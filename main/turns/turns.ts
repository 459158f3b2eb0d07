// Long work in steps, done a few at a time: all of it shares one thread, so whoever has much to do must not keep others
// waiting. Everything here has the same turn of the event loop, and the same clock.
import type { Steps } from '../../preload/vocabulary/steps'

/** Resolves once others had their turn; undefined: it is not time for that yet. */
export type Pause = () => Promise<void> | undefined

/** Milliseconds of such work, of all that there is, before others have their turn. */
const TURN = 8
/** Cost after which the time is looked at: what is short is always done at once. */
const LOOK = 64

/** Does it with pauses. What it reads must not change in them, or it must not matter. */
export async function withPauses<T>(steps: Steps<T>, pause: Pause): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    const rest = pause()
    if (rest) await rest
  }
}

/** For long loops that may wait: to be called after each small part. */
export function breather(): Pause {
  let until = performance.now() + TURN
  return () => {
    if (performance.now() < until) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        until = performance.now() + TURN
        resolve()
      })
    })
  }
}

/**
 * Does the first part now, so that what is short is done at once, and the others in later turns. `done` is told what it
 * came to. Whoever needs an order keeps it: what comes later is not held back here.
 */
export function inTurns<T>(steps: Steps<T>, done: (value: T) => void): void {
  const first = partOf(steps)
  if (first) done(first.value)
  else add(new Alone(steps, done))
}

/** Work that is done in the order in which it came: what is short at once, and what comes after long work behind it. */
export class InOrder implements Line {
  #waiting: Steps<void>[] = []

  /** Some work is not done yet: what comes now waits behind it. */
  get busy(): boolean {
    return this.#waiting.length > 0
  }

  /** Does the work: at once if it is short and nothing is under way. */
  run(work: Steps<void>): void {
    // Else we are in the middle of a part, or between two turns.
    if (this.#waiting.push(work) > 1) return
    try {
      do this.step()
      while (this.busy && !timeIsUp())
    } finally {
      if (this.busy) add(this)
    }
  }

  /** Does `work`, which is short, at once if there is time for it in this turn of the event loop, else in a later one. */
  soon(work: () => void): void {
    if (this.busy || timeIsUp()) this.run(later(work))
    else work()
  }

  /** Resolves when all is done that is under way now. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.run(told(resolve)))
  }

  /** Drops what is not done yet. */
  stop(): void {
    this.#waiting = []
  }

  /** One part. An error ends the work that it is in, and no other. */
  step(): void {
    const [work] = this.#waiting
    if (!work) return
    let goesOn = false
    try {
      goesOn = partOf(work) === undefined
    } finally {
      if (!goesOn && this.#waiting[0] === work) this.#waiting.shift()
    }
  }
}

/** Work that is done one part after the other, each line as often as the others. */
interface Line {
  /** There is more to do. */
  readonly busy: boolean
  step(): void
}

class Alone<T> implements Line {
  busy = true
  readonly #steps: Steps<T>
  readonly #done: (value: T) => void

  constructor(steps: Steps<T>, done: (value: T) => void) {
    this.#steps = steps
    this.#done = done
  }

  step(): void {
    // Until it has turned out to go on: an error ends it.
    this.busy = false
    const end = partOf(this.#steps)
    if (end) this.#done(end.value)
    else this.busy = true
  }
}

/** Goes on until it is time to look at the clock. Undefined: there is more. */
function partOf<T>(steps: Steps<T>): { readonly value: T } | undefined {
  for (let cost = 0; cost < LOOK; ) {
    const step = steps.next()
    if (step.done) return step
    cost += step.value ?? LOOK
  }
  return undefined
}

/** What goes on in the next turns. */
let lines: Line[] = []
let scheduled = false
/** When this turn of the event loop is over, for all such work; 0: nobody has looked at the time in it. */
let until = 0

function add(line: Line): void {
  lines.push(line)
  schedule()
}

function timeIsUp(): boolean {
  if (until > 0) return performance.now() >= until
  until = performance.now() + TURN
  schedule()
  return false
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  setImmediate(turn)
}

function turn(): void {
  scheduled = false
  until = 0
  while (lines.length > 0 && !timeIsUp()) round()
}

/** One part of each, while there is time. Those that could not go come first in the next turn. */
function round(): void {
  const now = lines
  lines = []
  const rest: Line[] = []
  let next = 0
  try {
    do {
      const line = now[next++]
      try {
        line?.step()
      } finally {
        if (line?.busy) rest.push(line)
      }
    } while (next < now.length && !timeIsUp())
  } finally {
    // What a part throws ends its own work alone.
    lines = [...now.slice(next), ...rest, ...lines]
  }
}

function* later(work: () => void): Steps<void> {
  yield
  work()
}

// biome-ignore lint/correctness/useYield: it has but one part
function* told(resolve: () => void): Steps<void> {
  resolve()
}
