// What rules about instructs ask of an exchange.
import type { ExchangeFacts } from './session-facts'

/** The backend was asked by HEAD: its answer has no body. */
export function isHead({ sent, request }: ExchangeFacts): boolean {
  return (sent?.method ?? request.method) === 'HEAD'
}

/** The instruct was refused because its answer has another status than 200. */
export function isStatusProblem({ instruct, answered }: ExchangeFacts, field: string): boolean {
  return field === 'status' && instruct?.from === 'json' && answered !== undefined && answered.status !== 200
}
