// Draws a plan of lanes on a canvas.
import { readTokens } from '../../state/theme'
import { kindShort } from './lane-words'
import type { Hit } from './lanes-hit'
import { AXIS, BAR, type DrawnPublish, HEADER, IDS, LANE, type Lane, type LanesPlan } from './lanes-layout'
import type { SignName } from './outcome-signs'
import { SPRITE, signSprites, signTokens } from './sign-sprites'

const tokenNames = [
  '--line',
  '--line-strong',
  '--text',
  '--faint',
  '--row-hover',
  '--chosen',
  '--chosen-line',
  '--accent-solid',
  '--on-accent',
  '--control-bg',
  '--attention',
  '--attention-bg',
  '--attention-mark',
  '--focus',
  ...signTokens,
  '--font-ui',
  '--font-mono',
] as const
type Colors = Record<(typeof tokenNames)[number], string>

export interface LaneMarks {
  /** Index of the chosen publish. */
  readonly publish: number | null
  /** Index of the lane that the keys are at. */
  readonly lane: number | null
  readonly hover: Hit | null
}

interface Scene {
  readonly context: CanvasRenderingContext2D
  readonly plan: LanesPlan
  readonly lanes: readonly Lane[]
  readonly marked: LaneMarks
  readonly color: Colors
}

/** Fonts of names and of publishes' labels. */
export const nameFont = () => `12px ${readTokens(['--font-mono'])['--font-mono']}`
export const labelFont = () => `11px ${readTokens(['--font-mono'])['--font-mono']}`

export function paintLanes(
  canvas: HTMLCanvasElement,
  plan: LanesPlan,
  lanes: readonly Lane[],
  marked: LaneMarks,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const { width, height } = plan.geometry
  const ratio = globalThis.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
  const scene: Scene = { context, plan, lanes, marked, color: readTokens(tokenNames) }
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  context.textBaseline = 'middle'
  paintRows(scene)
  paintTitle(scene)
  clipped(scene, plan.geometry.names, 0, () => paintGrid(scene))
  clipped(scene, plan.geometry.names, HEADER, () => {
    paintLines(scene)
    paintBars(scene)
    paintChosenLine(scene)
    paintWaits(scene)
    paintSigns(scene, ratio)
  })
  clipped(scene, 0, HEADER, () => paintNames(scene))
  clipped(scene, plan.geometry.names, 0, () => paintHeader(scene))
  context.fillStyle = scene.color['--line']
  context.fillRect(plan.geometry.names - 1, 0, 1, height)
}

/** Draws only to the right of `left` and below `top`. */
function clipped({ context, plan }: Scene, left: number, top: number, draw: () => void): void {
  context.save()
  context.beginPath()
  context.rect(left, top, plan.geometry.width - left, plan.geometry.height - top)
  context.clip()
  draw()
  context.restore()
}

/** The row under the pointer, and the one that the keys are at. */
function paintRows({ context, plan, marked, color }: Scene): void {
  const { hover } = marked
  const hovered = hover && 'lane' in hover ? hover.lane : null
  for (const { lane, y } of plan.lanes) {
    if (lane !== hovered && lane !== marked.lane) continue
    context.fillStyle = lane === marked.lane ? color['--chosen'] : color['--row-hover']
    const top = Math.max(HEADER, y - LANE / 2)
    context.fillRect(0, top, plan.geometry.width, Math.max(0, y + LANE / 2 - top))
  }
}

function paintGrid({ context, plan, color }: Scene): void {
  context.font = `10px ${color['--font-ui']}`
  for (const { x, text } of plan.axis) {
    context.fillStyle = color['--line']
    context.fillRect(x, 0, 1, plan.geometry.height)
    context.fillStyle = color['--faint']
    context.fillText(text, x + 5, AXIS / 2 + 1)
  }
}

function paintLines(scene: Scene): void {
  const { context, plan, marked, color } = scene
  context.lineWidth = 1
  for (const drawn of plan.publishes) {
    if (drawn.publish === marked.publish) continue
    context.strokeStyle = isHovered(marked, drawn) ? color['--muted'] : color['--line-strong']
    context.setLineDash(drawn.reach === 'nobody' || drawn.out !== null ? [3, 3] : [])
    line(context, Math.round(drawn.x) + 0.5, HEADER, plan.bottom)
    if (drawn.out === null) continue
    context.setLineDash([])
    line(context, Math.round(drawn.out) + 0.5, HEADER, plan.bottom)
  }
  context.setLineDash([])
}

