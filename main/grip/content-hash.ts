// Tells contents apart without keeping them.
import { createHash } from 'node:crypto'

export function contentHash(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('base64')
}
