// Saves a text as a file: with the system's dialog in the desktop app, as a download in a browser.
import { call } from '../bridge/client'

/** Where it went, in a few words; null if it was cancelled. */
export async function saveFile(
  name: string,
  text: string,
  face: 'desktop' | 'web' | undefined,
): Promise<string | null> {
  if (face === 'desktop') return (await call('file.save', { name, text }))?.path ?? null
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on the data once it began.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return name
}
