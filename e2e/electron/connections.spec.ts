// Connections of clients to the app, by the Node that its Electron has: they stay open from one request to the next.
import http from 'node:http'
import type { Socket } from 'node:net'
import { expect, test } from '../fixtures/test'

test('a client’s connection serves one request after the other', async ({ desktop }) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const used = new Set<Socket>()
  for (let i = 0; i < 3; i++) {
    const status = await new Promise((resolve, reject) => {
      const request = http.get(`${desktop.proxy}/counter/value/`, { agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode))
      })
      request.once('socket', (socket) => used.add(socket)).once('error', reject)
    })
    expect(status).toBe(200)
  }
  expect(used.size).toBe(1)
  agent.destroy()
})
