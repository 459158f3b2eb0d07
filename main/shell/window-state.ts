// Where the window was: kept in a small file, and not trusted when it is read back.
import { readFileSync, writeFileSync } from 'node:fs'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import { z } from 'zod'
import { fileText } from '../grip/file-fault'
import { visibleText } from '../grip/visible-text'

const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(200).max(20_000),
  height: z.number().int().min(200).max(20_000),
  maximized: z.boolean(),
})
export type WindowState = z.infer<typeof stateSchema>

/** What was kept, if it is whole and still on a display that is there. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    const state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    const areas = screen.getAllDisplays().map((display) => display.workArea)
    return isVisible(state, areas) ? state : undefined
  } catch {
    return undefined
  }
}

/** Can the window be taken hold of: is enough of its title bar within one of the areas? */
export function isVisible(window: Rectangle, areas: readonly Rectangle[]): boolean {
  return areas.some((area) => {
    const visible = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
    return visible >= 100 && window.y >= area.y - 10 && window.y <= area.y + area.height - 50
  })
}

/** Keeps a window's place when it closes. A file that cannot be written costs only the memory of it. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeFileSync(file, JSON.stringify(state))
    } catch (error) {
      process.stderr.write(
        `gripscope: the window's place is not kept: ${visibleText(fileText(file, error, 'written'))}\n`,
      )
    }
  })
}
