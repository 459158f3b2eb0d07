// Links that a backend names, as URLs that can be asked: what a URL may not hold is escaped once, as Pushpin does it.
import { headerOfText } from './grip-headers'
import { normalTarget } from './request-target'

/**
 * An apostrophe of a query, which a URL of the web would escape and so mix up with an escaped one. No other escape is in
 * lower case by then, and in UTF-8 this one stands for nothing.
 */
const APOSTROPHE = '%c0%a7'

/** Where a link leads to. Undefined: it is none. @param base what it is relative to */
export function linkUrl(link: string, base: URL): URL | undefined {
  // A link is text; a target is bytes.
  const text = normalTarget(headerOfText(link))
  const query = text.indexOf('?')
  const kept = query < 0 ? text : text.slice(0, query) + text.slice(query).replaceAll("'", APOSTROPHE)
  return URL.canParse(kept, base) ? new URL(kept, base) : undefined
}

/** Path and query of such a URL, as they are asked. */
export function targetOf(url: URL): string {
  const query = hasEmptyQuery(url) ? '?' : url.search.replaceAll(APOSTROPHE, "'")
  return normalTarget(url.pathname + query)
}

/** A query of nothing is one too, though `search` does not tell it. */
function hasEmptyQuery({ href, search, hash }: URL): boolean {
  return search === '' && href.slice(0, href.length - hash.length).endsWith('?')
}
