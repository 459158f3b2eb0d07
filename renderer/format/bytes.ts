// Sizes as people read them.

/** Bytes as "31 B", "1.5 KiB", "3.1 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes / 1024
  let unit = 0
  while (value >= 1023.95 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0).replace(/\.0$/, '')} ${units[unit] ?? ''}`
}

/** 12345 as "12,345". */
export function formatCount(count: number): string {
  return countFormat.format(count)
}
const countFormat = new Intl.NumberFormat('en-US')
