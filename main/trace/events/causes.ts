// Why an exchange ended, beside how: codes with what they are about. The words are made when they are shown
// (grip/end-words.ts).

export type EndCause =
  | { readonly code: 'no-route'; readonly host: string; readonly url: string }
  /** WebSocket events that did not come from the proxy. */
  | { readonly code: 'events-from-client' }
  /** The request's body is not kept whole, so it cannot be held. */
  | { readonly code: 'too-large-to-hold' }
  | { readonly code: 'instruct-too-large'; readonly max: number }
  /** The instruct's event has all that is wrong with it; this is the first. */
  | { readonly code: 'instruct-refused'; readonly field: string; readonly message: string }
  | { readonly code: 'client-slow'; readonly max: number }
  | { readonly code: 'client-protocol'; readonly fault: string; readonly close: number }
  /** Of an answer to WebSocket events: its content type, or status, is another one. */
  | { readonly code: 'events-content-type'; readonly status: number; readonly type: string }
  /** The answer does not begin with OPEN. '': it has no event. */
  | { readonly code: 'events-no-open'; readonly first: string }
  /** `lost`: messages of the same answer that the client does not get. */
  | { readonly code: 'events-second-open'; readonly lost: number }
  | { readonly code: 'events-unanswered-close'; readonly lost: number }
  | { readonly code: 'events-disconnect'; readonly lost: number }
  | { readonly code: 'events-framing'; readonly field: string; readonly message: string }
  | { readonly code: 'events-too-long'; readonly max: number }
