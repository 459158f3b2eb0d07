import { describe, expect, it } from 'vitest'
import { ResponseShape } from './response-shape'

const CORS = [
  'Access-Control-Allow-Methods',
  'OPTIONS, HEAD, GET, POST, PUT, DELETE',
  'Access-Control-Expose-Headers',
  'X-A',
  'Access-Control-Allow-Credentials',
  'true',
  'Access-Control-Allow-Origin',
  'http://page.example',
  'Access-Control-Max-Age',
  '3600',
]

describe('a response to a page of another origin', () => {
  it('gets the CORS headers that it lacks, and keeps its body', () => {
    const shape = new ResponseShape(['Origin', 'http://page.example'])
    expect(shape.head(201, 'Made', ['X-A', 'b'])).toEqual({
      status: 201,
      reason: 'Made',
      headers: ['X-A', 'b', ...CORS],
    })
    expect(shape.head(200, 'OK', ['X-A', 'b', 'Transfer-Encoding', 'chunked']).headers.slice(4)).toEqual(CORS)
    expect(shape.whole(200, 'OK', [], Buffer.from('body')).body.toString()).toBe('body')
    expect(shape.part(Buffer.from('part')).toString()).toBe('part')
    expect([shape.wraps, shape.end()]).toEqual([false, undefined])
  })
})

describe('a response to JSON-P', () => {
  function wrapped(mode: 'extended' | 'basic'): ResponseShape {
    const shape = new ResponseShape([])
    shape.wrapIn('cb', mode)
    return shape
  }

  it('is a script with the whole response in it', () => {
    const { status, reason, headers, body } = wrapped('extended').whole(
      404,
      'Not Found',
      ['X-A', 'b', 'Cache-Control', 'no-store'],
      Buffer.from('say "hi"'),
    )
    expect([status, reason, headers]).toEqual([
      200,
      'OK',
      ['Content-Type', 'application/javascript', 'Cache-Control', 'no-store'],
    ])
    const script = body.toString()
    expect(script).toMatch(/^\/\*\*\/cb\(.*\);\n$/)
    expect(JSON.parse(script.slice('/**/cb('.length, -3))).toMatchObject({
      code: 404,
      reason: 'Not Found',
      headers: { 'X-A': 'b' },
      body: 'say "hi"',
    })
  })

  it('in basic mode is a script with the body alone', () => {
    expect(wrapped('basic').whole(200, 'OK', [], Buffer.from('{"a":1}')).body.toString()).toBe('/**/cb({"a":1});\n')
  })

  it('that comes in parts is the same script', () => {
    const shape = wrapped('extended')
    const { prefix } = shape.head(200, 'OK', ['X-A', 'b'])
    const parts = [prefix, shape.part(Buffer.from('say ')), shape.part(Buffer.from('"hi"')), shape.end()]
    const whole = wrapped('extended').whole(200, 'OK', ['X-A', 'b'], Buffer.from('say "hi"'))
    expect(Buffer.concat(parts.map((part) => part ?? Buffer.alloc(0))).toString()).toBe(whole.body.toString())
  })

  it('is not wrapped where it is a stream', () => {
    const shape = wrapped('extended')
    shape.unwrap()
    expect(shape.wraps).toBe(false)
    expect(shape.part(Buffer.from('x')).toString()).toBe('x')
  })
})
