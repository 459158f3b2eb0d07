// What to write instead of words that a filter does not know, or that read like another language.
import { filterHints, takeSuggestion } from '../../preload/query/hints'
import { isAboutExchanges } from '../../preload/query/match'
import { isAboutPublishes } from '../../preload/query/match-publish'
import type { Place } from '../../preload/query/other-languages'
import { type FilterProblem, parseFilter, splitWords } from '../../preload/query/parse'
import { setFilter } from '../state/actions'
import { useStore } from '../state/store'
import type { ViewName } from '../state/ui'
import { isAboutChannels } from '../views/channels/channel-names'
import styles from './filter-box.module.css'

/** All that is to be said of the filter where it is used now. */
export function adviceOn(filter: string, view: ViewName): readonly FilterProblem[] {
  const place = placeOf(view)
  return [...parseFilter(filter).problems, ...leftOut(filter, place), ...filterHints(filter, place)]
}

const about = { exchanges: isAboutExchanges, channels: isAboutChannels, publishes: isAboutPublishes }

function placeOf(view: ViewName): Place {
  if (view === 'publish') return 'publishes'
  return view === 'channels' ? view : 'exchanges'
}

/** Words that say nothing of what is shown. */
function leftOut(filter: string, place: Place): FilterProblem[] {
  return splitWords(filter).flatMap((word) => {
    const [term] = parseFilter(word).groups[0] ?? []
    if (!term || about[place](term)) return []
    return [{ word, message: `does not apply to ${place}: it is left out here.` }]
  })
}

/** The sentences, each with what to write as a button. */
export function FilterAdvice() {
  const filter = useStore((store) => store.ui.filter)
  const view = useStore((store) => store.ui.view)
  return adviceOn(filter, view).map((problem) => (
    <p key={`${problem.word} ${problem.message}`} className={styles.problem}>
      <code>{problem.word}</code> {problem.message} <SuggestionButton filter={filter} problem={problem} />
    </p>
  ))
}

function SuggestionButton({ filter, problem: { suggestion } }: { filter: string; problem: FilterProblem }) {
  if (!suggestion) return null
  const instead = takeSuggestion(filter, suggestion)
  return (
    <button
      type="button"
      className={styles.suggestion}
      // The box keeps the focus: the note would be gone before the click.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => setFilter(instead)}
    >
      {suggestion.text === '' ? instead : suggestion.text}
    </button>
  )
}
