// The one place where a page's messages come in: its calls go to the handlers, its watches get pushes at its own pace.
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type MessagePortMain } from 'electron'
import type { Push, Reply } from '../../preload/contract'
import { ipc } from '../../preload/ipc-names'

export interface IpcOptions {
  /** Is this the address of one of the app's own pages? */
  isOurs(url: string): boolean
  /** Checks a call's name and input, and makes it. */
  dispatch(name: string, input: unknown): Promise<Reply>
  /** Starts the flow of pushes. `send` resolves when the page has taken one; the function returned ends the flow. */
  watch(send: (push: Push) => Promise<void>): () => void
}

export interface Ipc {
  /** Pushes to every page that watches, beside the flow. */
  push(push: Push): void
}

const refused: Reply = { ok: false, error: { code: 'bad-call', message: 'This page may not call Gripscope.' } }

/** Takes calls and watches of the app's own pages, from their top frame only. */
export function installIpc({ isOurs, dispatch, watch }: IpcOptions): Ipc {
  const watchers = new Set<(push: Push) => Promise<void>>()
  const isAllowed = ({ senderFrame }: IpcMainEvent | IpcMainInvokeEvent) =>
    senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url)

  ipcMain.handle(ipc.call, (event, name: unknown, input: unknown) => {
    if (!isAllowed(event) || typeof name !== 'string') return refused
    return dispatch(name, input)
  })

  ipcMain.on(ipc.watch, (event) => {
    const [port] = event.ports
    if (!port) return
    if (!isAllowed(event)) {
      port.close()
      return
    }
    const { send, onClose } = openPort(port)
    const stop = watch(send)
    watchers.add(send)
    onClose(() => {
      watchers.delete(send)
      stop()
    })
  })

  return {
    push(push) {
      for (const send of watchers) void send(push)
    },
  }
}

/** Sends through a port whose other end answers each message once. */
function openPort(port: MessagePortMain) {
  const underWay: (() => void)[] = []
  port.on('message', () => underWay.shift()?.())
  port.start()
  return {
    send(push: Push): Promise<void> {
      port.postMessage(push)
      return new Promise((resolve) => underWay.push(resolve))
    },
    onClose(listener: () => void): void {
      port.once('close', () => {
        listener()
        // Nobody will take these any more.
        for (const resolve of underWay.splice(0)) resolve()
      })
    },
  }
}
