import { expect, test } from 'vitest'
import { addressBytes, isLocalName, networkBytes } from './local-names'

test.each([
  'localhost',
  'app.localhost',
  'api.test',
  'my-mac.local',
  'host.docker.internal',
  'a_b.lan',
  'printer.home.arpa',
  '127.0.0.1',
  '127.9.9.9',
  '10.1.2.3',
  '172.31.255.255',
  '192.168.0.1',
  '169.254.1.1',
  '100.64.0.1',
  '::1',
  'fd00::1',
  'fe80::1',
])('%s is local', (name) => {
  expect(isLocalName(name)).toBe(true)
})

test.each([
  'example.com',
  'localhost.com',
  'notlocalhost',
  'arpa',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2001:db8::1',
  '',
  '.test',
  'a..test',
  '-a.test',
  'a b.test',
  '*.test',
  'LOCALHOST',
  `${'a'.repeat(64)}.test`,
])('%j is not', (name) => {
  expect(isLocalName(name)).toBe(false)
})

test.each<[string, string]>([
  ['127.0.0.1', '7f000001'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['2001:db8::', '20010db8000000000000000000000000'],
  ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
])('the bytes of %s', (address, hex) => {
  expect(addressBytes(address)?.toString('hex')).toBe(hex)
})

test('a name has no bytes', () => {
  expect(addressBytes('localhost')).toBeUndefined()
})

test.each<[string, string]>([
  ['127.0.0.0/8', '7f000000ff000000'],
  ['172.16.0.0/12', 'ac100000fff00000'],
  ['fe80::/10', `fe80${'0'.repeat(28)}ffc0${'0'.repeat(28)}`],
  ['::1/128', `${'0'.repeat(31)}1${'f'.repeat(32)}`],
])('the network %s with its mask', (network, hex) => {
  expect(networkBytes(network).toString('hex')).toBe(hex)
})
