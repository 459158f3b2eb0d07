// For tests: who waits for something of a connection or a trace that has not come yet. All look again when something comes.

export class Waiters {
  readonly #checks = new Set<() => void>()

  /** Something came. */
  wake(): void {
    for (const check of [...this.#checks]) check()
  }

  /**
   * Resolves with what `look` gives once it is not undefined. After `ms` it rejects.
   * @param got what there is by then, for the message
   */
  async when<R>(look: () => R | undefined, what: string, got: () => unknown, ms = 5000): Promise<R> {
    const there = look()
    if (there !== undefined) return there
    return await new Promise((resolve, reject) => {
      const stop = this.once(() => {
        const found = look()
        if (found === undefined) return false
        clearTimeout(timer)
        resolve(found)
        return true
      })
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`no ${what} within ${ms} ms; got ${JSON.stringify(got())}`))
      }, ms)
    })
  }

  /** Calls `check` when something comes, until it says true. The function returned ends it. */
  once(check: () => boolean): () => void {
    const each = (): void => {
      if (check()) this.#checks.delete(each)
    }
    this.#checks.add(each)
    return () => this.#checks.delete(each)
  }
}
