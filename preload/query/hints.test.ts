import { expect, test } from 'vitest'
import { filterHints, takeSuggestion } from './hints'

const suggested = (filter: string) =>
  filterHints(filter).map(({ suggestion }) => (suggestion ? takeSuggestion(filter, suggestion) : null))

test.each<[filter: string, suggested: readonly (string | null)[]]>([
  ['POST', ['method:POST']],
  ['/x POST', ['/x method:POST']],
  ['-GET', ['-method:GET']],
  ['!GET', ['!method:GET']],
  ['404', ['status:404']],
  ['5xx', ['status:5xx']],
  ['2s', ['time>=2s']],
  ['(a or b)', ['a or b']],
  ['x (a or b)', ['x a or x b']],
  ['(is:held or kind:sse) /x', ['is:held /x or kind:sse /x']],
  ['((a or b) or c)', [null]],
  ['/re/', ['re']],
  ['/count.*value/', ['count']],
  ['/^\\/api\\/v\\d+/', ['/api/v']],
  ['/api/*', ['path:/api/*']],
  ['room-*', ['path:room-*']],
  ['~b', [null]],
  ['a && b', ['a b']],
  ['a || b', ['a or b']],
  ['a AND b', ['a b']],
  ['is:held and /x', ['is:held /x']],
  ['x NOT y', ['x -y']],
  ['not  is:held', ['-is:held']],
  ['OR', [null]],
  ['or a', [null]],
  ['size > 10k', ['size>10k']],
  ['x time >5s', ['x time>5s']],
  ['-status>= 500', ['-status>=500']],
  ['method=POST', ['method:POST']],
  ['-Kind==sse', ['-kind:sse']],
  ['header:', [null]],
  ['-body: x', [null]],
  ['size>', [null]],
  ['status:>=', [null]],
  ['"unclosed', [null]],
  ['body:"a b', [null]],
  ['body:tok*', ['body:tok']],
  ['body:/^id:\\d+x/', ['body:id:']],
  ['path:/(a|bcd)/', ['path:bcd']],
])('%s reads like another language: write %j', (filter, expected) => {
  expect(suggested(filter)).toEqual(expected)
  for (const { message } of filterHints(filter)) expect(message).not.toBe('')
})

test.each([
  '',
  'counter',
  '/counter/value/',
  'path:/api/*',
  'method:POST',
  'method:POST,DELETE',
  '!x',
  'status:404',
  '"POST"',
  '"(a or b)"',
  '(draft)',
  'post',
  'a or b',
  'a or',
  'and',
  'rock and',
  'a "and" b',
  'path:/api/',
  'path:/re/',
  'path:/api/*/x/',
  'body:/a/b/',
  'body:*',
  'size>10k time<=1.5s status>=400',
  '"size > 10k"',
  'x=1',
  'a=b',
  '-',
  '!',
])('%j is fine as it is', (filter) => {
  expect(filterHints(filter)).toEqual([])
})

test.each<[filter: string, place: 'channels' | 'publishes', message: string | null, suggested: string | null]>([
  ['POST', 'publishes', 'publishes have no method', null],
  ['404', 'channels', 'channels have no status', null],
  ['2s', 'publishes', 'publishes have no duration', null],
  ['room-*', 'publishes', 'star', 'channel:room-*'],
  ['room-*', 'channels', 'star', 'channel:room-*'],
  ['(a or b)', 'publishes', 'parentheses are not supported', 'a or b'],
  ['/re/', 'channels', 'regular expressions are not supported', 're'],
  ['a AND b', 'publishes', 'not needed', 'a b'],
  ['!x', 'publishes', null, null],
])('%s in %s: %s', (filter, place, message, expected) => {
  const [hint] = filterHints(filter, place)
  expect(hint?.message ?? null).toEqual(message === null ? null : expect.stringContaining(message))
  expect(hint?.suggestion ? takeSuggestion(filter, hint.suggestion) : null).toBe(expected)
})
