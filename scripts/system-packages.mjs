// @ts-check
// The Debian packages that a bare machine lacks for the tests: a display, what Electron links to, a browser, fonts, and
// what the examples are written in.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { run, tail } from './child.mjs'
import { runMain, say } from './say.mjs'

/** Each one with the names it has elsewhere (Debian 13 and Ubuntu 24.04 renamed some); any of them will do. */
const needed = [
  ['xvfb'],
  ['xauth'],
  ['libgtk-3-0', 'libgtk-3-0t64'],
  ['libnss3'],
  ['libasound2', 'libasound2t64'],
  ['libgbm1'],
  ['libxss1'],
  ['libxtst6'],
  ['chromium', 'google-chrome-stable', 'microsoft-edge-stable'],
  ['curl'],
  ['php-cli'],
  ['python3-django'],
  ['pushpin'],
  ['fonts-liberation'],
  ['fonts-noto-color-emoji'],
  ['fonts-noto-cjk'],
]
/** The tests run without these; only pictures look different. */
const cosmetic = new Set(['fonts-liberation', 'fonts-noto-color-emoji', 'fonts-noto-cjk'])

/** Installs what is missing, as root on Debian and its kin; elsewhere on Linux says what is missing. */
export async function ensureSystemPackages() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/dpkg-query')) return
  const missing = await findMissing()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) {
    const names = missing.filter((name) => !cosmetic.has(name))
    if (names.length > 0) say(`Missing system packages: sudo apt-get install ${names.join(' ')}`)
    return
  }
  say(`Installing system packages: ${missing.join(' ')}…`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-q'], { env })
  const { code, text } = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env })
  if (code !== 0) say(`apt-get could not install them; tests that need them will fail:\n${tail(text)}`)
}

async function findMissing() {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the format's own placeholders
  const { text } = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...needed.flat()])
  const installed = new Set(
    text
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'installed')
      .map(([name]) => name),
  )
  return needed.filter((names) => !names.some((name) => installed.has(name))).map((names) => names[0] ?? '')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) runMain(ensureSystemPackages)
