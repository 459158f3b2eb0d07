// The composer as a person uses it: whom it would reach, what is sent, what came of it.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { Reach } from '../../../preload/views'
import { openComposer } from '../../state/actions'
import { useStore } from '../../state/store'
import { editorText, writeInto } from '../../testing/editor'
import { testExchange, testPublish } from '../../testing/rows'
import { type StartOptions, startApp, take } from '../../testing/start-app'

const reach = (change: Partial<Reach> = {}): Reach => ({
  channel: 'chat',
  held: 6,
  reached: 5,
  byKind: [
    { kind: 'websocket', reached: 4, held: 5 },
    { kind: 'stream', reached: 1, held: 1 },
  ],
  not: [{ exchange: 7, who: 'u2', outcome: 'filtered', why: 'skip-self: u2 sent it' }],
  wouldWait: false,
  dropped: null,
  lastId: null,
  problem: null,
  didYouMean: null,
  ...change,
})

async function open(from: Parameters<typeof openComposer>[0] = {}, answers: StartOptions['answers'] = {}) {
  const started = await startApp({
    answers: { 'publish.reach': () => reach(), 'publish.send': () => ({ ok: true, id: 99 }), ...answers },
  })
  act(() => openComposer(from))
  return started
}

const format = (name: string) => within(screen.getByRole('group', { name: 'Formats' })).getByRole('button', { name })
const panel = () => screen.getByRole('complementary', { name: 'Publish' })
const channel = () => screen.getByRole('combobox', { name: 'Channel' })
const box = () => screen.findByRole('status', { name: 'Reach' })
const send = () => within(panel()).getByRole('button', { name: /^Publish Ctrl/ })

test('p opens it, and Esc in it closes it', async () => {
  const { user } = await open()
  expect(panel()).toBeDefined()
  await user.click(channel())
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary', { name: 'Publish' })).toBeNull()
  await user.keyboard('p')
  expect(panel()).toBeDefined()
})

test('without a channel or a format there is nothing to send', async () => {
  const { user, bridge } = await open()
  expect(send()).toHaveProperty('disabled', true)
  expect(screen.getByText('Name a channel.')).toBeDefined()
  await user.type(channel(), 'chat{Control>}{Enter}{/Control}')
  expect((await screen.findByRole('alert')).textContent).toContain('have no content')
  expect(bridge.inputs('publish.send')).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Publish it empty' }))
  await waitFor(() => expect(bridge.inputs('publish.send')).toHaveLength(1))
})

test('for an event stream, content is framed as an event', async () => {
  const byKind = [{ kind: 'stream' as const, reached: 1, held: 1 }]
  const { user } = await open({}, { 'publish.reach': () => reach({ byKind }) })
  const row = useStore.getState().trace.channels.get('chat')
  if (!row) throw new Error('The session has a channel named chat.')
  take({
    channels: [{ ...row, name: 'news', held: 1 }],
    exchanges: [testExchange({ id: 700, kind: 'sse', state: 'streaming', channels: ['news'], endedAt: null })],
  })
  await user.type(channel(), 'news')
  await waitFor(() => expect(screen.getByRole('checkbox', { name: 'as SSE event' })).toHaveProperty('checked', true))
  expect(format('http-stream').getAttribute('aria-pressed')).toBe('true')
  expect(format('ws-message').getAttribute('aria-pressed')).toBe('false')
})

test('it begins with the formats of those who listen', async () => {
  await open({ channel: 'chat' })
  await waitFor(() => editorText('Message'))
  const on = (['http-response', 'http-stream', 'ws-message'] as const).filter(
    (name) => format(name).getAttribute('aria-pressed') === 'true',
  )
  expect(on).toEqual(['http-stream', 'ws-message'])
})

