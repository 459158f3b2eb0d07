import { describe, expect, test } from 'vitest'
import { WsEventQueue } from './ws-event-queue'

const EVENTS_MAX = 1000

function queueOf(...texts: string[]): WsEventQueue {
  const queue = new WsEventQueue(EVENTS_MAX)
  for (const text of texts) queue.add('text', Buffer.from(text), true, true)
  return queue
}

function next(queue: WsEventQueue): string[] {
  return queue
    .next()
    .map(({ type, content }) => (content === undefined ? type : `${type} ${content.toString('latin1')}`))
}

describe('events', () => {
  test('all that waits goes into one request, an empty content is none', () => {
    const queue = queueOf('a', '')
    queue.add('binary', Buffer.from('b'), true, true)
    queue.add('ping', Buffer.alloc(0), true, true)
    queue.add('pong', Buffer.from('c'), true, true)
    expect(next(queue)).toEqual(['TEXT a', 'TEXT', 'BINARY b', 'PING', 'PONG c'])
  })

  test('a message in parts is one event once it is whole; a ping between the parts goes before it', () => {
    const queue = new WsEventQueue(EVENTS_MAX)
    queue.add('text', Buffer.from('a'), true, false)
    expect(queue.hasNews).toBe(false)
    queue.add('ping', Buffer.from('p'), true, true)
    queue.add('text', Buffer.from('b'), false, true)
    expect(next(queue)).toEqual(['PING p', 'TEXT ab'])
  })

  test('one event a request, where the target wants it so', () => {
    const queue = new WsEventQueue(EVENTS_MAX, 1)
    for (const text of ['a', '']) queue.add('text', Buffer.from(text), true, true)
    queue.close(1000, '')
    const seen: string[][] = []
    while (queue.hasNews) {
      seen.push(next(queue))
      expect(queue.accept('')).toBeUndefined()
    }
    expect(seen).toEqual([['TEXT a'], ['TEXT'], ['CLOSE \u0003\u00e8']])
  })

  test('a close comes last, with code and reason or without', () => {
    const queue = queueOf('a')
    queue.close(1000, 'bye')
    expect(next(queue)).toEqual(['TEXT a', 'CLOSE \u0003\u00e8bye'])
    const bare = queueOf()
    bare.close(undefined, '')
    expect(next(bare)).toEqual(['CLOSE'])
  })

  test('a message that is not whole at the close is left out', () => {
    const queue = new WsEventQueue(EVENTS_MAX)
    queue.add('text', Buffer.from('half'), true, false)
    queue.close(undefined, '')
    expect(next(queue)).toEqual(['CLOSE'])
  })

  test('a request holds no more than the limit, and at least one message', () => {
    const half = 'x'.repeat(EVENTS_MAX / 2 + 1)
    const queue = queueOf(half, half)
    expect(queue.full).toBe(true)
    expect(next(queue)).toEqual([`TEXT ${half}`])
    expect(queue.accept('')).toBeUndefined()
    expect(queue.full).toBe(false)
    expect(next(queue)).toEqual([`TEXT ${half}`])
  })
})

describe('what the backend accepts', () => {
  test('without a word, all of it', () => {
    const queue = queueOf('abc', '')
    queue.next()
    expect(queue.accept('')).toBeUndefined()
    expect([queue.hasNews, queue.replayed, next(queue)]).toEqual([false, 0, []])
  })

  test('what is no number means all', () => {
    const queue = queueOf('abc')
    queue.next()
    queue.accept('many')
    expect(next(queue)).toEqual([])
  })

  test('the rest is sent once more, but not before there is something new', () => {
    const queue = queueOf('abc', 'def')
    queue.next()
    expect(queue.accept('4')).toBeUndefined()
    expect([queue.hasNews, queue.replayed]).toEqual([false, 2])
    queue.add('text', Buffer.from('g'), true, true)
    expect(queue.hasNews).toBe(true)
    expect(next(queue)).toEqual(['TEXT ef', 'TEXT g'])
  })

  test('nothing', () => {
    const queue = queueOf('abc')
    queue.next()
    expect(queue.accept('0')).toBeUndefined()
    expect([queue.hasNews, queue.replayed]).toEqual([false, 3])
  })

  test('empty messages go with what is before them', () => {
    const queue = queueOf('abc', '', 'def')
    queue.next()
    queue.accept('3')
    expect(next(queue)).toEqual(['TEXT def'])
  })

  test('an empty message that came meanwhile was not offered, so it is not accepted', () => {
    const queue = queueOf('abc')
    queue.next()
    queue.add('text', Buffer.alloc(0), true, true)
    queue.accept('')
    expect(queue.hasNews).toBe(true)
    expect(next(queue)).toEqual(['TEXT'])
  })

  test('more than there was is refused', () => {
    const queue = queueOf('abc')
    queue.next()
    expect(queue.accept('4')).toEqual({ code: 'events-accepted-more', accepted: 4, sent: 3 })
  })

  test('nothing of what does not fit into one request is refused: it would never end', () => {
    const queue = queueOf('x'.repeat(150_000), 'y'.repeat(100_000))
    queue.next()
    expect(queue.accept('0')).toEqual({ code: 'events-accepted-nothing' })
  })

  test('a close counts once all before it is accepted', () => {
    const queue = queueOf('abc')
    queue.close(1000, '')
    queue.next()
    expect(queue.accept('1')).toBeUndefined()
    expect(queue.closed).toBe(false)
    expect(next(queue)).toEqual(['TEXT bc', 'CLOSE \u0003\u00e8'])
    expect(queue.accept('4')).toBeUndefined()
    expect(queue.closed).toBe(true)
  })

  test('all but the close is refused', () => {
    const queue = queueOf('abc')
    queue.close(1000, '')
    queue.next()
    expect(queue.accept('3')).toEqual({ code: 'events-close-not-accepted' })
  })

  test('an accepted close is no news; asked once more, it is said once more', () => {
    const queue = queueOf()
    queue.close(undefined, '')
    expect(queue.hasNews).toBe(true)
    queue.next()
    queue.accept('')
    expect([queue.closed, queue.hasNews, next(queue)]).toEqual([true, false, ['CLOSE']])
  })
})

describe('what has no data', () => {
  test('messages fill the queue too: each is an event of some bytes', () => {
    const queue = new WsEventQueue(200_000)
    let count = 0
    while (!queue.full && count < 100_000) {
      queue.add('text', Buffer.alloc(0), true, true)
      count++
    }
    expect(count).toBe(20_000)
    expect(queue.next()).toHaveLength(20_000)
    queue.accept('')
    expect(queue.full).toBe(false)
  })

  test('parts of a message are not kept', () => {
    const queue = new WsEventQueue(1000)
    queue.add('text', Buffer.from('a'), true, false)
    for (let i = 0; i < 10_000; i++) queue.add('text', Buffer.alloc(0), false, false)
    queue.add('text', Buffer.from('b'), false, true)
    expect(queue.next()).toEqual([{ type: 'TEXT', content: Buffer.from('ab') }])
    queue.add('text', Buffer.alloc(0), true, false)
    queue.add('text', Buffer.alloc(0), false, true)
    expect(queue.full).toBe(false)
  })
})
