// Plausible details of a mock row. Development only: not part of the bundle.
import type {
  BodyInfo,
  ExchangeDetails,
  ExchangeRow,
  InstructView,
  Story,
  StoryStep,
  WsMessagePage,
  WsMessageView,
} from '../../preload/views'

const noBody: BodyInfo = { size: 0, kept: 0, contentType: '', contentEncoding: '' }

export function mockDetails(row: ExchangeRow): ExchangeDetails {
  const held = row.heldAt !== null
  const failed = row.note.startsWith('bad instruct')
  return {
    row,
    httpVersion: '1.1',
    secure: false,
    requestHeaders: [
      ['Host', row.host],
      ['User-Agent', 'curl/8.5.0'],
      ['Accept', '*/*'],
      ['Cookie', 'session=2f6d1c9a0f7e4d8bb6c35a1f92d7a1e3; theme=dark'],
    ],
    requestBody: row.method === 'POST' ? { ...noBody, size: 18, kept: 18, contentType: 'application/json' } : noBody,
    answers: [
      {
        target: 'localhost:8000',
        route: '* localhost:8000',
        why: 'request',
        sentAt: row.sentAt ?? row.at,
        method: row.method,
        url: row.path,
        sharedWith: null,
        requestHeaders: [
          ['Host', row.host],
          ['Grip-Sig', 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwdXNocGluIn0.c2ln'],
          ['Grip-Feature', 'status, session, link:next'],
        ],
        answeredAt: row.answeredAt,
        endedAt: row.answeredAt,
        status: row.answeredAt === null ? null : 200,
        reason: 'OK',
        headers: [
          ['Content-Type', held || failed ? 'application/grip-instruct' : 'text/plain'],
          ['Content-Length', '212'],
        ],
        body: { size: 212, kept: 212, contentType: 'application/grip-instruct', contentEncoding: '' },
        failure: row.answeredAt === null && row.state === 'failed' ? 'connect ECONNREFUSED 127.0.0.1:8000' : '',
      },
    ],
    instruct: held || failed ? mockInstruct(row, failed) : null,
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            reason: row.status === 200 ? 'OK' : 'Bad Gateway',
            headers: [
              ['Content-Type', row.kind === 'sse' ? 'text/event-stream' : 'application/json'],
              ['Date', 'Tue, 14 Nov 2023 22:13:20 GMT'],
              ['Connection', 'keep-alive'],
            ],
            body: {
              size: row.kind === 'sse' ? 10_485_760 : 64,
              kept: 64,
              contentType: row.kind === 'sse' ? 'text/event-stream' : 'application/json',
              contentEncoding: '',
            },
            startedAt: row.answeredAt ?? row.at,
          },
    troubles: [],
    keepAlives: row.kind === 'sse' ? 2 : 0,
    deliveries: [
      ...row.deliveredAt.map((at, index) => ({
        publish: index + 1,
        itemId: String(118 + index),
        channel: row.channels[0] ?? '',
        exchange: row.id,
        kind: row.kind,
        outcome: 'delivered' as const,
        at,
        took: 1.2 + index / 10,
        why: 'written to the client’s connection',
        who: row.client,
      })),
      ...(row.missed > 0
        ? [
            {
              publish: 4,
              itemId: '121',
              channel: row.channels[0] ?? '',
              exchange: row.id,
              kind: row.kind,
              outcome: 'too-late' as const,
              at: row.at + 4,
              took: 0.1,
              why: 'published 4.3 ms before this request was held',
              who: row.client,
            },
          ]
        : []),
    ],
    nearPublishes: [],
    messages: mockMessages(row).length,
    story: mockStory(row),
    end: row.endedAt === null ? null : { at: row.endedAt, how: row.state, message: row.note },
    replays: row.id === 3 ? [5] : [],
  }
}

function mockInstruct(row: ExchangeRow, failed: boolean): InstructView {
  return {
    from: 'json',
    accepted: !failed,
    problems: failed
      ? [{ field: 'hold.mode', message: '“respons” is no hold mode.', fix: 'Use "response" or "stream".' }]
      : [],
    mode: failed ? null : row.kind === 'long-poll' ? 'response' : 'stream',
    timeout: row.holdTimeout,
    keepAlive: row.kind === 'sse' ? 20_000 : null,
    next: '',
    meta: [['user', 'alice']],
    channels: row.channels.map((name) => ({ name, prevId: '120', filters: name === 'chat' ? ['skip-self'] : [] })),
    source: JSON.stringify(
      {
        hold: { mode: failed ? 'respons' : 'response', timeout: 30, channels: row.channels.map((name) => ({ name })) },
        response: { headers: { 'Content-Type': 'application/json' }, body: '{}' },
      },
      null,
      2,
    ),
  }
}