/** From when a publish came to when it went out, where it waited in between: along the header, and in each lane. */
function paintWaits({ context, plan, color }: Scene): void {
  context.strokeStyle = color['--attention-mark']
  context.lineWidth = 1.5
  context.setLineDash([2, 3])
  context.beginPath()
  for (const { x, y, waitedFrom } of plan.signs) {
    if (waitedFrom === null) continue
    context.moveTo(waitedFrom, y)
    context.lineTo(x, y)
  }
  context.stroke()
  context.setLineDash([])
}

/** Over the bars, under the signs. */
function paintChosenLine({ context, plan, marked, color }: Scene): void {
  const chosen = plan.publishes.find((each) => each.publish === marked.publish)
  if (!chosen) return
  context.strokeStyle = color['--chosen-line']
  context.lineWidth = 2
  if (chosen.out !== null) context.setLineDash([3, 3])
  line(context, Math.round(chosen.x), HEADER, plan.bottom)
  context.setLineDash([])
  if (chosen.out !== null) line(context, Math.round(chosen.out), HEADER, plan.bottom)
}

function line(context: CanvasRenderingContext2D, x: number, from: number, to: number): void {
  context.beginPath()
  context.moveTo(x, from)
  context.lineTo(x, to)
  context.stroke()
}

/** Pixels that the shortest hold takes. */
const LEAST = 3

function paintBars({ context, plan, color }: Scene): void {
  const { names, width } = plan.geometry
  context.fillStyle = color['--held-bg']
  context.strokeStyle = color['--held-line']
  context.lineWidth = 1.25
  for (const lane of plan.lanes) {
    const top = lane.y - BAR / 2
    for (const { from, to, live } of barsOf(lane)) {
      const left = Math.max(names - 8, from)
      const right = Math.min(width + 8, Math.max(to, from + LEAST))
      if (right < left) continue
      context.beginPath()
      // Open at its right end while it lasts.
      if (live) openBar(context, left, right, top)
      else context.roundRect(left, top, right - left, BAR, 3)
      context.fill()
      context.stroke()
    }
  }
}

/** The stretches between the gaps. */
function barsOf({ from, to, live, gaps }: LanesPlan['lanes'][number]): { from: number; to: number; live: boolean }[] {
  const bars = gaps.map(([end], i) => ({ from: gaps[i - 1]?.[1] ?? from, to: end, live: false }))
  return [...bars, { from: gaps.at(-1)?.[1] ?? from, to, live }]
}

function openBar(context: CanvasRenderingContext2D, left: number, right: number, top: number): void {
  context.moveTo(right, top)
  context.arcTo(left, top, left, top + BAR, 3)
  context.arcTo(left, top + BAR, right, top + BAR, 3)
  context.lineTo(right, top + BAR)
}

/** The last ones lie on top: what did not arrive must not hide under what did. */
const paintOrder: readonly SignName[] = ['delivered', 'closed', 'asked', 'filtered', 'waiting', 'failed']

function paintSigns({ context, plan, marked, color }: Scene, ratio: number): void {
  const small = signSprites(color, ratio, plan.scale)
  const waiting = small.get('waiting')
  for (const { waitedFrom, y } of plan.signs) {
    if (waitedFrom === null || !waiting) continue
    context.drawImage(waiting, Math.round(waitedFrom * ratio) / ratio - SPRITE / 2, y - SPRITE / 2, SPRITE, SPRITE)
  }
  for (const name of paintOrder) {
    const sprite = small.get(name)
    if (!sprite) continue
    for (const { sign, x, y, lane, publish } of plan.signs) {
      if (sign !== name || (publish === marked.publish && lane === marked.lane)) continue
      context.drawImage(sprite, Math.round(x * ratio) / ratio - SPRITE / 2, y - SPRITE / 2, SPRITE, SPRITE)
    }
  }
  const here = plan.signs.find(({ lane, publish }) => publish === marked.publish && lane === marked.lane)
  const sprite = here && signSprites(color, ratio, 1).get(here.sign)
  if (!here || !sprite) return
  ring(context, color, here.x, here.y)
  context.drawImage(sprite, here.x - SPRITE / 2, here.y - SPRITE / 2, SPRITE, SPRITE)
}

/** Around the crossing that the keys are at. */
function ring(context: CanvasRenderingContext2D, color: Colors, x: number, y: number): void {
  context.beginPath()
  context.arc(x, y, 9, 0, 2 * Math.PI)
  context.fillStyle = color['--bg']
  context.fill()
  context.strokeStyle = color['--focus']
  context.lineWidth = 2
  context.stroke()
}

const NAME_LEFT = 12

