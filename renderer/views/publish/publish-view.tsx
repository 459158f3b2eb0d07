// Publishes and what came of them.
export function PublishView() {
  return null
}
