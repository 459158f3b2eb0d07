// What a library said of a failed asking: for the details, beside the plain words (grip/failure-words).
import type { BackendFailedEvent } from './events'

/** Its message, with the code where that is not in it. */
export function failureText({ code, message }: BackendFailedEvent): string {
  if (message === '') return code
  return message.includes(code) ? message : `${message.replace(/\.$/, '')} (${code})`
}
