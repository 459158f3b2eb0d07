// Long lists of small things, done a few at a time: whoever sends them must not keep others waiting, and all use one thread.

/** Work that yields after each few things. What it comes to is returned. It is not to be held up between: no waiting. */
export type Steps<T> = Generator<undefined, T>

interface Work {
  /** Goes one step; true: it has ended. */
  step(): boolean
}

/** Milliseconds of such work, of all that there is, before others have their turn. */
const TURN = 8

/** What goes on in the next turns, each one step after the other. */
let queue: Work[] = []
let scheduled = false

/**
 * Takes the first step now, so that what is short is done at once, and the others in later turns. `done` is told what
 * it came to. Whoever needs an order keeps it: what comes later is not held back here.
 */
export function inTurns<T>(steps: Steps<T>, done: (value: T) => void): void {
  const first = steps.next()
  if (first.done) {
    done(first.value)
    return
  }
  queue.push({
    step: () => {
      const next = steps.next()
      if (next.done) done(next.value)
      return next.done === true
    },
  })
  schedule()
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  setImmediate(turn)
}

function turn(): void {
  scheduled = false
  const until = performance.now() + TURN
  try {
    do {
      const round = queue
      queue = []
      goOn(round, until)
    } while (queue.length > 0 && performance.now() < until)
  } finally {
    if (queue.length > 0) schedule()
  }
}

/** One step of each, while there is time. Those that could not go come first in the next turn. */
function goOn(round: readonly Work[], until: number): void {
  let next = 0
  const rest: Work[] = []
  try {
    while (next < round.length) {
      const work = round[next++]
      if (work && !work.step()) rest.push(work)
      if (performance.now() >= until) break
    }
  } finally {
    // What a step throws ends its own work alone.
    queue = [...round.slice(next), ...rest, ...queue]
  }
}
