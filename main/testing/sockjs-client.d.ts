// What tests use of sockjs-client, which brings no types.
declare module 'sockjs-client' {
  export interface SockJsOptions {
    readonly transports?: readonly string[]
    readonly timeout?: number
  }
  export interface SockJsClose {
    readonly code: number
    readonly reason: string
    readonly wasClean: boolean
  }
  class SockJS {
    constructor(url: string, reserved: null, options?: SockJsOptions)
    readonly transport: string
    onopen: (() => void) | null
    onmessage: ((event: { readonly data: string }) => void) | null
    onheartbeat: (() => void) | null
    onclose: ((event: SockJsClose) => void) | null
    send(data: string): void
    close(code?: number, reason?: string): void
  }
  // biome-ignore lint/style/noDefaultExport: it is made so.
  export default SockJS
}
