// What a hold has decided and its driver is to do, in order.

export class Commands<Command> {
  /** Thousands of holds have nothing to do for most of the time, or one thing: only more of them take a list. */
  #first: Command | undefined
  #more: Command[] | undefined

  put(command: Command): void {
    if (this.#first === undefined) this.#first = command
    else if (this.#more) this.#more.push(command)
    else this.#more = [command]
  }

  /** Takes the next one. Whoever carries it out may be called again meanwhile, and goes on with those that are left. */
  next(): Command | undefined {
    const command = this.#first
    this.#first = this.#more?.shift()
    if (this.#more?.length === 0) this.#more = undefined
    return command
  }
}
