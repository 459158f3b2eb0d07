// Sizes and times in words, as in steps and sentences.

/** "12 B", "1.4 KiB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${trimmed(bytes / 1024)} KiB`
  return `${trimmed(bytes / (1024 * 1024))} MiB`
}

/** "0.4 ms", "120 ms", "18.2 s", "3 min 5 s". */
export function durationText(ms: number): string {
  if (ms < 10) return `${trimmed(ms)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${trimmed(ms / 1000)} s`
  const minutes = Math.floor(ms / 60_000)
  const seconds = Math.round((ms - minutes * 60_000) / 1000)
  return seconds === 0 || seconds === 60 ? `${minutes + seconds / 60} min` : `${minutes} min ${seconds} s`
}

/** One digit behind the point, if it is not zero. */
function trimmed(value: number): string {
  return String(Number(value.toFixed(1)))
}
