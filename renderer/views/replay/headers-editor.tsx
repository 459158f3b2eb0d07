// The headers of a request, a line each: name, value, and a button that takes it out. Of very many the first are shown.
import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { problemText } from '../../../preload/views'
import { Button, IconButton } from '../../components/button'
import { Input } from '../../components/field'
import { formatCount } from '../../format/bytes'
import styles from './replay-dialog.module.css'
import type { HeaderLine } from './replay-draft'
import type { DraftProblem } from './replay-problems'

export interface HeadersEditorProps {
  headers: readonly HeaderLine[]
  /** Names of headers that Gripscope sets. */
  leftOut: readonly string[]
  problems: readonly DraftProblem[]
  onChange(headers: readonly HeaderLine[]): void
}

/** Lines that are shown at first and with each click more: each takes milliseconds. */
const PAGE = 40

export function HeadersEditor({ headers, leftOut, problems, onChange }: HeadersEditorProps) {
  const [limit, setLimit] = useState(PAGE)
  /** Keys from here on are those of lines that were added: they are always shown. */
  const [firstAdded] = useState(() => nextKey(headers, 0))
  // The first one of a line.
  const problemOf = new Map([...problems].reverse().map((problem) => [problem.at, problem]))
  const lines = headers.map((line, index) => ({ line, number: index + 1, problem: problemOf.get(line.key) }))
  const shown = lines.filter(({ line, number, problem }) => number <= limit || line.key >= firstAdded || problem)
  const add = () => {
    const key = nextKey(headers, firstAdded)
    onChange([...headers, { key, name: '', value: '' }])
  }
  const change = (key: number, part: Partial<HeaderLine>) =>
    onChange(headers.map((line) => (line.key === key ? { ...line, ...part } : line)))
  const titleId = useId()
  return (
    <fieldset className={styles.part} aria-labelledby={titleId}>
      <div className={styles.bar}>
        <span id={titleId} className={styles.title}>
          Headers
        </span>
        {leftOut.length > 0 ? <span className={styles.note}>{leftOut.join(', ')}: set by Gripscope</span> : null}
        <Button small icon={<Plus />} onClick={add}>
          Add header
        </Button>
      </div>
      {headers.length === 0 ? <p className={styles.note}>No headers; Host is added when it is sent.</p> : null}
      <div className={styles.lines}>
        {shown.map(({ line, number, problem }) => (
          <Line
            key={line.key}
            line={line}
            number={number}
            problem={problem}
            onChange={(part) => change(line.key, part)}
            onRemove={() => onChange(headers.filter((other) => other.key !== line.key))}
          />
        ))}
      </div>
      {shown.length < headers.length ? (
        <p className={styles.note}>
          <Button small onClick={() => setLimit(limit + PAGE)}>
            Show more of {formatCount(headers.length)} headers
          </Button>{' '}
          All are sent.
        </p>
      ) : null}
    </fieldset>
  )
}

function nextKey(headers: readonly HeaderLine[], least: number): number {
  return headers.reduce((next, { key }) => Math.max(next, key + 1), least)
}

interface LineProps {
  line: HeaderLine
  number: number
  problem: DraftProblem | undefined
  onChange(part: Partial<HeaderLine>): void
  onRemove(): void
}

function Line({ line, number, problem, onChange, onRemove }: LineProps) {
  const noteId = useId()
  const told = problem ? { 'aria-invalid': true, 'aria-describedby': noteId } : {}
  // A line that was just added is to be written at once.
  const fresh = line.name === '' && line.value === ''
  return (
    <div className={styles.line}>
      <Input
        {...told}
        mono
        autoFocus={fresh}
        aria-label={`Name of header ${number}`}
        placeholder="Name"
        value={line.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <Input
        {...told}
        mono
        aria-label={`Value of ${line.name.trim() || `header ${number}`}`}
        placeholder="Value"
        value={line.value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <IconButton
        titled
        small
        label={`Remove ${line.name.trim() || `header ${number}`}`}
        icon={<X />}
        onClick={onRemove}
      />
      {problem ? (
        <p id={noteId} role="alert" className={styles.problem}>
          {problemText(problem)}
        </p>
      ) : null}
    </div>
  )
}
