import { expect, test } from 'vitest'
import { readSwitch, switchNames } from './switches'

const read = (name: string, value: string) => readSwitch(name, value, '/folder')

test.each([
  ['debug', 'true', { debug: true }],
  ['auto_cross_origin', '0', { autoCrossOrigin: false }],
  ['accept_pushpin_route', '1', { acceptPushpinRoute: true }],
  ['accept_x_forwarded_protocol', 'TRUE', { acceptForwardedProtocol: true }],
  ['set_x_forwarded_protocol', 'true', { setForwardedProtocol: 'both' }],
  ['set_x_forwarded_protocol', 'proto-only', { setForwardedProtocol: 'proto-only' }],
  ['x_forwarded_for', 'append, truncate:2', { forwardedFor: { append: true, truncate: 2 } }],
  ['x_forwarded_for_trusted', '', { forwardedForTrusted: { append: false } }],
  ['cdn_loop', 'me', { cdnLoop: 'me' }],
  ['orig_headers_need_mark', 'A,,B', { origHeadersNeedMark: ['A', 'B'] }],
  ['sockjs_url', 'http://x', { sockjsUrl: 'http://x' }],
  ['upstream_key', '', {}],
  ['upstream_key', 'secret', { upstreamKey: expect.anything() }],
])('%s=%s', (name, value, set) => {
  expect(read(name, value)).toEqual(set)
})

test.each([
  ['debug', 'maybe', 'write true or false'],
  ['set_x_forwarded_protocol', 'yes', 'write true, false or proto-only'],
  ['x_forwarded_for', 'truncate:x', 'truncate:x: write truncate:N, append, or both with a comma'],
  ['cdn_loop', 'a\r\nb', 'it is not a valid header value'],
])('%s=%j can not be', (name, value, why) => {
  expect(read(name, value)).toBe(why)
})

test('a key file that is not there is named, from its folder', () => {
  expect(read('upstream_key', 'file:no.pem')).toContain('/folder/no.pem')
})

test('others are unknown', () => {
  expect(read('sig_key', 'x')).toBeUndefined()
  expect(switchNames).not.toContain('sig_key')
})
