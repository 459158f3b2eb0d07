// What is said of the end of an exchange, from its facts: who closed it, the cause, and what else is known.
import type { EndedEvent } from '../trace/events'
import { causeWords } from './cause-words'

/** All that the end says, in one line; '': nothing. */
export function endWords({ by, code, cause, noted }: Pick<EndedEvent, 'by' | 'code' | 'cause' | 'noted'>): string {
  const said = [closedWords(by, code), cause && causeWords(cause), noted && causeWords(noted)]
  return said.filter((words) => words !== undefined && words !== '').join('; ')
}

/** The backend, and the proxy, have other reasons. */
function closedWords(by: EndedEvent['by'], code: number | undefined): string | undefined {
  if (by === 'publish') return 'closed by a publish'
  if (by !== 'client') return undefined
  return code === undefined ? 'closed by the client' : `closed by the client with ${code}`
}
