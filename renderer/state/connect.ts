// Joins the store to the engine: pushes are gathered and taken in once a frame.
import type { Batch, Push } from '../../preload/contract'
import type { FoundBridge } from '../bridge/bridge'
import { call, setBridge, watch } from '../bridge/client'
import { toast } from './actions'
import { runCommand } from './commands'
import { applyBatches, setApp } from './store'
import { setTheme } from './theme'

/** A hidden window has no frames: then batches are taken in this often, in milliseconds. */
const HIDDEN_INTERVAL = 500

/** Starts the flow of pushes into the store. The function returned ends it. */
export function connect(bridge: FoundBridge): () => void {
  setBridge(bridge)
  const gather = gatherByFrame(applyBatches)
  let toldBad = false
  const stopWatch = watch(
    (push) => take(push, gather),
    (message) => {
      if (toldBad) return
      toldBad = true
      toast({ tone: 'failed', text: 'The engine sent what this interface does not understand.', detail: message })
    },
  )
  const stopConnection = bridge.onConnection((connection) => {
    setApp({ connection })
    if (connection === 'ready') void loadState()
  })
  return () => {
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
    toast({ tone: 'failed', text: 'Gripscope did not say what it is doing.', detail: String(error) })
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
    case 'command':
      runCommand(push.name)
  }
}

/** Collects batches and hands them over together, once a frame. */
function gatherByFrame(handOver: (batches: readonly Batch[], now: number) => void): (batch: Batch) => void {
  let waiting: Batch[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = () => {
    cancelAnimationFrame(frame)
    if (timer) clearTimeout(timer)
    timer = null
    const batches = waiting
    waiting = []
    handOver(batches, performance.now())
  }
  return (batch) => {
    waiting.push(batch)
    if (waiting.length > 1) return
    frame = requestAnimationFrame(flush)
    timer = setTimeout(flush, HIDDEN_INTERVAL)
  }
}
