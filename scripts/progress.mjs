// @ts-check
// Shows that something long goes on: what it is, how far it has come where that can be told, and since when. In a
// terminal it is one line that changes; elsewhere a line now and then.

/** Milliseconds between two looks in a terminal, and between two lines elsewhere. */
const EVERY = { terminal: 500, elsewhere: 10_000 }

/**
 * Does something, and shows its progress on stderr.
 * @template T
 * @param {string} what such as `Installing dependencies`
 * @param {() => Promise<T>} work
 * @param {() => string} [soFar] such as `120 of 400 packages`
 * @returns {Promise<T>}
 */
export async function withProgress(what, work, soFar = () => '') {
  const stream = process.stderr
  const startedAt = Date.now()
  const tell = () => {
    const line = progressLine(what, soFar(), Date.now() - startedAt)
    stream.write(stream.isTTY ? `\r\x1b[2K${line}` : `${line}\n`)
  }
  tell()
  const timer = setInterval(tell, stream.isTTY ? EVERY.terminal : EVERY.elsewhere)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (stream.isTTY) {
      tell()
      stream.write('\n')
    }
  }
}

/**
 * @param {string} what
 * @param {string} soFar
 * @param {number} took milliseconds
 */
export function progressLine(what, soFar, took) {
  const facts = [soFar, took < 1_000 ? '' : `${Math.floor(took / 1_000)} s`].filter((fact) => fact !== '')
  return `${what}…${facts.length > 0 ? ` ${facts.join(', ')}` : ''}`
}
