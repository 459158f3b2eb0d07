// Frames of the SockJS protocol, and how each transport writes them into its responses.
import type { SockjsReceiving } from './sockjs-path'

export const OPEN_FRAME = 'o'
export const HEARTBEAT_FRAME = 'h'

/** One frame for several messages. */
export function messagesFrame(messages: readonly string[]): string {
  return `a${JSON.stringify(messages)}`
}

/** Pushpin's words and code where none are given. */
export function closeFrame(code: number | undefined, reason: string): string {
  const said = code === undefined || reason === '' ? 'Connection closed' : reason
  return `c${JSON.stringify([code ?? 0, said])}`
}

/** How a transport writes frames. */
export interface SockjsFraming {
  readonly method: 'GET' | 'POST' | 'any'
  readonly contentType: string
  /** It names a function in its query, which frames are given to. */
  readonly needsCallback: boolean
  /** One frame a response, or many in one that stays open. */
  readonly streams: boolean
  /** What a response that stays open begins with: long enough that browsers do not wait for more. */
  prelude(callback: string): string
  frame(frame: string, callback: string): string
}

const XHR_PRELUDE = `${'h'.repeat(2048)}\n`
const PAGE_MIN = 1024

export const sockjsFramings: Readonly<Record<SockjsReceiving, SockjsFraming>> = {
  xhr: {
    method: 'POST',
    contentType: 'text/plain',
    needsCallback: false,
    streams: false,
    prelude: () => '',
    frame: (frame) => `${frame}\n`,
  },
  jsonp: {
    method: 'any',
    contentType: 'application/javascript',
    needsCallback: true,
    streams: false,
    prelude: () => '',
    frame: (frame, callback) => `/**/${callback}(${scriptText(frame)});\n`,
  },
  xhr_streaming: {
    method: 'POST',
    contentType: 'application/javascript; charset=UTF-8',
    needsCallback: false,
    streams: true,
    prelude: () => XHR_PRELUDE,
    frame: (frame) => `${frame}\n`,
  },
  eventsource: {
    method: 'GET',
    contentType: 'text/event-stream; charset=UTF-8',
    needsCallback: false,
    streams: true,
    prelude: () => '\r\n',
    // A frame is JSON after a letter: there are no line breaks in it.
    frame: (frame) => `data: ${frame}\r\n\r\n`,
  },
  htmlfile: {
    method: 'GET',
    contentType: 'text/html; charset=UTF-8',
    needsCallback: true,
    streams: true,
    prelude: htmlPrelude,
    frame: (frame) => `<script>\np(${scriptText(frame)});\n</script>\r\n`,
  },
}

/** May a callback be written into a script? */
export function isCallback(name: string): boolean {
  return /^[\w.-]{1,200}$/.test(name)
}

/** Text as it stands in a script, whether in a page or on its own. */
function scriptText(text: string): string {
  return JSON.stringify(text).replace(/[<\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A page whose scripts hand each frame to an object of the page around it. */
function htmlPrelude(callback: string): string {
  const page = [
    '<!doctype html>',
    '<html><head>',
    '  <meta http-equiv="X-UA-Compatible" content="IE=edge" />',
    '  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />',
    "</head><body><h2>Don't panic!</h2>",
    '  <script>',
    '    document.domain = document.domain;',
    `    var c = parent.${callback};`,
    '    c.start();',
    '    function p(d) {c.message(d);};',
    '    window.onload = c.stop;',
    '  </script>',
    '',
  ].join('\n')
  return `${page.padEnd(PAGE_MIN, ' ')}\r\n\r\n`
}
