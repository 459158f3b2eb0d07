// Esc: one step back, the nearest thing first.
import { closeComposer, closeDetails, selectExchange, selectPublish, setTimeRange } from './actions'
import { useStore } from './store'

/** Takes one step back if Esc was pressed. False if there was nothing to go back from. */
export function goBack(event: KeyboardEvent): boolean {
  if (event.key !== 'Escape' || event.defaultPrevented) return false
  const { ui } = useStore.getState()
  const target = event.target instanceof Element ? event.target : null
  if (ui.composer.open && target?.closest('[data-composer]')) closeComposer()
  else if (target?.closest('input, textarea, select, [data-editor]')) return false
  else if (ui.view === 'exchanges' && ui.detailsOpen) closeDetails()
  else if (ui.view === 'exchanges' && ui.selectedExchange !== null) selectExchange(null)
  else if ((ui.view === 'channels' || ui.view === 'publish') && ui.selectedPublish !== null) selectPublish(null)
  else if (ui.timeRange) setTimeRange(null)
  else if (ui.composer.open) closeComposer()
  else return false
  return true
}
