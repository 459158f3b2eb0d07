// Reads a body as server-sent events, for showing.

export interface SseEvent {
  /** 'message' where none is named. */
  readonly type: string
  readonly id: string
  readonly data: string
  /** Comment lines, such as keep-alives. */
  readonly comment: string
  /** The blank line at its end is there. */
  readonly complete: boolean
}

/** The events of a text/event-stream body, comments included. */
export function readSse(text: string): SseEvent[] {
  const blocks = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n\n/)
  const events: SseEvent[] = []
  blocks.forEach((block, index) => {
    const complete = index < blocks.length - 1
    if (block.trim() !== '') events.push(readBlock(block, complete))
  })
  return events
}

function readBlock(block: string, complete: boolean): SseEvent {
  let type = 'message'
  let id = ''
  const data: string[] = []
  const comments: string[] = []
  for (const line of block.split('\n')) {
    if (line === '') continue
    if (line.startsWith(':')) {
      comments.push(line.slice(1).replace(/^ /, ''))
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') type = value
    else if (field === 'id') id = value
  }
  return { type, id, data: data.join('\n'), comment: comments.join('\n'), complete }
}
