// What SockJS clients send: messages as a JSON array of strings, plain or in a form.

/** The messages of a payload; undefined: it is none. */
export function readSockjsMessages(payload: string): string[] | undefined {
  try {
    const messages: unknown = JSON.parse(payload)
    return Array.isArray(messages) && messages.every((message) => typeof message === 'string') ? messages : undefined
  } catch {
    return undefined
  }
}

/** The payload of a JSON-P client: the field `d` of its form, or its text. */
export function jsonpPayload(body: string, contentType: string): string {
  const isText = contentType.toLowerCase().startsWith('text/plain')
  return isText && !body.startsWith('d=') ? body : (new URLSearchParams(body).get('d') ?? '')
}

/** The callback that a URL names, '' if none. */
export function callbackOf(url: string): string {
  const question = url.indexOf('?')
  if (question < 0) return ''
  const query = new URLSearchParams(url.slice(question))
  return query.get('callback') ?? query.get('c') ?? ''
}
