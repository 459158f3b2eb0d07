// A problem in words, for answers and log lines.
import type { Problem } from '../trace/events'

/** Field and what is wrong with it: the message may begin with the field itself. */
export function faultText({ field, message }: Pick<Problem, 'field' | 'message'>): string {
  return message.startsWith(field) ? message : `${field}: ${message}`
}

/** What is wrong and what to do, with one full stop after each. */
export function sentencesOf({ message, fix }: Pick<Problem, 'message' | 'fix'>): string {
  return [message, fix]
    .filter((part) => part !== '')
    .map((part) => part.replace(/\.?$/, '.'))
    .join(' ')
}
