// Keeps order while something waits: what comes later waits behind it, though nobody stopped it. Pure.

/** A place in a lane. It goes once it and all before it are open. */
export interface WaitingPlace<T> {
  value: T
  open: boolean
}

export class WaitingLine<T> {
  readonly #places: WaitingPlace<T>[] = []

  get length(): number {
    return this.#places.length
  }

  /** What is to go first. */
  get first(): T | undefined {
    return this.#places[0]?.value
  }

  /** Puts something last. @param open false: it waits to be opened */
  add(value: T, open: boolean): WaitingPlace<T> {
    const place = { value, open }
    this.#places.push(place)
    return place
  }

  /** All that wait, in order. */
  values(): T[] {
    return this.#places.map(({ value }) => value)
  }

  /** Takes the first one out, if it may go. */
  take(): T | undefined {
    const [first] = this.#places
    if (!first?.open) return undefined
    this.#places.shift()
    return first.value
  }
}
