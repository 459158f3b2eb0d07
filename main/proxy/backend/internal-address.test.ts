import { expect, test } from 'vitest'
import { BLOCKED, blockedHost, isInternal, lookupOutside } from './internal-address'

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['0.0.0.0', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['169.254.169.254', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['::', true],
  ['fd00::1', true],
  ['fe80::1', true],
  ['::ffff:127.0.0.1', true],
  ['2001:4860:4860::8888', false],
])('%s is internal: %s', (address, internal) => {
  expect(isInternal(address)).toBe(internal)
  expect(blockedHost(address) !== undefined).toBe(internal)
})

test('a name is looked up before anything is known of it', () => {
  expect(blockedHost('localhost')).toBeUndefined()
})

test.each([true, false])('a name that only leads to internal addresses is blocked (all: %s)', async (all) => {
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) =>
    lookupOutside('localhost', { all }, (e) => resolve(e)),
  )
  expect(error?.code).toBe(BLOCKED)
  expect(error?.message).toMatch(/^the target is untrusted, and localhost is an internal address/)
})
