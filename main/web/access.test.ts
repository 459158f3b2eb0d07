import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { Access, type AccessOptions, randomToken } from './access'

function access(more: Partial<AccessOptions> = {}): Access {
  return new Access({ listen: '127.0.0.1', token: 'secret', cookie: 'gripscope-7980', ...more })
}
const request = (headers: Record<string, string>): IncomingMessage => ({ headers }) as unknown as IncomingMessage

describe('checkHost', () => {
  it.each(['127.0.0.1:7980', 'localhost:7980', 'LOCALHOST', '127.8.9.1', '[::1]:7980', '[::1]'])(
    'lets %s in: this machine, however it is named',
    (host) => {
      expect(access().checkHost(request({ host }))).toBeNull()
    },
  )

  it.each([
    'evil.example',
    'evil.example:7980',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.evil.example',
    '10.0.0.1:7980',
    'localhost@evil.example',
    'localhost:7980/x',
    'localhost:',
    '[::1',
    '',
    'a b',
  ])('does not let %j in', (host) => {
    const refusal = access().checkHost(request({ host }))
    expect(refusal?.message).toContain(`"${host}"`)
  })

  it('does not let a request without Host in', () => {
    expect(access().checkHost(request({}))).not.toBeNull()
  })

  it('lets the address in that is listened on', () => {
    const lan = access({ listen: '192.168.1.5' })
    expect(lan.checkHost(request({ host: '192.168.1.5:7980' }))).toBeNull()
    expect(lan.checkHost(request({ host: '192.168.1.6:7980' }))).not.toBeNull()
  })

  it.each(['0.0.0.0', '::'])('on %s lets any address in, but no name', (listen) => {
    const all = access({ listen })
    expect(all.checkHost(request({ host: '192.168.1.6:7980' }))).toBeNull()
    expect(all.checkHost(request({ host: '[2001:db8::1]:7980' }))).toBeNull()
    expect(all.checkHost(request({ host: 'evil.example' }))).not.toBeNull()
  })

  it('shows a hostile Host only in part, and without control characters', () => {
    const message = access().checkHost(request({ host: `\u001b[31m${'x'.repeat(1000)}` }))?.message ?? ''
    expect(message).not.toContain('\u001b')
    expect(message.length).toBeLessThan(300)
  })
})

describe('checkOrigin', () => {
  it('lets only pages of the very same address in', () => {
    const check = (origin: string | undefined): unknown =>
      access().checkOrigin(request({ host: 'localhost:7980', ...(origin !== undefined && { origin }) }))
    expect(check('http://localhost:7980')).toBeNull()
    for (const origin of [
      undefined,
      'null',
      'http://localhost',
      'https://localhost:7980',
      'http://127.0.0.1:7980',
      'http://localhost:7981',
      'http://evil.example',
    ])
      expect(check(origin), origin).not.toBeNull()
  })
})

describe('the token', () => {
  it('is exchanged for a cookie that scripts can not read and other sites can not send', () => {
    const entry = access().exchange('secret')
    expect(entry).toEqual({ cookie: 'gripscope-7980=secret; Path=/; HttpOnly; SameSite=Strict' })
  })

  it.each(['', 'Secret', 'secret ', 'secre', 'x'.repeat(10_000)])('%.20j is not it', (token) => {
    expect(access().exchange(token)).toHaveProperty('message')
  })

  it.each([
    ['gripscope-7980=secret', true],
    ['a=b; gripscope-7980=secret; c=d', true],
    ['gripscope-7980=wrong; gripscope-7980=secret', true],
    ['gripscope-7980=wrong', false],
    ['gripscope-7981=secret', false],
    ['gripscope-7980', false],
    ['secret', false],
    ['', false],
  ])('in the cookies %j: %j', (cookie, ok) => {
    expect(access().checkCookie(request({ cookie })) === null).toBe(ok)
  })

  it('is long and another one each time', () => {
    const tokens = new Set(Array.from({ length: 100 }, randomToken))
    expect(tokens.size).toBe(100)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{32}$/)
  })
})
