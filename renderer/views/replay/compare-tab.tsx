// A replay beside its original.
export function CompareTab(_: { a: number; b: number }) {
  return null
}
