// Numbers with the word for what is counted.
import { formatCount } from './bytes'

/** "1 publish", "1,481 publishes". @param many left out: the word with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