function mockStory(row: ExchangeRow): Story {
  const step = (
    t: number,
    from: StoryStep['from'],
    to: StoryStep['to'],
    label: string,
    change: Partial<StoryStep> = {},
  ) => ({
    t,
    from,
    to,
    label,
    detail: '',
    tone: 'plain' as const,
    publish: null,
    ...change,
  })
  const steps: StoryStep[] = [
    step(row.at, 'client', 'gripscope', `${row.method} ${row.path}`),
    step(row.sentAt ?? row.at, 'gripscope', 'backend', 'same request, signed', { tone: 'plain' }),
  ]
  if (row.missed > 0) {
    steps.push(
      step(row.at + 4.6, 'publisher', 'gripscope', 'publish counter 121: nobody held yet', {
        tone: 'attention',
        publish: 4,
        detail: 'It came 4.3 ms before this request was held.',
      }),
    )
  }
  if (row.answeredAt !== null) {
    steps.push(
      step(
        row.answeredAt,
        'backend',
        'gripscope',
        row.heldAt === null ? `${row.status ?? ''} text/plain` : '200 application/grip-instruct',
        { tone: row.heldAt === null ? 'plain' : 'held' },
      ),
    )
  }
  if (row.kind === 'sse')
    steps.push(step((row.heldAt ?? 0) + 0.2, 'gripscope', 'client', '200 text/event-stream', { tone: 'plain' }))
  row.deliveredAt.forEach((at, index) => {
    steps.push(
      step(at, 'publisher', 'gripscope', `publish ${row.channels[0] ?? ''} ${118 + index}`, { publish: index + 1 }),
    )
    steps.push(
      step(at + 0.4, 'gripscope', 'client', row.kind === 'long-poll' ? '200 121' : 'event: message', {
        tone: 'delivered',
        publish: index + 1,
      }),
    )
  })
  if (row.state === 'timed-out')
    steps.push(step(row.endedAt ?? 0, 'gripscope', 'client', '200 {} (timeout response)', { tone: 'attention' }))
  if (row.state === 'failed')
    steps.push(step(row.endedAt ?? 0, 'gripscope', 'client', `502: ${row.note}`, { tone: 'failed' }))
  if (row.state === 'complete') steps.push(step(row.endedAt ?? 0, 'gripscope', 'client', String(row.status)))
  if (row.state === 'client-left')
    steps.push(step(row.endedAt ?? 0, 'client', 'client', 'client left', { tone: 'faint' }))
  return {
    steps: steps.sort((a, b) => a.t - b.t),
    spans:
      row.heldAt === null ? [] : [{ from: row.heldAt, to: row.endedAt, label: `held on ${row.channels.join(', ')}` }],
    cut: 0,
  }
}

/** Of a WebSocket. */
export function mockMessages(row: ExchangeRow): WsMessageView[] {
  if (row.kind !== 'websocket') return []
  return [
    {
      number: 1,
      at: row.at + 40,
      from: 'client',
      kind: 'text',
      size: 23,
      passed: true,
      text: '{"join":"chat"}',
      base64: null,
    },
    {
      number: 2,
      at: row.at + 60,
      from: 'backend',
      kind: 'text',
      size: 64,
      passed: false,
      text: 'c:{"type":"subscribe","channel":"chat"}',
      base64: null,
    },
    {
      number: 3,
      at: row.at + 900,
      from: 'publish',
      kind: 'text',
      size: 31,
      passed: true,
      text: '{"from":"u1","text":"shipping now"}',
      base64: null,
    },
    {
      number: 4,
      at: row.at + 1900,
      from: 'client',
      kind: 'binary',
      size: 4,
      passed: true,
      text: null,
      base64: 'AAECAw==',
    },
  ]
}

export function pageOf(messages: readonly WsMessageView[], after: number): WsMessagePage {
  return { total: messages.length, kept: messages.length, messages: messages.slice(after) }
}
