import { expect, test } from 'vitest'
import { causeWords } from '../../grip/cause-words'
import { endWords } from '../../grip/end-words'
import type { TraceEvent } from '../events'
import { causesOfWords } from './causes-of-words'
import { type SessionLine, SessionReader } from './session-lines'

/** As version 1 was written: what a recording of that time has, line by line. */
const OLD_FILE = `{"format":"gripscope-session","version":1,"gripscope":"0.1.0","epoch":1767225600000}
{"type":"request","t":1,"x":1,"method":"GET","url":"/","httpVersion":"1.1","headers":["Host","a"],"client":"c:1","secure":false}
{"type":"backend-failed","t":2,"x":1,"target":"b:1","code":"ECONNREFUSED","message":"nothing listens on b:1 (ECONNREFUSED)","again":false}
{"type":"backend-failed","t":2,"x":1,"target":"b:1","code":"UND_ERR_SOCKET","message":"","again":false}
{"type":"limit","t":3,"x":1,"limit":"subscriptionMax","message":"channel 'c' is left out"}
{"type":"ended","t":4,"x":1,"how":"backend-failed","responseSize":3,"message":"Unable to connect to any targets. Tried: b:1"}
{"type":"ended","t":4,"x":2,"how":"no-route","responseSize":0,"cause":{"code":"no-route","host":"a","url":"/"}}
{"type":"ended","t":4,"x":3,"how":"bad-request","responseSize":0,"cause":{"code":"client-protocol","fault":"opcode 3 is reserved","close":1002},"message":"odd"}
{"type":"publish","t":5,"p":1,"via":"http","channel":"c","formatNames":[],"formats":"e30=","size":2,"waiting":false,"dropped":"dropped: this id came already 12 s ago on this channel"}
{"type":"delivery","t":5,"p":1,"channel":"c","exchanges":[1,2],"outcomes":[2,0],"why":{"0":"skip-self: alice sent it."}}
`

function read(text: string): TraceEvent[] {
  const reader = new SessionReader()
  const lines: SessionLine[] = [...reader.read(Buffer.from(text))]
  expect(reader.refused).toBeUndefined()
  return lines.map((line) => {
    if (line.kind !== 'event') throw new Error(JSON.stringify(line))
    return line.event
  })
}

test('a file of version 1 is read: what it says in words are causes with the same words', () => {
  const said = read(OLD_FILE).map((event) => {
    switch (event.type) {
      case 'ended':
        return endWords(event)
      case 'limit':
      case 'backend-failed':
        return causeWords(event.cause)
      case 'publish':
        return event.dropped && causeWords(event.dropped)
      case 'delivery':
        return event.why && Object.entries(event.why).map(([at, cause]) => `${at}: ${causeWords(cause)}`)
      default:
        return event.type
    }
  })
  expect(said).toEqual([
    'request',
    'nothing listens on b:1 (ECONNREFUSED)',
    'b:1 closed the connection',
    "channel 'c' is left out",
    'Unable to connect to any targets. Tried: b:1',
    'No route for a/.',
    'the client broke the protocol: opcode 3 is reserved (closed with 1002); odd',
    'dropped: this id came already 12 s ago on this channel',
    ['0: skip-self: alice sent it.'],
  ])
})

test.each([
  { type: 'ended', message: 5 },
  { type: 'ended', cause: 'no' },
  { type: 'limit' },
  { type: 'delivery', why: [] },
  { type: 'delivery', why: { 0: {} } },
  { type: 'publish', dropped: null },
  { type: 'later' },
])('what does not fit stays for the codec to refuse: %j', (record) => {
  expect(() => causesOfWords(record)).not.toThrow()
  expect(causesOfWords(record).type).toBe(record.type)
})