function paintTitle({ context, color }: Scene): void {
  context.font = `12px ${color['--font-ui']}`
  context.fillStyle = color['--muted']
  context.fillText('publishes', NAME_LEFT, AXIS + IDS / 2 + 0.5)
}

function paintNames({ context, plan, lanes, marked, color }: Scene): void {
  context.font = `12px ${color['--font-mono']}`
  const { names } = plan.geometry
  context.save()
  context.beginPath()
  context.rect(0, HEADER, names - 6, plan.geometry.height)
  context.clip()
  for (const { lane: index, y } of plan.lanes) {
    const lane = lanes[index]
    if (!lane) continue
    const id = `#${lane.exchange}`
    const pointed = marked.hover?.on === 'name' && marked.hover.lane === index
    context.fillStyle = pointed ? color['--accent-solid'] : color['--muted']
    context.fillText(id, NAME_LEFT, y)
    const idWidth = context.measureText(id).width
    if (pointed) context.fillRect(NAME_LEFT, Math.round(y) + 7, idWidth, 1)
    context.fillStyle = color['--text']
    const left = NAME_LEFT + idWidth + 7
    context.fillText(fitted(context, `${kindShort[lane.kind]} ${lane.who}`, names - 8 - left), left, y)
  }
  context.restore()
}

/** The text, cut with an ellipsis where it is too long. */
function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  const letter = context.measureText('0').width
  const roughly = Math.floor(width / letter)
  if (text.length <= roughly) return text
  return `${text.slice(0, Math.max(1, roughly - 1))}…`
}

function paintHeader(scene: Scene): void {
  const { context, plan, marked, color } = scene
  context.font = `11px ${color['--font-mono']}`
  const chosen = plan.publishes.find((each) => each.publish === marked.publish)
  for (const drawn of plan.publishes) if (drawn.out !== null) paintWay(scene, drawn.x, drawn.out)
  for (const drawn of plan.publishes) if (drawn !== chosen && drawn.label > 0) paintLabel(scene, drawn, false)
  const hovered = plan.publishes.find((drawn) => isHovered(marked, drawn))
  if (hovered && hovered !== chosen && hovered.label === 0) paintTick(scene, hovered)
  if (chosen) paintLabel(scene, chosen, true)
}

const LABEL_HEIGHT = 18

/** An arrow from a publish's label to when it went out. */
function paintWay({ context, color }: Scene, from: number, to: number): void {
  const y = HEADER - IDS / 2
  context.strokeStyle = color['--attention-mark']
  context.fillStyle = color['--attention-mark']
  context.lineWidth = 1.5
  context.setLineDash([2, 3])
  context.beginPath()
  context.moveTo(from, y)
  context.lineTo(to, y)
  context.stroke()
  context.setLineDash([])
  context.beginPath()
  context.moveTo(to, HEADER)
  context.lineTo(to - 3.5, HEADER - 6)
  context.lineTo(to + 3.5, HEADER - 6)
  context.fill()
  context.fillRect(to - 0.75, y - 0.75, 1.5, HEADER - y - 5)
}

function paintLabel({ context, marked, color }: Scene, drawn: DrawnPublish, chosen: boolean): void {
  const left = Math.round(drawn.x - drawn.label / 2)
  const top = AXIS + (IDS - LABEL_HEIGHT) / 2
  const hovered = isHovered(marked, drawn)
  const plain = drawn.reach === 'reached'
  context.fillStyle = chosen ? color['--accent-solid'] : plain ? color['--control-bg'] : color['--attention-bg']
  context.strokeStyle = chosen
    ? color['--accent-solid']
    : hovered
      ? color['--muted']
      : plain
        ? color['--line-strong']
        : color['--attention-mark']
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, drawn.label - 1, LABEL_HEIGHT - 1, 4)
  context.setLineDash(!chosen && drawn.reach === 'nobody' ? [3, 2] : [])
  context.fill()
  context.stroke()
  context.setLineDash([])
  context.fillStyle = chosen ? color['--on-accent'] : plain ? color['--text'] : color['--attention']
  context.textAlign = 'center'
  context.fillText(drawn.text, drawn.x, top + LABEL_HEIGHT / 2 + 0.5)
  context.textAlign = 'left'
}

/** A publish whose label has no place, pointed at. */
function paintTick({ context, color }: Scene, { x }: DrawnPublish): void {
  context.fillStyle = color['--muted']
  context.fillRect(Math.round(x) - 1, HEADER - 8, 3, 8)
}

function isHovered({ hover }: LaneMarks, { publish }: DrawnPublish): boolean {
  return (hover?.on === 'publish' || hover?.on === 'crossing') && hover.publish === publish
}
