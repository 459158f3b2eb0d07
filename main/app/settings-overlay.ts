// Settings for one run, such as a port from the command line, before those that are kept.
import type { Settings } from '../../preload/contract/settings'
import type { SettingsStore } from './settings-store'

/** The kept settings, with some of this run before them. What is changed is kept, and then counts. */
export function overlaid(store: SettingsStore, ofThisRun: Partial<Settings>): SettingsStore {
  let overlay = ofThisRun
  return {
    get settings() {
      return { ...store.settings, ...overlay }
    },
    problem: store.problem,
    change(changes) {
      overlay = Object.fromEntries(Object.entries(overlay).filter(([name]) => !(name in changes)))
      return store.change(changes)
    },
  }
}
