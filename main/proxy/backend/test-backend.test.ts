import { describe, expect, it } from 'vitest'
import { parseRoutes } from '../../grip/routes'
import { testAnswer } from './test-backend'

function ask(
  path: string,
  line = '* test',
  method = 'GET',
): { status: number; headers: string[]; body: string; ended: number } {
  const [route] = parseRoutes(line).routes
  if (!route) throw new Error(`no route: ${line}`)
  const got = { status: 0, headers: [] as string[], body: '', ended: 0 }
  testAnswer(
    route,
    { method, path },
    {
      onHead: (_ask, status, _reason, headers) => {
        got.status = status
        got.headers = headers
      },
      onData: (_ask, chunk) => {
        got.body += chunk
        return true
      },
      onEnd: () => got.ended++,
      onFail: () => {},
    },
    () => {},
  )
  return got
}

describe('the test target', () => {
  it.each([
    ['/', 200, 'Hello from the Pushpin test handler!\n', ''],
    ['/response', 200, 'nothing for now\n', 'Grip-Hold,response,Grip-Channel,test'],
    ['/response/?channel=a', 200, 'nothing for now\n', 'Grip-Hold,response,Grip-Channel,a'],
    ['/stream?channel=a&channel=b', 200, '[stream opened]\n', 'Grip-Hold,stream,Grip-Channel,a, b'],
    ['/other', 404, 'no such test resource\n', ''],
  ])('answers %s', (path, status, body, grip) => {
    const got = ask(path)
    expect([got.status, got.body, got.ended]).toEqual([status, body, 1])
    expect(got.headers.join()).toBe(`Content-Type,text/plain,${grip || `Content-Length,${body.length}`}`)
  })

  it.each(['*,path_beg=/t test', '*,path_beg=/t/ test'])('on the route %s begins after its path', (line) => {
    expect(ask('/t/response', line).body).toBe('nothing for now\n')
    expect(ask('/t/', line).body).toBe('Hello from the Pushpin test handler!\n')
  })
})
