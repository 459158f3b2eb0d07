// Which stretch of time a drawing shows: rounded, so that it changes seldom while time goes on.

/** From and to, in milliseconds since the trace began. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

const steps = [1, 1.2, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 8, 9, 10]

/** The smallest round number that is not below `value`. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  const factor = steps.find((step) => step * power >= value * 0.999_999) ?? 10
  return factor * power
}

/** A round window that holds from and to, at least `least` milliseconds long. */
export function roundWindow(from: number, to: number, least = 20): TimeWindow {
  let span = roundUp(Math.max((to - from) * 1.02, least))
  for (;;) {
    const step = span / 20
    const start = Math.floor(from / step) * step
    if (start + span >= to) return { from: start, to: start + span }
    span = roundUp(span * 1.05)
  }
}

/** Where a time is in a width, in pixels. */
export function xOf(time: number, window: TimeWindow, width: number): number {
  return ((time - window.from) / (window.to - window.from)) * width
}

/** Times of marks on an axis with labels at least `apart` pixels from each other. */
export function axisMarks(window: TimeWindow, width: number, apart = 100): number[] {
  const span = window.to - window.from
  if (width <= 0 || span <= 0) return []
  const step = axisStep((span * apart) / width)
  const marks: number[] = []
  for (let at = Math.ceil(window.from / step) * step; at < window.to; at += step) marks.push(at)
  return marks
}

const axisSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5]

function axisStep(least: number): number {
  return axisSteps.find((step) => step >= least) ?? Math.ceil(least / 36e5) * 36e5
}

/** A mark's label: "500 ms", "5 s", "2:30", "1:05:00". */
export function axisLabel(at: number): string {
  if (at < 1000 && at % 1000 !== 0) return `${Math.round(at)} ms`
  if (at % 1000 !== 0) return `${Number((at / 1000).toFixed(3))} s`
  const seconds = at / 1000
  if (seconds < 120) return `${seconds} s`
  const two = (n: number) => String(n).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}
