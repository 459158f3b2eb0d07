// @ts-check
// Where things are in this project.
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

/**
 * A path inside the project.
 * @param {...string} parts
 */
export const inRoot = (...parts) => path.join(root, ...parts)

/** Where scripts keep what they may lose: ignored by git. */
export const cache = inRoot('.cache')
