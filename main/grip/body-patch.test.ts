// What each patch comes to was seen in a real Pushpin 1.36.
import { describe, expect, test } from 'vitest'
import { patchBody } from './body-patch'

/** The patched body, or why there is none. */
function patched(body: string, ...operations: unknown[]): string {
  const result = patchBody(Buffer.from(body), operations)
  return result.ok ? result.body.toString() : `! ${result.why}`
}

test.each<[string, unknown[], string]>([
  ['{"a":1}', [], '{"a":1}'],
  ['{"a":1}', [{ op: 'replace', path: '/a', value: 2 }], '{"a":2}'],
  ['{"a":1}\n', [{ op: 'add', path: '/b', value: [1] }], '{"a":1,"b":[1]}\n'],
  ['{"a":1}\r\n', [{ op: 'remove', path: '/a' }], '{}\r\n'],
  ['[1]', [{ op: 'add', path: '/-', value: 2 }], '[1,2]'],
  ['[1,2]', [{ op: 'add', path: '/0', value: 0 }], '[0,2]'],
  ['[1,2]', [{ op: 'remove', path: '/0' }], '[2]'],
  ['{"a":{"b":1}}', [{ op: 'move', from: '/a/b', path: '/c' }], '{"a":{},"c":1}'],
  ['{"a":{"b":1}}', [{ op: 'copy', from: '/a', path: '/c' }], '{"a":{"b":1},"c":{"b":1}}'],
  ['{"n/a":1}', [{ op: 'test', path: '/n~1a', value: 1.4 }], '{"n/a":1}'],
  ['{"a":"x"}', [{ op: 'replace', path: '/', value: { b: [] } }], '{"b":[]}'],
  ['{"b":1, "10":2, "9":"\\u00e9"}', [], '{"10":2,"9":"é","b":1}'],
  ['[1,2]', [{ op: 'replace', path: '/+1', value: 3 }], '[1,3]'],
  ['{"a":1}', [{ op: 'move', from: '/', path: '/b' }], '{"a":1,"b":{"a":1}}'],
  ['[0.0001,0.00001,-2.5e-7,-0,0.1]', [], '[0.0001,1e-05,-2.5e-07,0,0.1]'],
  ['[18e18,-1e19,1e20,1.5e21]', [], '[18000000000000000000,-10000000000000000000,1e+20,1.5e+21]'],
  [
    '[123456789012345600000,-1.2345678901234567e21,1.2e22]',
    [],
    '[123456789012345600000,-1234567890123456800000,1.2e+22]',
  ],
  ['{"__proto__":{"a":1}}', [{ op: 'add', path: '/__proto__/b', value: 2 }], '{"__proto__":{"a":1,"b":2}}'],
])('%s with %j is %s', (body, operations, expected) => {
  expect(patched(body, ...operations)).toBe(expected)
})

describe('can not patch', () => {
  test.each<[string, unknown, string]>([
    ['plain', { op: 'remove', path: '/a' }, 'is not JSON'],
    ['"text"', { op: 'replace', path: '/', value: {} }, 'neither an object nor a list'],
    ['{"a":1}', { op: 'replace', path: '/', value: 1 }, 'neither an object nor a list'],
    ['{"a":1}', { op: 'replace', path: '', value: {} }, 'does not begin with /'],
    ['{"a":1}', { op: 'replace', path: '/b', value: 1 }, 'nothing is at "/b"'],
    ['{"a":1}', { op: 'remove', path: '/' }, 'cannot be removed'],
    ['{"a":1}', { op: 'add', path: '/b/c', value: 1 }, 'nothing leads to "/b/c"'],
    ['{"a":1}', { op: 'add', path: '/a/c', value: 1 }, 'without parts'],
    ['{"a":1}', { op: 'add', path: '/a/', value: 1 }, 'an empty part'],
    ['{"a":1}', { op: 'add', path: '/b' }, 'has no value'],
    ['{"a":1}', { op: 'test', path: '/a', value: 2 }, 'has another value'],
    ['{"a":1}', { op: 'sparkle', path: '/a' }, '"sparkle" is not an operation'],
    ['{"a":{"b":1}}', { op: 'move', from: '/a', path: '/a/b' }, 'into itself'],
    ['[1]', { op: 'add', path: '/1', value: 2 }, 'not an index'],
    ['[1]', { op: 'remove', path: '/-' }, 'nothing is at "/-"'],
    ['[1]', 'remove', 'it is not an object'],
    ['[1e309]', { op: 'remove', path: '/0' }, 'too large'],
    ['[1]', { op: 'remove', path: '/-1' }, 'not an index'],
  ])('%s with %j', (body, operation, why) => {
    expect(patched(body, operation)).toContain(why)
  })

  test('a document that copies itself over and over', () => {
    const double = { op: 'copy', from: '/', path: '/-' }
    expect(patched('["x"]', ...new Array(60).fill(double))).toMatch(/^! operation \d\d: more than 1000000 characters/)
  })

  test('a document that is wrapped over and over', () => {
    const wrap = [
      { op: 'add', path: '/t', value: {} },
      { op: 'move', from: '/a', path: '/t/a' },
      { op: 'move', from: '/t', path: '/a' },
    ]
    const result = patchBody(Buffer.from('{"a":1}'), new Array(50_000).fill(wrap).flat())
    expect(result).toEqual({ ok: false, why: 'the result is nested too deep' })
  })
})

test('a patch that moves too much is refused', () => {
  const body = JSON.stringify(new Array(20_000).fill(0))
  const result = patched(body, ...new Array(20_000).fill({ op: 'remove', path: '/0' }))
  expect(result).toMatch(/^! operation \d+: the patch takes more than 10000000 steps$/)
})
