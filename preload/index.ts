// Runs before the page, in its sandbox: puts the bridge of the contract on window.gripscope, and nothing else.
import { contextBridge, ipcRenderer } from 'electron'
import type { CallReply, DesktopBridge } from './contract/bridge'
import { ipc } from './ipc-names'

const bridge: DesktopBridge = {
  call: (name, input) => ipcRenderer.invoke(ipc.call, name, input) as Promise<CallReply>,

  // Each watch has its own pair of ports. The answer after each push lets the next one come.
  watch(listener) {
    const { port1: ours, port2: theirs } = new MessageChannel()
    ours.onmessage = ({ data }) => {
      try {
        listener(String(data))
      } finally {
        ours.postMessage('taken')
      }
    }
    ipcRenderer.postMessage(ipc.watch, null, [theirs])
    return () => ours.close()
  },
}

contextBridge.exposeInMainWorld('gripscope', bridge)
