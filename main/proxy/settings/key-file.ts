// Keys that configs name: read from their files without holding anybody up.
import { type KeyResult, parseKey } from '../../grip/signature'
import { readNamedFile, readNamedFileNow } from './named-file'

/** Bytes of a key's file. */
const KEY_MAX = 64 * 1024

/** A key as configs write it (`parseKey`). */
export async function readKey(text: string): Promise<KeyResult> {
  let content: Buffer
  try {
    content = text.startsWith('file:') ? await readNamedFile(text.slice(5), KEY_MAX) : Buffer.alloc(0)
  } catch (error) {
    return parseKey(text, () => {
      throw error
    })
  }
  return parseKey(text, () => content)
}

/** The same at once, for what is read before anything runs. */
export function readKeyNow(text: string): KeyResult {
  return parseKey(text, (file) => readNamedFileNow(file, KEY_MAX))
}
