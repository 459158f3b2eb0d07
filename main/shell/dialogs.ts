// The system's file dialogs.
import path from 'node:path'
import { type BrowserWindow, dialog } from 'electron'

/**
 * Asks where to save a file. Null: cancelled.
 * @param name proposed; only its last part counts
 */
export async function askWhereToSave(window: BrowserWindow, name: string): Promise<string | null> {
  const defaultPath = path.basename(name)
  const extension = path.extname(defaultPath).slice(1)
  const filters = extension ? [{ name: extension.toUpperCase(), extensions: [extension] }] : []
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath, filters })
  return canceled || !filePath ? null : filePath
}

/** Asks for a file, under a title. Null: cancelled. */
export async function chooseFile(window: BrowserWindow, title: string): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title,
    properties: ['openFile', 'showHiddenFiles'],
  })
  return canceled ? null : (filePaths[0] ?? null)
}
