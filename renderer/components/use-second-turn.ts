// What takes long to make waits for a turn of its own, so that the page answers in between.
import { startTransition, useEffect, useState } from 'react'

/** False while the component is drawn first, true from the next turn on. */
export function useSecondTurn(): boolean {
  const [second, setSecond] = useState(false)
  useEffect(() => startTransition(() => setSecond(true)), [])
  return second
}
