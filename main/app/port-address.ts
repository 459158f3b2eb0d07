// How this machine reaches a port of ours.
import type { ListenerState } from '../engine/engine'

/** Origin of a port that is listened on, such as http://127.0.0.1:7999; null if it is not. */
export function originOf(listener: ListenerState, scheme: 'http' | 'https' = 'http'): string | null {
  if (listener.state !== 'listening') return null
  return `${scheme}://${hostIn(listener.address)}:${listener.port}`
}

/** An address as a URL writes it. "All addresses" stands for this machine. */
export function hostIn(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (address === '::') return '[::1]'
  return address.includes(':') ? `[${address}]` : address
}
