// Tells while it is typed what is against an address as a backend.
import { useEffect, useState } from 'react'
import { problemText } from '../../preload/views'
import { call } from '../bridge/client'

/** Milliseconds without a key until it is looked at: half an address is not a wrong one. */
const PAUSE = 300

/** What is against the address, in sentences; undefined: nothing, or it is not known yet. */
export function useBackendProblem(text: string): string | undefined {
  const [found, setFound] = useState<{ text: string; problem: string } | null>(null)
  useEffect(() => {
    setFound(null)
    if (text.trim() === '') return
    let current = true
    const look = async () => {
      // An engine that cannot tell is asked again when the address is used.
      const checked = await call('backend.check', { url: text }).catch(() => null)
      if (current && checked?.problem) setFound({ text, problem: problemText(checked.problem) })
    }
    const timer = setTimeout(look, PAUSE)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [text])
  return found?.text === text ? found.problem : undefined
}
