import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { encodeBase64 } from './body-modes'
import { BodyView } from './body-view'
import { HeadersTable } from './headers-table'
import { Marked, MarksContext, marksPattern } from './marks'

const show = (text: string, marks: readonly string[]) =>
  render(
    <MarksContext.Provider value={marks}>
      <p>
        <Marked text={text} />
      </p>
    </MarksContext.Provider>,
  ).container

test.each<[text: string, marks: readonly string[], marked: readonly string[]]>([
  ['Earl Grey, earl grey', ['EARL'], ['Earl', 'earl']],
  ['a.b aXb', ['a.b'], ['a.b']],
  ['(x) [y] {z} \\d', ['(x)', '[y]', '{z}', '\\d'], ['(x)', '[y]', '{z}', '\\d']],
  ['nothing', ['x'], []],
  ['nothing', [], []],
  ['nothing', [''], []],
])('%j with %j', (text, marks, marked) => {
  const container = show(text, marks)
  expect([...container.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(marked)
  expect(container.textContent).toBe(text)
})

test('no mark is no pattern', () => {
  expect(marksPattern([])).toBeNull()
})

test('headers show them in name and value', () => {
  render(
    <MarksContext.Provider value={['cookie', 'abc']}>
      <HeadersTable label="Headers" headers={[['Cookie', 'id=ABC']]} />
    </MarksContext.Provider>,
  )
  const table = screen.getByRole('table', { name: 'Headers' })
  expect([...table.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['Cookie', 'ABC'])
})

const showBody = (text: string, type: string, marks: readonly string[]) =>
  render(
    <MarksContext.Provider value={marks}>
      <BodyView label="body" base64={encodeBase64(text)} contentType={type} size={text.length} />
    </MarksContext.Provider>,
  )
const marked = (element: HTMLElement) => [...element.querySelectorAll('mark')].map((mark) => mark.textContent)

test('events show them in type, id and data', () => {
  showBody('event: tea\nid: tea-1\ndata: more Tea\n\ndata: coffee\n\n', 'text/event-stream', ['tea'])
  const [first, second] = within(screen.getByRole('list', { name: 'body' })).getAllByRole('listitem')
  expect(first && marked(first)).toEqual(['tea', 'tea', 'Tea'])
  expect(second && marked(second)).toEqual([])
})

test('of a long event it is said where one is further down', async () => {
  showBody(`data: ${'x'.repeat(3000)} tea\n\n`, 'text/event-stream', ['tea'])
  const item = screen.getByRole('listitem')
  expect(marked(item)).toEqual(['found in the rest'])
  await userEvent.click(within(item).getByRole('button', { name: /Show all/ }))
  expect(marked(item)).toEqual([])
})

test('bytes show them as numbers and as characters, across rows too', async () => {
  showBody(`${'-'.repeat(14)}Earl Grey`, 'text/plain', ['earl grey'])
  await userEvent.click(screen.getByRole('radio', { name: 'Hex' }))
  const rows = within(screen.getByRole('grid', { name: 'body' })).getAllByRole('row')
  expect(rows.map(marked)).toEqual([
    ['45 61', 'Ea'],
    ['72 6c 20 47 72 65 79', 'rl Grey'],
  ])
})

test('bytes after a gap have their place in the body', async () => {
  const gaps = [{ at: 4, bytes: 1_048_576 }]
  render(<BodyView label="body" base64={btoa('headtail')} contentType="text/plain" size={1_048_584} gaps={gaps} />)
  await userEvent.click(screen.getByRole('radio', { name: 'Hex' }))
  const rows = within(screen.getByRole('grid', { name: 'body' })).getAllByRole('row')
  expect(rows.map((row) => row.textContent?.replace(/ {2,}/g, ' '))).toEqual([
    '0000000068 65 61 64 head',
    '⋯ 1 MiB are not kept ⋯',
    '0010000474 61 69 6c tail',
  ])
})
