import { act, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { editorText } from '../testing/editor'
import { encodeBase64 } from './body-modes'
import { BodyView } from './body-view'

const modes = () => within(screen.getByRole('radiogroup', { name: 'Show body as' })).getAllByRole('radio')
const chosen = () => modes().find((mode) => mode.getAttribute('aria-checked') === 'true')?.textContent

function show(text: string, contentType: string, size = text.length): void {
  render(<BodyView label="body" base64={encodeBase64(text)} contentType={contentType} size={size} />)
}

test('JSON is formatted, and can be seen as it was sent', async () => {
  show('{"a":[1]}', 'application/json')
  expect(modes().map((mode) => mode.textContent)).toEqual(['JSON', 'Text', 'Hex'])
  expect(chosen()).toBe('JSON')
  expect(editorText('body')).toBe('{\n  "a": [\n    1\n  ]\n}')
  await userEvent.click(screen.getByRole('radio', { name: 'Text' }))
  expect(editorText('body')).toBe('{"a":[1]}')
})

test('events are listed one by one', () => {
  show('event: tick\nid: 7\ndata: one\n\n: still there\n\ndata: cut', 'text/event-stream')
  expect(chosen()).toBe('Events')
  const items = within(screen.getByRole('list', { name: 'body' })).getAllByRole('listitem')
  expect(items.map((item) => item.textContent)).toEqual([
    'tick7one',
    'commentstill there',
    'messagecut ⋯ no blank line yet',
  ])
})

test('what is missing of a stream is said where it is missing', async () => {
  const user = userEvent.setup()
  const text = 'data: one\n\ndata: tdata: hree\n\n'
  const gaps = [{ at: 18, bytes: 4_194_304 }]
  const size = text.length + 4_194_304
  render(<BodyView label="body" base64={btoa(text)} contentType="text/event-stream" size={size} gaps={gaps} />)
  const items = within(screen.getByRole('list', { name: 'body' })).getAllByRole('listitem')
  expect(items.map((item) => item.textContent)).toEqual([
    'messageone',
    'messaget ⋯ no blank line yet',
    '⋯4 MiB are not kept',
    'messagehree',
  ])
  expect(screen.getByText('kept the first 18 B and the last 12 B of 4 MiB')).toBeDefined()
  expect(screen.getByRole('button', { name: 'Save what was kept of the body' })).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Copy body' }))
  expect(await navigator.clipboard.readText()).toBe('data: one\n\ndata: t\n⋯ 4 MiB are not kept ⋯\ndata: hree\n\n')
})

test('a stream with bytes that are no UTF-8, or zeros, is still read as events and text', () => {
  render(
    <BodyView label="body" base64={btoa('data: a\xffb\n\ndata: \0\n\n')} contentType="text/event-stream" size={19} />,
  )
  expect(modes().map((mode) => mode.textContent)).toEqual(['Events', 'Text', 'Hex'])
  const items = within(screen.getByRole('list', { name: 'body' })).getAllByRole('listitem')
  expect(items.map((item) => item.textContent)).toEqual(['messagea\uFFFDb', 'message\0'])
})

test('of a compressed body, its size on the wire is told, and why it could not be decompressed', () => {
  const compressed = { codings: 'gzip', size: 37, problem: 'unexpected end of file' }
  render(<BodyView label="body" base64={btoa('hello')} contentType="text/plain" size={5} compressed={compressed} />)
  expect(screen.getByText('text/plain · 5 B · gzip, 37 B compressed')).toBeDefined()
  expect(screen.getByText('unexpected end of file')).toBeDefined()
})

test('bytes are shown as numbers', async () => {
  show('AB', 'text/plain')
  await userEvent.click(screen.getByRole('radio', { name: 'Hex' }))
  expect(screen.getByRole('row').textContent).toContain('0000000041 42')
})

test('what is no text is shown as bytes, and cannot be copied as text', () => {
  render(<BodyView label="body" base64={btoa('\x00\xff')} contentType="image/png" size={2} />)
  expect(modes().map((mode) => mode.textContent)).toEqual(['Hex'])
  expect(screen.queryByRole('button', { name: 'Copy body' })).toBeNull()
  expect(screen.getByRole('button', { name: 'Save body' })).toBeDefined()
})

test('a body that was cut says how much of it is here', () => {
  show('abc', 'text/plain', 10_485_760)
  expect(screen.getByText('kept 3 B of 10 MiB')).toBeDefined()
})

test('a body is copied as it was sent', async () => {
  const user = userEvent.setup()
  show('{"a":1}', 'application/json')
  await user.click(screen.getByRole('button', { name: 'Copy body' }))
  expect(await navigator.clipboard.readText()).toBe('{"a":1}')
  expect(screen.getByRole('button', { name: 'Copied' })).toBeDefined()
})

test('the way it is shown is chosen with the arrow keys too', async () => {
  show('{"a":1}', 'application/json')
  const user = userEvent.setup()
  act(() => screen.getByRole('radio', { name: 'JSON' }).focus())
  await user.keyboard('{ArrowRight>}')
  await waitFor(() => expect(chosen()).toBe('Text'))
  expect(document.activeElement?.textContent).toBe('Text')
  await user.keyboard('{/ArrowRight}{ArrowLeft>}')
  await waitFor(() => expect(chosen()).toBe('JSON'))
})
