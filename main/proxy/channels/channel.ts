// One channel: who listens to it, and what happens when the first comes and after the last has gone.
import type { HasTimeout, Wheel } from '../pacing/wheel'
import type { Subscription } from './delivery'

/**
 * Milliseconds after a channel's first subscription until its holds look for news: what was published while the
 * subscription was on its way may have been missed (Pushpin's update_on_first_subscription).
 */
const FIRST_LOOK = 1000
export interface ChannelOwner {
  readonly wheel: Wheel
  /**
   * Milliseconds that a channel is remembered after its last subscription, if that was a response hold's: the client is
   * likely to poll again.
   */
  readonly linger: number
  /** The channel is one second old: its holds should look for news. */
  firstLook(channel: Channel): void
  /** Nobody listens, and nobody is likely to come back soon. */
  forgotten(channel: Channel): void
}

export class Channel implements HasTimeout {
  dueTick = 0
  readonly name: string
  readonly subscriptions = new Set<Subscription>()
  readonly #owner: ChannelOwner
  #looked = false

  constructor(name: string, owner: ChannelOwner) {
    this.name = name
    this.#owner = owner
    owner.wheel.set(this, FIRST_LOOK)
  }

  add(subscription: Subscription): void {
    this.subscriptions.add(subscription)
    if (this.#looked) this.#owner.wheel.clear(this)
  }

  /** False if it was not there. */
  remove(subscription: Subscription): boolean {
    if (!this.subscriptions.delete(subscription)) return false
    if (this.subscriptions.size > 0) return true
    if (subscription.receiver.kind !== 'response') this.#owner.forgotten(this)
    else if (this.#looked) this.#owner.wheel.set(this, this.#owner.linger)
    return true
  }

  onTimeout(): void {
    if (!this.#looked) {
      this.#looked = true
      this.#owner.firstLook(this)
      if (this.subscriptions.size === 0) this.#owner.wheel.set(this, this.#owner.linger)
    } else if (this.subscriptions.size === 0) {
      this.#owner.forgotten(this)
    }
  }
}
