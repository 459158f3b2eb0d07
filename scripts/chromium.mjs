// @ts-check
// Which Chromium to drive: the system's own, or whichever browser of its kind is installed.
import { existsSync } from 'node:fs'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
]

/** Launch options for Playwright's chromium; the Chrome channel where no known place has one. */
export function chromiumOptions() {
  const executablePath = places.find((place) => existsSync(place))
  // Chromium's sandbox does not work for root, which is what one is in containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return executablePath ? { executablePath, args } : { channel: 'chrome', args }
}
