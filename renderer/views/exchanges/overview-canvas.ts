// Draws the overview strip on a canvas.
import { readTokens } from '../../state/theme'
import type { OverviewPlan } from './overview-plan'
import { axisLabel, axisMarks, type TimeWindow, xOf } from './time-window'

export const OVERVIEW_HEIGHT = 44
/** Lanes for holds, below the axis' labels. */
export const OVERVIEW_LANES = 6
const FIRST_LANE = 17
const LANE = 4
const REQUESTS = OVERVIEW_HEIGHT - 4

const tokenNames = [
  '--line',
  '--faint',
  '--held-line',
  '--delivered-mark',
  '--attention-mark',
  '--failed-mark',
  '--backend-mark',
  '--font-ui',
] as const

export function drawOverview(canvas: HTMLCanvasElement, plan: OverviewPlan, window: TimeWindow, width: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const ratio = globalThis.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
  if (canvas.height !== OVERVIEW_HEIGHT * ratio) canvas.height = OVERVIEW_HEIGHT * ratio
  const color = readTokens(tokenNames)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, OVERVIEW_HEIGHT)

  context.font = `10px ${color['--font-ui']}`
  context.textBaseline = 'top'
  for (const mark of axisMarks(window, width, 96)) {
    const x = Math.round(xOf(mark, window, width)) + 0.5
    context.fillStyle = color['--line']
    context.fillRect(x - 0.5, 0, 1, OVERVIEW_HEIGHT)
    context.fillStyle = color['--faint']
    context.fillText(axisLabel(mark), x + 5, 3)
  }

  for (const [x, failed] of plan.requests) {
    context.fillStyle = failed ? color['--failed-mark'] : color['--backend-mark']
    context.fillRect(x, failed ? REQUESTS - 4 : REQUESTS, failed ? 2 : 1, failed ? 7 : 3)
  }
  context.fillStyle = color['--held-line']
  for (const hold of plan.holds) {
    const y = FIRST_LANE + hold.lane * LANE
    context.fillRect(hold.from, y, hold.to - hold.from, 2)
    if (hold.live) context.fillRect(hold.to - 1.5, y - 1, 3, 4)
  }
  for (const [x, tone] of plan.publishes) {
    context.fillStyle = color[`--${tone}-mark`]
    context.fillRect(x, FIRST_LANE - 3, 1.5, OVERVIEW_HEIGHT - FIRST_LANE - 1)
  }
}
