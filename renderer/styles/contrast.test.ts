// Contrast of the colours on each other, in both themes, as WCAG 2.2 counts it: 4.5 for text, 3 for what is drawn.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(path.join(import.meta.dirname, 'tokens.css'), 'utf8')

type Rgb = readonly [number, number, number]

/** Colours of a theme by their names; what dark does not say anew is that of light. */
function tokensOf(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('}', start))
  return Object.fromEntries(
    [...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  )
}

const light = tokensOf(':root')
const themes = { light, dark: { ...light, ...tokensOf(':root[data-theme="dark"]') } }

function rgb(hex: string): Rgb {
  const number = Number.parseInt(hex.slice(1), 16)
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255]
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: Rgb, b: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Where a row or a panel stands. */
const grounds = ['bg', 'surface', 'raised', 'row-hover', 'chosen']
const controls = ['control-bg', 'control-hover']

/** Text, and all it is written on. */
const texts: Record<string, readonly string[]> = {
  text: [...grounds, ...controls, 'failed-bg', 'attention-bg', 'held-bg', 'delivered-bg', 'plain-bg'],
  muted: [...grounds, ...controls, 'plain-bg'],
  faint: grounds,
  accent: grounds,
  'on-accent': ['accent-solid', 'accent-hover'],
  held: [...grounds, 'held-bg'],
  delivered: [...grounds, 'delivered-bg'],
  attention: [...grounds, 'attention-bg'],
  failed: [...grounds, 'failed-bg', 'control-bg'],
  'code-key': ['bg', 'surface', 'raised'],
  'code-string': ['bg', 'surface', 'raised'],
  'code-number': ['bg', 'surface', 'raised'],
  'code-keyword': ['bg', 'surface', 'raised'],
}

/** What is drawn: lines of holds, dots, marks, rings of focus. */
const drawn: Record<string, readonly string[]> = {
  'held-line': grounds,
  'delivered-mark': [...grounds, 'held-bg'],
  'attention-mark': [...grounds, 'attention-bg'],
  'failed-mark': [...grounds, 'failed-bg'],
  'backend-mark': grounds,
  'chosen-line': grounds,
  'accent-solid': grounds,
  focus: [...grounds, ...controls],
  muted: ['control-bg'],
}

describe.each(Object.entries(themes))('%s', (_, tokens) => {
  const color = (name: string): Rgb => {
    const hex = tokens[`--${name}`]
    if (hex === undefined) throw new Error(`There is no token --${name}.`)
    return rgb(hex)
  }
  const pairs = (of: Record<string, readonly string[]>) =>
    Object.entries(of).flatMap(([name, on]) => on.map((ground) => [name, ground] as const))

  test.each(pairs(texts))('%s can be read on %s', (name, ground) => {
    expect(contrast(color(name), color(ground))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(pairs(drawn))('%s can be seen on %s', (name, ground) => {
    expect(contrast(color(name), color(ground))).toBeGreaterThanOrEqual(3)
  })

  test('a line that differs can be read', () => {
    const [bg, tint] = [color('bg'), color('attention-bg')]
    const row = bg.map((value, index) => (value + (tint[index] ?? 0)) / 2) as unknown as Rgb
    for (const name of ['text', 'attention', 'muted']) expect(contrast(color(name), row)).toBeGreaterThanOrEqual(4.5)
  })
})

test('black on white is 21, and the order does not matter', () => {
  expect(contrast(rgb('#000000'), rgb('#ffffff'))).toBeCloseTo(21, 5)
  expect(contrast(rgb('#ffffff'), rgb('#000000'))).toBeCloseTo(21, 5)
})

test('both themes name every colour', () => {
  const own = tokensOf(':root[data-theme="dark"]')
  expect(Object.keys(own).sort()).toEqual(Object.keys(light).sort())
})
