// Sizes and times in words, as in steps and sentences.

const KIB = 1024
const MIB = 1024 * KIB

/** "12 B", "1.4 KiB". */
export function sizeText(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`
  // What would be rounded to 1024 KiB is a MiB.
  return bytes < MIB - KIB / 20 ? `${trimmed(bytes / KIB)} KiB` : `${trimmed(bytes / MIB)} MiB`
}

/** "0.4 ms", "120 ms", "18.2 s", "3 min 5 s". */
export function durationText(ms: number): string {
  if (ms < 10) return `${trimmed(ms)} ms`
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 1200) return `${tenths / 10} s`
  const all = Math.round(ms / 1000)
  const seconds = all % 60
  return seconds === 0 ? `${all / 60} min` : `${(all - seconds) / 60} min ${seconds} s`
}

/** One digit behind the point, if it is not zero. */
function trimmed(value: number): string {
  return String(Number(value.toFixed(1)))
}
