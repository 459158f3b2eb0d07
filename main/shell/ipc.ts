// The one place where a page's messages come in: its calls go to the handlers, its watches get pushes at its own pace.
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type MessagePortMain } from 'electron'
import type { CallReply } from '../../preload/contract/bridge'
import type { Push } from '../../preload/contract/pushes'
import { ipc } from '../../preload/ipc-names'

export interface IpcOptions {
  /** Is this the address of one of the app's own pages? */
  isOurs(url: string): boolean
  /** Checks a call's name and input, and makes it. */
  dispatch(name: string, input: unknown): Promise<CallReply>
  /** Starts the flow of pushes; while `ready` says false, nothing should be pushed. The function returned ends it. */
  watch(push: (push: Push) => void, ready: () => boolean): () => void
}

export interface Ipc {
  /** Pushes to every page that watches, beside the flow. */
  push(push: Push): void
}

/** Pushes that may be under way to a page: one that it works on, and those that it finds when it is done. */
const UNDER_WAY_MAX = 8

const refused: CallReply = { ok: false, error: { code: 'bad-call', message: 'This page may not call Gripscope.' } }

/** Takes calls and watches of the app's own pages, from their top frame only. */
export function installIpc({ isOurs, dispatch, watch }: IpcOptions): Ipc {
  const watchers = new Set<(push: Push) => void>()
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
    const { push, ready } = openPort(port)
    const stop = watch(push, ready)
    watchers.add(push)
    port.once('close', () => {
      watchers.delete(push)
      stop()
    })
  })

  return {
    push(push) {
      for (const watcher of watchers) watcher(push)
    },
  }
}

/** Pushes JSON through a port whose other end answers each one. */
function openPort(port: MessagePortMain) {
  let underWay = 0
  port.on('message', () => {
    underWay -= 1
  })
  port.start()
  return {
    push(push: Push): void {
      underWay += 1
      port.postMessage(JSON.stringify(push))
    },
    ready: () => underWay < UNDER_WAY_MAX,
  }
}
