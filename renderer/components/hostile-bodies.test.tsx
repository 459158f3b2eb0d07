// Bodies that somebody made to break the page: each is shown, as far as it can be, and says what it leaves out.
import { fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { editorText, writeInto } from '../testing/editor'
import { encodeBase64 } from './body-modes'
import { BodyView } from './body-view'
import { CodeEditor } from './code-editor'
import { HeadersTable } from './headers-table'

const show = (text: string, contentType = 'application/json') =>
  render(<BodyView label="body" base64={encodeBase64(text)} contentType={contentType} size={text.length} />)
/** What the editor shows, once it does. */
const shownText = () => vi.waitFor(() => editorText('body'), 10_000)
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

describe('a body', () => {
  test.each([17_000, 60_000])('%i lists deep is text, which says why', async (levels) => {
    show(deep(levels))
    expect(await screen.findByText('Not formatted: it is nested more than 500 levels deep.')).toBeDefined()
    expect(screen.queryByRole('radio', { name: 'JSON' })).toBeNull()
    expect((await shownText()).replaceAll('\n', '')).toBe(deep(levels))
  })

  test('of the depth that is put on lines has its colours', async () => {
    show(deep(500))
    expect(screen.getByRole('radio', { name: 'JSON' }).getAttribute('aria-checked')).toBe('true')
    expect(await shownText()).toBe(JSON.stringify(JSON.parse(deep(500)), null, 2))
  })

  test('that is a string of 8.4 MB is shown in parts', async () => {
    const text = JSON.stringify('x'.repeat(8_400_000))
    show(text)
    expect(await screen.findByText('Not formatted: it is longer than 1 MiB.')).toBeDefined()
    expect(screen.getByText('Part 1 of 9, 1 MiB each')).toBeDefined()
    const { length } = await shownText()
    expect(length).toBeLessThan(1.1 * 1024 * 1024)
    await userEvent.click(screen.getByRole('button', { name: 'Next part of body' }))
    expect(screen.getByText('Part 2 of 9, 1 MiB each')).toBeDefined()
    expect(screen.getByRole('button', { name: 'Part before of body' })).toHaveProperty('disabled', false)
  })

  test('of one long line has lines that can be drawn', async () => {
    show('y'.repeat(1024 * 1024), 'text/plain')
    expect(Math.max(...(await shownText()).split('\n').map((line) => line.length))).toBe(2000)
  })

  test('that is long JSON is put on lines in slices', async () => {
    const value = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `item ${id}` }))
    show(JSON.stringify(value))
    expect(await screen.findByText('Formatting the body…')).toBeDefined()
    await vi.waitFor(
      () => expect(editorText('body')).toBe(JSON.stringify(value, null, 2).slice(0, editorText('body').length)),
      10_000,
    )
  })

  test('of any bytes and any type is shown', () => {
    const types = fc.constantFrom(
      'application/json',
      'text/event-stream',
      'text/plain',
      '',
      '\u202e',
      'x'.repeat(70_000),
    )
    const piece = fc.constantFrom(
      'data: ',
      '\n\n',
      '\r',
      ':',
      '[',
      '{"a":',
      '"',
      '\u2028',
      '\u202e',
      'id:',
      '\\',
      '1e999',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.array(piece).map((all) => all.join('')),
        ),
        types,
        (body, type) => {
          const base64 = typeof body === 'string' ? encodeBase64(body) : btoa(String.fromCharCode(...body))
          const { unmount } = render(<BodyView label="body" base64={base64} contentType={type} size={1} />)
          expect(screen.getByRole('radiogroup')).toBeDefined()
          unmount()
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('events', () => {
  const list = () => screen.getByRole('list', { name: 'body' })
  const listed = () => screen.findByRole('list', { name: 'body' })

  test('20,000 of them are there, and only those near what is seen exist', async () => {
    show(Array.from({ length: 20_000 }, (_, n) => `id: ${n}\ndata: {"n":${n}}\n\n`).join(''), 'text/event-stream')
    await listed()
    const items = within(list()).getAllByRole('listitem')
    expect(items.length).toBeLessThan(500)
    expect(items[0]?.getAttribute('aria-setsize')).toBe('20000')
    expect(list().querySelectorAll('*').length).toBeLessThan(4000)
    // The others have their place all the same.
    const place = [...list().children].reduce(
      (sum, block) => sum + (Number.parseFloat((block as HTMLElement).style.height) || 0),
      0,
    )
    expect(place).toBeGreaterThan(19_000 * 20)
    list().scrollTop = 300_000
    fireEvent.scroll(list())
    const then = within(list()).getAllByRole('listitem')
    expect(Number(then[0]?.getAttribute('aria-posinset'))).toBeGreaterThan(5000)
    expect(then.length).toBeLessThan(500)
  })

  test('a long one shows its beginning, and all of it when asked', async () => {
    const data = JSON.stringify({ text: 'x'.repeat(30_000) })
    show(`data: ${data}\n\n`, 'text/event-stream')
    await listed()
    expect(list().textContent?.length).toBeLessThan(2000)
    await userEvent.click(screen.getByRole('button', { name: 'Show all 30,011 characters' }))
    expect(editorText('event 1')).toContain('"text": "xxx')
  })
})

describe('what is written', () => {
  test('may become too deep and too long to be coloured, and back', () => {
    const changed = vi.fn()
    const editor = (value: string) => <CodeEditor label="Body" language="json" value={value} onChange={changed} wrap />
    const { rerender } = render(editor('{}'))
    for (const text of [deep(17_000), `"${'['.repeat(17_000)}`, JSON.stringify('x'.repeat(3_000_000)), '{"a":1}']) {
      writeInto('Body', text)
      expect(changed).toHaveBeenLastCalledWith(text)
      rerender(editor(text))
      expect(editorText('Body')).toBe(text)
      expect(screen.queryByText(/^Without colours/) === null).toBe(text.length < 20)
    }
  })
})

test('of 100,000 headers the first are shown, of a long value its beginning', async () => {
  const headers = Array.from({ length: 100_000 }, (_, n) => [`x-${n}`, n === 0 ? 'v'.repeat(65_000) : 'v'] as const)
  render(<HeadersTable label="Headers" headers={headers} />)
  const rows = () => screen.getByRole('table').querySelectorAll('tr')
  expect(rows()).toHaveLength(60)
  expect(screen.getByRole('table').textContent?.length).toBeLessThan(10_000)
  await userEvent.click(screen.getByRole('button', { name: 'Show all of x-0' }))
  expect(rows()[0]?.textContent).toHaveLength(65_003)
  await userEvent.click(screen.getByRole('button', { name: 'Show more of 100,000' }))
  expect(rows()).toHaveLength(120)
})
