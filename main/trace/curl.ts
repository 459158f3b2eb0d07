// An exchange's request as a cURL command.
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

/**
 * A command for a POSIX shell that sends the exchange's request to the proxy again. Null if it is not known.
 * @param proxy origin of the proxy, such as http://127.0.0.1:7999
 */
export declare function curlCommand(model: TraceModel, id: ExchangeId, proxy: string): string | null
