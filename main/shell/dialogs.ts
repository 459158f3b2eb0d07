// The system's file dialogs.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type BrowserWindow, dialog } from 'electron'

/**
 * Asks where to save a text, and saves it there. Null: cancelled, or it could not be written, which the user was told.
 * @param name proposed; only its last part counts
 */
export async function saveText(window: BrowserWindow, name: string, text: string): Promise<{ path: string } | null> {
  const defaultPath = path.basename(name)
  const extension = path.extname(defaultPath).slice(1)
  const filters = extension ? [{ name: extension.toUpperCase(), extensions: [extension] }] : []
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath, filters })
  if (canceled || !filePath) return null
  try {
    await writeFile(filePath, text)
    return { path: filePath }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    await dialog.showMessageBox(window, { type: 'error', message: `${defaultPath} was not saved.`, detail })
    return null
  }
}

/** Asks for a routes file. Null: cancelled. */
export async function chooseRoutesFile(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Choose a routes file',
    properties: ['openFile', 'showHiddenFiles'],
  })
  return canceled ? null : (filePaths[0] ?? null)
}
