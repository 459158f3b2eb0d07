// The filter: text and key:value words, the chosen time range, and what was not understood.
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { parseFilter } from '../../preload/query/parse'
import { IconButton } from '../components/button'
import { formatDuration } from '../format/duration'
import { setFilter, setTimeRange } from '../state/actions'
import { useStore } from '../state/store'
import type { ViewName } from '../state/ui'
import { adviceOn, FilterAdvice } from './filter-advice'
import styles from './filter-box.module.css'

export function FilterBox() {
  const filter = useStore((store) => store.ui.filter)
  const range = useStore((store) => store.ui.timeRange)
  const asked = useStore((store) => store.ui.filterFocus)
  const input = useRef<HTMLInputElement>(null)
  const [focused, setFocused] = useState(false)
  const view = useStore((store) => store.ui.view)
  const advice = adviceOn(filter, view)
  const wrong = parseFilter(filter).problems.length > 0

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
        aria-label={view === 'publish' ? 'Filter publishes' : 'Filter exchanges'}
        aria-describedby="filter-note"
        aria-invalid={wrong}
        placeholder={placeholders[view] ?? placeholders.exchanges}
        spellCheck={false}
        autoComplete="off"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      />
      <SearchProgress />
      {filter === '' ? (
        <kbd className={styles.key} aria-hidden>
          /
        </kbd>
      ) : (
        <IconButton small label="Clear filter" icon={<X />} onClick={() => setFilter('')} />
      )}
      <div id="filter-note" role="status" className={wrong || focused ? styles.note : 'visually-hidden'}>
        {advice.length > 0 ? <FilterAdvice /> : focused ? <Help view={view} /> : null}
      </div>
    </search>
  )
}

/** How far the search in headers and bodies is: shown while it goes on. */
function SearchProgress() {
  const { done, of, problem } = useStore((store) => store.search)
  if (problem !== '') return <span className={styles.progress}>headers and bodies are not searched: {problem}</span>
  if (done >= of) return null
  return <span className={styles.progress}>searching… {Math.floor((100 * done) / of)}%</span>
}

const placeholders: Readonly<Record<string, string>> = {
  exchanges: 'Filter: text, is:held, channel:counter, status:5xx, body:x, -is:done',
  channels: 'Filter: text, channel:room-*, is:held, to:nobody, -x',
  publish: 'Filter: text, channel:counter, id:5, via:http, to:nobody, is:missed',
}

function Help({ view }: { view: ViewName }) {
  return (
    <p>
      {view === 'publish' ? (
        <>
          Text is searched in channel, id and content. Keys: <code>channel:room-*</code> <code>id:5</code>{' '}
          <code>via:http,zmq</code> <code>to:nobody</code> <code>is:missed</code> <code>size&gt;10k</code>{' '}
          <code>body:rain</code>.
        </>
      ) : view === 'channels' ? (
        <>
          Text is searched in the name. Keys: <code>channel:room-*</code> <code>id:5</code> (the last one){' '}
          <code>is:held</code> <code>is:missed</code> <code>to:nobody</code>.
        </>
      ) : (
        <>
          Text is searched in path, host, channels, headers and bodies. Keys: <code>is:held</code>{' '}
          <code>channel:room-*</code> <code>kind:long-poll</code> <code>status:404,5xx</code> <code>method:post</code>{' '}
          <code>path:/api/*</code> <code>host:localhost</code> <code>header:cookie</code> <code>body:token</code>{' '}
          <code>size&gt;10k</code> <code>time&gt;1s</code>.
        </>
      )}{' '}
      All words must match; <code>-</code> before a word excludes it, <code>or</code> between words accepts either, and
      quotes keep spaces.
    </p>
  )
}
