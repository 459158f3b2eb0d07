import { expect, test } from 'vitest'
import { createFakeBridge } from '../dev/fake-bridge'
import { call, setBridge } from './client'

test('an output that the contract does not allow is a failure that names the call', async () => {
  setBridge(createFakeBridge({ 'exchange.curl': () => 7 as unknown as string }))
  await expect(call('exchange.curl', { id: 1 })).rejects.toMatchObject({
    name: 'CallFailure',
    call: 'exchange.curl',
    code: 'bad-output',
  })
})

test('a failure of the engine keeps its message', async () => {
  setBridge(createFakeBridge({}))
  await expect(call('exchange.curl', { id: 1 })).rejects.toMatchObject({
    code: 'bad-call',
    message: 'There is no call "exchange.curl".',
  })
})

test('without a bridge a call says so', async () => {
  await expect(call('app.state', null)).rejects.toThrow('Not connected')
})