describe('whom it would reach', () => {
  test('is said while it is typed, with who would not get it and why', async () => {
    await open({ channel: 'chat' })
    const text = (await box()).textContent
    expect(text).toContain('Would reach 5 of 6')
    expect(text).toContain('4 WebSockets, 1 stream')
    expect(text).toContain('not #7 u2: skip-self: u2 sent it')
  })

  test('is asked for the item as it would be sent', async () => {
    const { user, bridge } = await open({ channel: 'chat' })
    await waitFor(() => editorText('Message'))
    await user.click(format('http-stream'))
    await user.type(screen.getByRole('textbox', { name: 'Id' }), '89')
    writeInto('Content', 'hi')
    await waitFor(() =>
      expect(bridge.inputs('publish.reach').at(-1)?.item).toMatchObject({
        channel: 'chat',
        id: '89',
        formats: { 'http-stream': { content: 'hi' } },
      }),
    )
  })

  test('says where a backend decides', async () => {
    const why = 'http-check asks the backend, which decides'
    const not = [{ exchange: 7, who: 'u2', outcome: 'waiting' as const, why }]
    await open({ channel: 'chat' }, { 'publish.reach': () => reach({ not }) })
    expect((await box()).textContent).toContain(`perhaps #7 u2: ${why}`)
  })

  test('says that an id that came before is dropped, and offers another one or none', async () => {
    const dropped = 'dropped: this id came already 12 s ago on this channel'
    const { user } = await open(
      { item: { channel: 'chat', id: '7', formats: { 'http-stream': { content: 'hi' } } } },
      { 'publish.reach': ({ item }) => reach(item.id === '7' ? { reached: 0, byKind: [], dropped, lastId: '8' } : {}) },
    )
    expect(
      await screen.findByText(/It would be dropped: this id came already 12 s ago on this channel\./),
    ).toBeDefined()
    expect(screen.getByText('Would reach 0 of 6')).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Use id 9' }))
    expect(screen.getByLabelText('Id')).toHaveProperty('value', '9')
    expect(await screen.findByText('Would reach 5 of 6')).toBeDefined()
    await user.clear(screen.getByLabelText('Id'))
    await user.type(screen.getByLabelText('Id'), '7')
    await user.click(await screen.findByRole('button', { name: 'Publish without id' }))
    expect(screen.getByLabelText('Id')).toHaveProperty('value', '')
  })

  test('is asked again when holds come or go', async () => {
    const { bridge } = await open({ channel: 'chat' })
    await box()
    bridge.answer('publish.reach', () => reach({ held: 7, reached: 7, not: [] }))
    const row = useStore.getState().trace.channels.get('chat')
    if (!row) throw new Error('The session has a channel named chat.')
    take({ channels: [{ ...row, held: 7 }] })
    expect(await screen.findByText('Would reach 7 of 7')).toBeDefined()
  })

  test('a name that nobody listens to is put right by a click', async () => {
    const { user } = await open(
      { channel: 'chat-op' },
      { 'publish.reach': ({ item }) => (item.channel === 'chat-op' ? nobody : reach()) },
    )
    await user.click(await within(panel()).findByRole('button', { name: 'chat-ops' }))
    expect(channel()).toHaveProperty('value', 'chat-ops')
    expect(await screen.findByText('Would reach 5 of 6')).toBeDefined()
  })

  test('an item that would be refused says which field, and what to do', async () => {
    const problem = { field: 'http-response.code', message: 'It is no number.', fix: 'Give a status code.' }
    await open({ channel: 'chat' }, { 'publish.reach': () => reach({ problem }) })
    await waitFor(() =>
      expect(panel().textContent).toContain('http-response.code It is no number. Give a status code.'),
    )
  })

  test('a publish that would wait says for what', async () => {
    await open({ channel: 'chat' }, { 'publish.reach': () => reach({ wouldWait: true, lastId: '86' }) })
    expect((await box()).textContent).toContain('It would wait: the channel is at 86')
  })
})

/** Sends it although formats are empty: most tests are not about the content. */
async function sendAnyway(user: { click(element: Element): Promise<void> }): Promise<void> {
  await user.click(send())
  const anyway = screen.queryByRole('button', { name: 'Publish it empty' })
  if (anyway) await user.click(anyway)
}

const nobody = reach({ channel: 'chat-op', held: 0, reached: 0, byKind: [], not: [], didYouMean: 'chat-ops' })

