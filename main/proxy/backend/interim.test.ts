import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { interimEnd, reasonOnWire, skipInterim } from './interim'

const HEAD = 'GET / HTTP/1.1\r\n'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const HINTS = 'HTTP/1.0 103 Early Hints\r\nLink: </a>\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

describe('interimEnd', () => {
  it.each([
    ['', 0],
    [OK, 0],
    ['nothing of HTTP', 0],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 0],
    [CONTINUE, CONTINUE.length],
    [CONTINUE + OK, CONTINUE.length],
    [CONTINUE + HINTS + OK, CONTINUE.length + HINTS.length],
    [`${CONTINUE}HTTP/1.1 101 Switching Protocols\r\n`, CONTINUE.length],
    ['HTT', -1],
    ['HTTP/1.1 1', -1],
    ['HTTP/1.1 100 Continue\r\n\r', -1],
    [`${CONTINUE}HTTP/1`, -1],
    [`HTTP/1.1 100 ${'x'.repeat(20_000)}`, 0],
  ])('of %.60j is %i', (text, end) => {
    expect(interimEnd(Buffer.from(text))).toBe(end)
  })
})

describe('skipInterim', () => {
  /** What is read of a connection that gets `parts` one after the other. */
  function readOf(sent: readonly (string | Buffer)[], parts: readonly string[]): string {
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    skipInterim(socket as never)
    for (const data of sent) socket.write(data)
    let text = ''
    for (const part of parts) {
      socket.push(Buffer.from(part))
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) text += chunk
    }
    return text
  }

  it('takes interim answers off wherever the reads are cut', () => {
    const all = CONTINUE + CONTINUE + OK
    for (let cut = 1; cut < all.length; cut++)
      expect(readOf([HEAD], [all.slice(0, cut), all.slice(cut)]), `${cut}`).toBe(OK)
    expect(readOf([HEAD], [...all])).toBe(OK)
  })

  it('leaves bodies as they are, even those that look like an interim answer', () => {
    expect(readOf([HEAD], [OK, CONTINUE])).toBe(OK + CONTINUE)
    expect(readOf([HEAD, Buffer.from('body')], [OK, CONTINUE])).toBe(OK + CONTINUE)
  })

  it('leaves what it reads as it is where undici writes in another way than is known', () => {
    for (const sent of [Buffer.from(HEAD), 'text of a body', 'GET / HTTP/2\r\n'])
      expect(readOf([sent], [CONTINUE + OK])).toBe(CONTINUE + OK)
    expect(readOf([HEAD, 'a part of the body as text'], [OK, CONTINUE])).toBe(OK + CONTINUE)
    expect(reasonOnWire('caf\u00e9 \u20ac')).toBe(Buffer.from('caf\u00e9 \u20ac').toString('latin1'))
  })

  it('leaves what comes unasked as it is', () => {
    expect(readOf([], [CONTINUE])).toBe(CONTINUE)
    expect(readOf(['\r\n5\r\n'], [CONTINUE])).toBe(CONTINUE)
  })
})
