// Where recorded bytes lie: large pieces of memory, filled one part after the other and used again when the log has dropped
// what lay in them. So recording keeps nothing of what sockets read into, and makes no work for the garbage collector.

/** Bytes of a slab. */
const SLAB = 1024 * 1024
/** A part of more bytes than this gets memory of its own. */
const SHARED_MAX = SLAB / 4
/** Slabs that wait to be used again; more are let go. */
const SPARE_MAX = 16

export interface Slab {
  readonly memory: Buffer
  /** Segments of the log with bytes in it. */
  users: number
}

export class Slabs {
  /** Those who read what may have been dropped meanwhile: nothing is used again until they are done. */
  readers = 0
  /** The slab that is being filled. */
  current: Slab = newSlab()
  readonly #spare: Slab[] = []
  #filled = 0

  /** A copy of `part`: in the slab that is `current` afterwards, or in memory of its own. */
  copy(part: Uint8Array): Buffer {
    if (part.length > SHARED_MAX) return Buffer.from(part)
    if (this.#filled + part.length > SLAB) {
      const full = this.current
      this.current = this.#spare.pop() ?? newSlab()
      this.#filled = 0
      if (full.users === 0) this.#putBack(full)
    }
    const { memory } = this.current
    const start = this.#filled
    this.#filled += part.length
    memory.set(part, start)
    return memory.subarray(start, this.#filled)
  }

  /** A user has gone. With the last one, what lies in the slab is overwritten sooner or later. */
  release(slab: Slab): void {
    if (--slab.users === 0 && slab !== this.current) this.#putBack(slab)
  }

  /** With readers it is let go: who still has bytes of it keeps its memory alive. */
  #putBack(slab: Slab): void {
    if (this.readers === 0 && this.#spare.length < SPARE_MAX) this.#spare.push(slab)
  }
}

function newSlab(): Slab {
  return { memory: Buffer.allocUnsafeSlow(SLAB), users: 0 }
}
