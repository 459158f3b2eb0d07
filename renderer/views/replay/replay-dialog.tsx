// Edits a request before it is sent again.
export function ReplayDialog() {
  return null
}
