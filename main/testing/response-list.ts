// For tests: takes apart what a server wrote on one connection, response by response.

export interface WireResponse {
  readonly status: number
  readonly body: string
}

/**
 * The responses in `text` (latin1), of which the last may be cut off. Undefined: it is no list of responses, such as one
 * within another. @param bodiless the n-th response has no body whatever its head says (HEAD)
 */
export function responsesIn(text: string, bodiless: (n: number) => boolean = () => false): WireResponse[] | undefined {
  const responses: WireResponse[] = []
  for (let at = 0; at < text.length; ) {
    const head = /^HTTP\/1\.[01] (\d{3}) ?[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(text.slice(at))
    if (!head) return isBeginning(text.slice(at)) ? responses : undefined
    const [whole, code = '', lines = ''] = head
    const status = Number(code)
    at += whole.length
    const none = status < 200 || status === 204 || status === 304 || bodiless(responses.length)
    const body = none ? { text: '', end: at } : bodyAt(text, at, lines)
    if (!body) return undefined
    at = body.end
    if (status >= 200) responses.push({ status, body: body.text })
  }
  return responses
}

function isBeginning(text: string): boolean {
  return !text.includes('\r\n\r\n') && 'HTTP/1.1 '.startsWith(text.slice(0, 9))
}

function bodyAt(text: string, at: number, lines: string): { text: string; end: number } | undefined {
  const length = /^content-length: (\d+)\r$/im.exec(lines)?.[1]
  const chunked = /^transfer-encoding: chunked\r$/im.test(lines)
  if (length !== undefined && chunked) return undefined
  if (length !== undefined) return { text: text.slice(at, at + Number(length)), end: at + Number(length) }
  if (!chunked) return { text: text.slice(at), end: text.length }
  let body = ''
  for (let place = at; ; ) {
    const size = /^([0-9a-f]+)\r\n/i.exec(text.slice(place))
    if (!size) return /^[0-9a-f]*\r?$/i.test(text.slice(place)) ? { text: body, end: text.length } : undefined
    const begin = place + size[0].length
    const bytes = Number.parseInt(size[1] ?? '', 16)
    body += text.slice(begin, begin + bytes)
    place = begin + bytes + 2
    if (bytes === 0) return { text: body, end: place }
  }
}
