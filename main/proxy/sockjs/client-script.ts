// The SockJS client that the iframe page loads: our own copy, so that nothing comes from elsewhere.
import source from 'sockjs-client/dist/sockjs.min.js?raw'
import { etagOf, type SockjsPage } from '../../grip/sockjs-pages'

/** Its map is not here: browsers need not ask for it. */
const body = source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')

export const clientScript: SockjsPage = { body, etag: etagOf(body) }
