// Times as people read them.

/** Milliseconds as "0.4 ms", "12 ms", "1.3 s", "52 s", "2 min 5 s", "1 h 4 min". */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–'
  const abs = Math.abs(ms)
  if (abs < 10) return `${ms.toFixed(1)} ms`
  if (abs < 999.5) return `${Math.round(ms)} ms`
  if (abs < 9_950) return `${(ms / 1000).toFixed(1)} s`
  if (abs < 59_500) return `${Math.round(ms / 1000)} s`
  const seconds = Math.round(abs / 1000)
  const sign = ms < 0 ? '-' : ''
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${sign}${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** Milliseconds from a beginning as "+4.6 ms", "+30.0 s". */
export function formatOffset(ms: number): string {
  const abs = Math.abs(ms)
  const sign = ms < 0 ? '−' : '+'
  if (abs < 1000) return `${sign}${abs.toFixed(1)} ms`
  if (abs < 60_000) return `${sign}${(abs / 1000).toFixed(1)} s`
  return `${sign}${formatDuration(abs)}`
}

/** A point of the wall clock: "14:03:22.418". `epoch` is the trace's beginning, ms since 1970. */
export function formatClock(t: number, epoch: number): string {
  const date = new Date(epoch + t)
  const two = (n: number) => String(n).padStart(2, '0')
  const ms = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`
}
