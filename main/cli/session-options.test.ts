import path from 'node:path'
import { expect, it } from 'vitest'
import { FINDINGS_HELP, parseFindingsOptions, parseShowOptions, SHOW_HELP } from './session-options'

const file = path.resolve('a')

it.each([
  [['a'], { file, json: false, failOn: undefined }],
  [['--json', 'a', '--fail-on', 'warning'], { file, json: true, failOn: 'warning' }],
  [['--fail-on=note', '--', 'a'], { file, json: false, failOn: 'note' }],
])('findings %j', (args, options) => {
  expect(parseFindingsOptions(args)).toEqual({ kind: 'options', options })
})

it.each([
  [['a'], { file, json: false, publishes: false }],
  [['a', '--publishes', '--json'], { file, json: true, publishes: true }],
])('show %j', (args, options) => {
  expect(parseShowOptions(args)).toEqual({ kind: 'options', options })
})

it.each([
  [parseFindingsOptions([]), 'name the file of a session'],
  [parseFindingsOptions(['']), 'name the file of a session'],
  [parseFindingsOptions(['a', 'b']), 'b: only one SESSION can be given'],
  [parseFindingsOptions(['a', '--fail-on', 'bad']), '--fail-on bad: give error, warning, note'],
  [parseFindingsOptions(['a', '--fail-on']), '--fail-on needs a value'],
  [parseFindingsOptions(['a', '--publishes']), 'Unknown option --publishes'],
  [parseShowOptions([]), 'name the file of a session'],
  [parseShowOptions(['a', '--fail-on', 'note']), 'Unknown option --fail-on'],
])('says what is wrong: %j', (parsed, message) => {
  expect(parsed).toEqual({ kind: 'bad', message })
})

it('tells each option in its help', () => {
  expect(parseFindingsOptions(['--help'])).toEqual({ kind: 'help' })
  expect(parseShowOptions(['a', '-h'])).toEqual({ kind: 'help' })
  for (const option of ['--json', '--fail-on', '--help']) expect(FINDINGS_HELP).toContain(option)
  for (const option of ['--json', '--publishes', '--help']) expect(SHOW_HELP).toContain(option)
})
