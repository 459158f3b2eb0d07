// Who wants to hear of the log: of new events, once until they have read them; of what is dropped, and of what comes back.
import type { Drop } from './source'

export class LogListeners {
  /** Somebody has read to the end: the next event wakes them. */
  armed = true
  readonly #news = new Set<() => void>()
  readonly #drops = new Set<(drop: Drop) => void>()
  readonly #restores = new Set<() => void>()

  onNews(listener: () => void): () => void {
    return added(this.#news, listener)
  }

  onDrop(listener: (drop: Drop) => void): () => void {
    return added(this.#drops, listener)
  }

  onRestore(listener: () => void): () => void {
    return added(this.#restores, listener)
  }

  /** There is a new event. Called only if `armed`. */
  wake(): void {
    this.armed = false
    this.tell()
  }

  /** Something else is new. */
  tell(): void {
    for (const listener of this.#news) listener()
  }

  dropped(drop: Drop): void {
    for (const listener of this.#drops) listener(drop)
  }

  restored(): void {
    for (const listener of this.#restores) listener()
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
