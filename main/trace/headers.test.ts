// Bytes of headers, shown.
import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { exchangeDetails } from './exchange-details'
import { headerPairs } from './headers'

test.each([
  ['caf\xc3\xa9', 'caf\u00e9'],
  ['\xe2\x82\xac 5', '\u20ac 5'],
  // Latin-1, which is not valid UTF-8.
  ['caf\xe9', 'caf\u00e9'],
  ['plain', 'plain'],
])('%j is shown as %j', (bytes, text) => {
  expect(headerPairs(['X', bytes])).toEqual([['X', text]])
})

test('details and story have reasons and headers as text', () => {
  const script = new TraceScript().request(1, { headers: ['Host', 'a', 'X', 'caf\xc3\xa9'] }).sent(1)
  script.answered(1, 200, ['Y', '\xc3\xa9'])
  script.response(1, { status: 200, reason: 'caf\xc3\xa9', headers: ['Y', '\xc3\xa9'], body: 'answer' })
  const details = exchangeDetails(script.model, 1)
  expect(details?.requestHeaders).toContainEqual(['X', 'caf\u00e9'])
  expect(details?.response).toMatchObject({ reason: 'caf\u00e9', headers: [['Y', '\u00e9']] })
  expect(details?.answers[0]).toMatchObject({ headers: [['Y', '\u00e9']] })
  expect(JSON.stringify(details?.story)).toContain('200 caf\u00e9')
})
