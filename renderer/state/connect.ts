// Joins the store to the engine: pushes are gathered and taken in some sixty times a second.
import type { Batch, Push } from '../../preload/contract/pushes'
import type { FoundBridge } from '../bridge/bridge'
import { call, setBridge, watch } from '../bridge/client'
import { toast } from './actions'
import { runCommand } from './commands'
import { noteSave } from './save-file'
import { startSearching } from './search'
import { applyBatches, setApp } from './store'
import { setTheme } from './theme'

/** Milliseconds between two times that batches are taken in: a frame's. */
const APART = 16
/** Rows of a batch that is full: the rest follows right behind it, and so long it is waited for. Milliseconds. */
const FULL = 500
const REST = 40

/** Starts the flow of pushes into the store. The function returned ends it. */
export function connect(bridge: FoundBridge): () => void {
  setBridge(bridge)
  const search = startSearching()
  const gather = gatherApart((batches, now) => {
    applyBatches(batches, now)
    search.note(batches)
  })
  let toldBad = false
  const stopWatch = watch(
    (push) => take(push, gather),
    (message) => {
      if (toldBad) return
      toldBad = true
      toast({
        tone: 'failed',
        text: 'The engine sent a message that this interface does not understand.',
        detail: message,
      })
    },
  )
  const stopConnection = bridge.onConnection((connection) => {
    setApp({ connection })
    if (connection === 'ready') void loadState()
  })
  return () => {
    search.stop()
    stopWatch()
    stopConnection()
    setBridge(null)
  }
}

async function loadState(): Promise<void> {
  try {
    const state = await call('app.state', null)
    setTheme(state.settings.theme)
    setApp({ state })
  } catch (error) {
    toast({ tone: 'failed', text: 'Gripscope did not send its state.', detail: String(error) })
  }
}

function take(push: Push, gather: (batch: Batch) => void): void {
  switch (push.type) {
    case 'batch':
      gather(push)
      break
    case 'state':
      setTheme(push.state.settings.theme)
      setApp({ state: push.state })
      break
    case 'save':
      noteSave(push)
      break
    case 'command':
      runCommand(push.name)
  }
}

/**
 * Collects batches and hands them over together. Not in a frame: there the page is laid out and painted, and both in one
 * would keep it from answering the user for longer.
 */
function gatherApart(handOver: (batches: readonly Batch[], now: number) => void): (batch: Batch) => void {
  let waiting: Batch[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  const flush = () => {
    const batches = waiting
    waiting = []
    lastAt = performance.now()
    handOver(batches, lastAt)
  }
  return (batch) => {
    waiting.push(batch)
    if (waiting.length > 1) return
    const full = batch.exchanges.length >= FULL
    setTimeout(flush, full ? REST : Math.max(0, lastAt + APART - performance.now()))
  }
}
