// What a route puts before the channels that its backends name, as its line says.
import type { ExchangeRecord } from './exchange-state'

export function prefixOf({ events }: ExchangeRecord): string {
  for (const event of events) {
    if (event.type !== 'sent') continue
    const conditions = event.route.trimStart().split(/\s/, 1)[0] ?? ''
    return /(?:^|,)prefix=([^,]*)/.exec(conditions)?.[1] ?? ''
  }
  return ''
}
