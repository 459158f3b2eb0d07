import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
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