describe('sending', () => {
  test('by the button or by Ctrl+Enter; what comes next follows what was sent', async () => {
    const { user, bridge } = await open({ channel: 'chat' })
    await user.type(screen.getByRole('textbox', { name: 'Id' }), '7')
    await sendAnyway(user)
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Id' })).toHaveProperty('value', '8'))
    expect(screen.getByRole('textbox', { name: 'Previous id' })).toHaveProperty('value', '7')
    await user.click(channel())
    await user.keyboard('{Control>}{Enter}{/Control}')
    await user.click(await screen.findByRole('button', { name: 'Publish it empty' }))
    await waitFor(() => expect(bridge.inputs('publish.send')).toHaveLength(2))
    expect(bridge.inputs('publish.send')[1]?.item).toMatchObject({ id: '8', 'prev-id': '7' })
  })

  test('what came of it is told, and leads there', async () => {
    const { user } = await open({ channel: 'chat' })
    await sendAnyway(user)
    take({ publishes: [testPublish({ id: 99, channel: 'chat', delivered: 5, notDelivered: 1, missed: 1 })] })
    expect(await screen.findByText(/Delivered to 5, missed by 1\./)).toBeDefined()
    await user.click(within(panel()).getByRole('button', { name: 'Show' }))
    expect(useStore.getState().ui).toMatchObject({ view: 'channels', selectedPublish: 99 })
  })

  test('a refusal names field and fix, and nothing of the draft is lost', async () => {
    const problem = { field: 'formats', message: 'There is none.', fix: 'Give one.' }
    const { user } = await open({ channel: 'chat' }, { 'publish.send': () => ({ ok: false, problem }) })
    await sendAnyway(user)
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Not published: There is none.')
    expect(alert.textContent).toContain('Give one.')
    expect(channel()).toHaveProperty('value', 'chat')
  })

  test('the last id of the channel is offered', async () => {
    const { user } = await open({ channel: 'chat' })
    await user.click(screen.getByRole('button', { name: /^after/ }))
    const last = useStore.getState().trace.channels.get('chat')?.lastId ?? ''
    expect(screen.getByRole('textbox', { name: 'Previous id' })).toHaveProperty('value', last)
    expect(screen.getByRole('textbox', { name: 'Id' })).toHaveProperty('value', String(Number(last) + 1))
  })
})

describe('the content', () => {
  test('what begins as JSON and is none is told before it is sent', async () => {
    await open({ channel: 'chat' })
    writeInto('Content', '{"from": }')
    expect(await screen.findByText(/^Not quite JSON: /)).toBeDefined()
    writeInto('Content', '{"from": 1}')
    await waitFor(() => expect(screen.queryByText(/^Not quite JSON: /)).toBeNull())
    writeInto('Content', 'plain text')
    expect(screen.queryByText(/^Not quite JSON: /)).toBeNull()
  })

  test('as an event gets its framing, which is shown', async () => {
    const { user, bridge } = await open({ channel: 'chat' })
    writeInto('Content', 'a')
    await user.click(screen.getByRole('checkbox', { name: 'as SSE event' }))
    expect(screen.getByText(/^data: a⏎/)).toBeDefined()
    await sendAnyway(user)
    await waitFor(() =>
      expect(bridge.inputs('publish.send')[0]?.item.formats).toMatchObject({
        'http-stream': { content: 'data: a\n\n' },
      }),
    )
  })

  test('a format that is shown is taken off by another click', async () => {
    const { user, bridge } = await open({ channel: 'chat' })
    await waitFor(() => editorText('Message'))
    await user.click(format('ws-message'))
    expect(format('ws-message').getAttribute('aria-pressed')).toBe('false')
    await sendAnyway(user)
    await waitFor(() => expect(Object.keys(bridge.inputs('publish.send')[0]?.item.formats as object)).toHaveLength(1))
  })

  test('a response has status and headers', async () => {
    const { user, bridge } = await open({ channel: 'chat' })
    await user.click(format('http-response'))
    await user.clear(screen.getByRole('textbox', { name: 'Status' }))
    await user.type(screen.getByRole('textbox', { name: 'Status' }), '404')
    await user.type(screen.getByRole('textbox', { name: 'Headers' }), 'X-A: b')
    writeInto('Body', 'gone')
    await sendAnyway(user)
    await waitFor(() =>
      expect(bridge.inputs('publish.send')[0]?.item.formats).toMatchObject({
        'http-response': { code: 404, headers: [['X-A', 'b']], body: 'gone' },
      }),
    )
  })
})

test('the same call is there for a shell, and is copied', async () => {
  const { user } = await open({ channel: 'chat' })
  await user.click(within(panel()).getByRole('button', { name: 'Copy as cURL' }))
  const text = await navigator.clipboard.readText()
  expect(text).toContain('curl -d \'{"items":[{"channel":"chat"')
  expect(text).toContain('http://127.0.0.1:5561/publish/')
})

test('what was published is kept, and comes back by the history', async () => {
  const { user } = await open({ channel: 'chat' })
  expect(screen.queryByRole('button', { name: /^History/ })).toBeNull()
  writeInto('Content', 'first')
  await sendAnyway(user)
  await screen.findByRole('button', { name: /^History/ })
  await user.clear(channel())
  await user.click(screen.getByRole('button', { name: /^History/ }))
  await user.click(await screen.findByRole('menuitem', { name: /^chat/ }))
  expect(channel()).toHaveProperty('value', 'chat')
})

test('opened for another channel while it is open, it takes that channel', async () => {
  await open({ channel: 'chat' })
  act(() => openComposer({ channel: 'counter' }))
  expect(channel()).toHaveProperty('value', 'counter')
})
