// What a failed asking says: its plain words (grip/failure-words), and beside them what else is known of this one.
import { causeWords } from '../grip/cause-words'
import { endWords } from '../grip/end-words'
import { BACKEND_TLS, failureWords, isTlsMismatch } from '../grip/failure-words'
import type { BackendFailedEvent } from './events'
import type { ExchangeRecord } from './exchange-state'

type Failure = Pick<BackendFailedEvent, 'target' | 'code' | 'cause'>

/** What is to be said beside the few words: '': nothing. */
export function failureText({ target, code, cause }: Failure): string {
  const { short } = failureWords(target, code)
  const whole = causeWords(cause)
  if (!whole.startsWith(short)) return whole
  return whole.slice(short.length).replace(/^ \((.*)\)$/s, '$1')
}

/** The few words and the rest, without a full stop. */
export function failureSaid(failure: Failure): string {
  const { short } = failureWords(failure.target, failure.code)
  const whole = causeWords(failure.cause)
  if (whole.startsWith(short)) return whole
  return whole === '' ? short : `${short}: ${whole}`
}

/** The last failure of an exchange; where a hello of TLS has shown since why it was, as that. */
export function failureOf({ failure, probed }: ExchangeRecord): BackendFailedEvent | undefined {
  if (failure === undefined || probed?.spoken !== 'tls' || probed.target !== failure.target) return failure
  return { ...failure, code: BACKEND_TLS, cause: { code: 'backend-tls', place: placeOf(failure.target) } }
}

/** What is said where TLS stands on one side only. */
export function tlsMismatch(target: string, code: string): { message: string; fix: string; text: string } | undefined {
  const place = placeOf(target)
  switch (isTlsMismatch(code)) {
    case 'backend-speaks':
      return {
        text: 'backend speaks TLS',
        message: causeWords({ code: 'backend-tls', place }),
        fix: 'Put ssl after the target.',
      }
    case 'backend-does-not':
      return {
        text: 'backend speaks no TLS',
        message: `The backend at ${place} does not speak TLS, and the route says ssl.`,
        fix: 'Take ssl off the target.',
      }
    default:
      return undefined
  }
}

function placeOf(target: string): string {
  return target.split(',', 1)[0] ?? target
}

/** What the end of an exchange says: what was found out since about its backend counts. */
export function endMessage(exchange: ExchangeRecord): string {
  const { end, failure, probed } = exchange
  if (end?.how === 'backend-failed' && failure && probed?.spoken === 'tls') {
    const mismatch = tlsMismatch(probed.target, BACKEND_TLS)
    if (mismatch) return `${mismatch.message} ${mismatch.fix}`
  }
  return end ? endWords(end) : ''
}
