// The signs of outcomes as small pictures: drawn once, then only copied, thousands of times a frame.
import { outcomeSigns, type SignName, signNames } from './outcome-signs'

/** Pixels of a picture's side. */
export const SPRITE = 16

export const signTokens = [
  '--bg',
  '--muted',
  '--held-bg',
  '--held-line',
  '--delivered-mark',
  '--attention-mark',
  '--failed-mark',
] as const
type Colors = Readonly<Record<(typeof signTokens)[number], string>>
type Sprites = ReadonlyMap<SignName, HTMLCanvasElement>

/** Sets of pictures that are kept: of a few sizes, in one theme. */
const KEPT = 12
const known = new Map<string, Sprites>()

/** @param scale in steps of a tenth, so that a drawing that moves seldom needs new ones. */
export function signSprites(color: Colors, ratio: number, scale: number): Sprites {
  const step = Math.round(scale * 10) / 10
  const key = [ratio, step, ...signTokens.map((token) => color[token])].join()
  const before = known.get(key)
  if (before) return before
  const sprites = new Map(signNames.map((name) => [name, drawSprite(name, color, ratio, step)]))
  if (known.size >= KEPT) known.clear()
  known.set(key, sprites)
  return sprites
}

function drawSprite(name: SignName, color: Colors, ratio: number, scale: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(SPRITE * ratio)
  canvas.height = canvas.width
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const { path: text, line, color: token } = outcomeSigns[name]
  const path = new Path2D(text)
  const middle = canvas.width / 2
  context.setTransform(ratio * scale, 0, 0, ratio * scale, middle, middle)
  // An edge in the bar's colour keeps signs apart that touch.
  context.strokeStyle = color['--held-bg']
  context.lineWidth = line ? 4.5 : 2
  context.stroke(path)
  if (!line || name === 'filtered') {
    context.fillStyle = color[line ? '--bg' : token]
    context.fill(path)
  }
  if (line) {
    context.strokeStyle = color[token]
    context.lineWidth = name === 'filtered' ? 1.75 : 2
    context.stroke(path)
  }
  return canvas
}
