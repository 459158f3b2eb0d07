// Makes a folder with those above it. Not by node's own `recursive`, which tries for ever where the system refuses a folder
// by saying that the one above it is missing, as below /proc.
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Sees to it that there is this folder.
 * @param mode rights of folders that are made
 * @throws Error with the system's code, where it can't be had
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    const above = path.dirname(folder)
    if (code !== 'ENOENT' || above === folder || (await isThere(above))) throw error
    await makeFolder(above, mode)
    // Another program may have made it meanwhile.
    await mkdir(folder, { mode }).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again
    })
  }
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  )
}
