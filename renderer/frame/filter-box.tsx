// The filter: text and key:value words, the chosen time range, and what was not understood.
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/button'
import { parseFilter } from '../filter/parse'
import { formatDuration } from '../format/duration'
import { setFilter, setTimeRange } from '../state/actions'
import { useStore } from '../state/store'
import styles from './filter-box.module.css'

export function FilterBox() {
  const filter = useStore((store) => store.ui.filter)
  const range = useStore((store) => store.ui.timeRange)
  const asked = useStore((store) => store.ui.filterFocus)
  const input = useRef<HTMLInputElement>(null)
  const [focused, setFocused] = useState(false)
  const problems = parseFilter(filter).problems

  useEffect(() => {
    if (asked === 0) return
    input.current?.focus()
    input.current?.select()
  }, [asked])

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') {
      if (filter !== '') setFilter('')
      else event.currentTarget.blur()
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      document.querySelector<HTMLElement>('[role=grid]')?.focus()
    } else return
    event.preventDefault()
  }

  return (
    <search className={styles.box}>
      <Search size={14} className={styles.sign} aria-hidden />
      {range ? (
        <span className={styles.range}>
          {formatDuration(range[0])} – {formatDuration(range[1])}
          <IconButton small label="Clear time range" icon={<X />} onClick={() => setTimeRange(null)} />
        </span>
      ) : null}
      <input
        ref={input}
        className={styles.input}
        aria-label="Filter exchanges"
        aria-describedby="filter-note"
        aria-invalid={problems.length > 0}
        placeholder="Filter: text, is:held, channel:counter, kind:sse, status:5xx, path:/x"
        spellCheck={false}
        autoComplete="off"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      />
      {filter === '' ? (
        <kbd className={styles.key} aria-hidden>
          /
        </kbd>
      ) : (
        <IconButton small label="Clear filter" icon={<X />} onClick={() => setFilter('')} />
      )}
      <div id="filter-note" role="status" className={problems.length > 0 || focused ? styles.note : 'visually-hidden'}>
        {problems.length > 0
          ? problems.map((problem) => (
              <p key={problem.word} className={styles.problem}>
                <code>{problem.word}</code> {problem.message}
              </p>
            ))
          : focused
            ? help
            : null}
      </div>
    </search>
  )
}

const help = (
  <p>
    Words and keys narrow together: <code>is:held</code> <code>channel:room-*</code> <code>kind:long-poll</code>{' '}
    <code>status:&gt;=400</code> <code>method:post</code> <code>path:/events</code>. <code>-</code> before a word takes
    it out, <code>or</code> between words allows either, quotes keep spaces.
  </p>
)
