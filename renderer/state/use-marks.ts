// The texts that the filter looks for in headers and bodies, to be marked in details.
import { useMemo } from 'react'
import { needlesOf } from '../../preload/query/needles'
import { useStore } from './store'

export function useMarks(): readonly string[] {
  const filter = useStore((store) => store.ui.filter)
  return useMemo(
    () => needlesOf(filter).map(({ where, text }) => (where === 'header' ? text.replace(/^[\w-]+[=:]\s*/, '') : text)),
    [filter],
  )
}
