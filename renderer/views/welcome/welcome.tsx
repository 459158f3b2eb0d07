// The first start.
export function Welcome() {
  return null
}
