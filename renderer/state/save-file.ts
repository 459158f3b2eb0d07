// Saves what the engine has as a file: by the system's dialog in the desktop app, as a download in a browser. The engine
// writes it piece by piece; nothing of it passes through here but how far it is.
import type { Push } from '../../preload/contract/pushes'
import type { SaveEnd, SaveWhat } from '../../preload/contract/saves'
import { call } from '../bridge/client'
import { setUi, useStore } from './store'

/** Resolves when it is saved, cancelled or failed. Rejects where the engine could not be asked. */
export async function saveFile(what: SaveWhat): Promise<SaveEnd> {
  const begun = await call('save.begin', { what })
  if (!begun.ok) return { state: 'failed', problem: begun.problem }
  const { id, name } = begun
  const saves = useStore.getState().ui.saves
  setUi({ saves: [...saves, { id, name, done: 0, total: 0, bytes: 0 }] })
  try {
    if (useStore.getState().app.state?.frontend !== 'desktop') fetchAsDownload(id, name)
    return await call('save.end', { id })
  } finally {
    setUi({ saves: useStore.getState().ui.saves.filter((save) => save.id !== id) })
  }
}

export async function cancelSave(id: string): Promise<void> {
  await call('save.cancel', { id })
}

/** The engine tells how far a file is. Others than our own are another window's. */
export function noteSave({ id, done, total, bytes }: Extract<Push, { type: 'save' }>): void {
  const saves = useStore.getState().ui.saves
  if (!saves.some((save) => save.id === id)) return
  setUi({ saves: saves.map((save) => (save.id === id ? { ...save, done, total, bytes } : save)) })
}

function fetchAsDownload(id: string, name: string): void {
  const link = document.createElement('a')
  link.href = `/save/${id}`
  link.download = name
  link.click()
}
